/**
 * Bounds of what a message may hold, each with its reason. They are part of the protocol: another
 * program relies on them, so they are constants and not configuration. Sizes are bytes.
 */
export const WIRE_LIMITS = {
  /** SHA-256, and an Ed25519 public key (RFC 8032). */
  hashBytes: 32,
  publicKeyBytes: 32,
  /** Ed25519 signature (RFC 8032). */
  signatureBytes: 64,

  agentBytesMax: 64,
  /** One label of DNS (RFC 1035), and a label value of Kubernetes. */
  zoneBytesMax: 63,
  detailBytesMax: 200,
  /** 253 characters of host (RFC 1035), a colon and five digits make 259. */
  addressBytesMax: 260,
  /** What this node writes about the far end of a socket; room for an IPv6 zone index that some stacks add. */
  observedAddressBytesMax: 300,

  /** One per family and network: IPv4 and IPv6, inside and outside. */
  listenAddressesMax: 4,
  redirectsMax: 16,
  peersMax: 100,
  recordsMax: 100,

  /** 8 KiB hold 6,800 addresses with 1 % of false positives: more than the verified table. */
  filterBytesMax: 8_192,
  /** 7 is the best count for 10 bits an entry; 8 bounds the work of one look-up. */
  filterHashesMax: 8,
  /** Four addresses of 260, a zone of 63, key, network and numbers make 1,183. */
  recordBytesMax: 2_048,
  /** Enough to tell networks apart; a record for another one is of no use to anybody. */
  recordNetworkBytes: 8,

  /** A quarter of the largest frame: one transaction never fills a peer's send buffer. */
  payloadBytesMax: 16_384,
  /** 32 hashes reach back over 2³¹ headers when the step doubles; 64 leaves room. */
  locatorHashesMax: 64,
  /** 200 headers of at most 115 bytes with tag and length are 23 kB: one frame. */
  headersMax: 200,
  /** A header has at most 113 bytes in this version; the rest is room to grow. */
  headerBytesMax: 256,
  /** Record and signature with their tags are 2,117; the rest is room to grow. */
  signedRecordBytesMax: 2_304,

  /**
   * Occurrences of singular fields in one message; the last of each counts. The largest message has 12; the rest
   * is for encoders that merge. Unknown fields are not counted: they cost no more than their bytes.
   */
  singularFieldsMax: 64,
} as const;
