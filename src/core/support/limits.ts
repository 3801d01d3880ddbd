import { DEFAULT_DISCOVERY_LIMITS, type DiscoveryLimits } from './discovery-limits.ts';

/**
 * Every bound of the node, with its reason. `limits.spec.ts` asserts the inequalities.
 * Durations are milliseconds, sizes bytes, unless the name says otherwise.
 */
export interface NodeLimits extends DiscoveryLimits {
  /** The user's 16: outbound connections and dials in progress together. */
  readonly outboundMax: number;
  /** Of these, dials in progress; fewer spare the connection table of a small router. */
  readonly outboundDialsMax: number;
  /** The user's 8: below it the planner runs each second. */
  readonly outboundMin: number;
  /** Inbound slots; 64 keeps a full node under 1 MiB of socket state and far under any fd limit. */
  readonly inboundMax: number;
  /** `--peer` connections beside the outbound slots. */
  readonly operatorPeersMax: number;
  /** Resolve, connect and handshake of one dial together. */
  readonly dialTimeoutMs: number;
  /** Pause between planner rounds at or above the minimum. */
  readonly reconnectionIntervalMs: number;
  /** Planner rounds below the minimum. */
  readonly planIntervalMs: number;
  /** Dials per second, refill of a bucket as deep as the outbound slots: one full set at once. */
  readonly dialsPerSecond: number;
  /** Of these, for slots between the minimum and the maximum: comfort can wait, others cannot. */
  readonly spareDialsPerSecond: number;

  /** Whole handshake on either side, TLS included; a drip-fed one ends here. */
  readonly handshakeTimeoutMs: number;
  /** Before the handshake is complete a Hello of the largest legal fields still fits. */
  readonly handshakeFrameBytesMax: number;
  /** Largest frame after the handshake: a PeerList of 100 with records. */
  readonly frameBytesMax: number;
  /** A frame must be whole this long after its first byte. */
  readonly frameTimeoutMs: number;
  /** Handshakes in progress: all, per address (loopback exempt), per group. */
  readonly pendingInboundMax: number;
  readonly pendingInboundPerAddressMax: number;
  readonly pendingInboundPerGroupMax: number;
  /** When all places are taken the oldest handshake goes after this: two round trips across the world. */
  readonly pendingInboundShareMs: number;
  /** Accepts per second in all; a flood costs no more than this many sockets' set-up. */
  readonly acceptsPerSecond: number;
  /** Full node: connections past the last slot that still get a peer list, and for how long. */
  readonly surplusMax: number;
  readonly surplusLingerMs: number;
  /** Inbound feelers at once, and how long one may stay. */
  readonly inboundFeelersMax: number;
  readonly feelerLingerMs: number;
  /** Outbound verification feelers at once, and how long after the handshake one starts at latest. */
  readonly outboundFeelersMax: number;
  readonly verifyWithinMs: number;
  /** With fewer verified peers than this, a claim is verified at once: others wait for it. */
  readonly verifyAtOnceBelow: number;
  /** Claims that wait for their feeler: more than the inbound slots can bring in two seconds. */
  readonly claimsMax: number;
  /**
   * On the internet: pause between two feelers to claimed addresses of one group, which may be somebody's who knows
   * nothing of it, and the claims that wait for theirs, a quarter of a minute together. The book has heard of the others.
   */
  readonly claimIntervalMs: number;
  readonly claimsPerGroupMax: number;

  readonly pingIntervalMs: number;
  /** ± this share, so that a thousand connections do not ping in step. */
  readonly pingJitter: number;
  readonly pingMissesMax: number;
  readonly pingsPerSecond: number;
  readonly pingBurst: number;

  readonly messagesPerSecond: number;
  readonly messageBurst: number;
  /** Messages that a peer may be ahead after a pause: what we may have read late (`lagMaxMs`) of a peer at its rate. */
  readonly messageCredit: number;
  /** Reading paused this long for its rate closes with RATE_LIMITED. */
  readonly messagePauseMaxMs: number;

  readonly getPeersIntervalMs: number;
  readonly getPeersBurst: number;
  /** How long an answer waits, while little is known, for those who are being verified. */
  readonly answerHoldMs: number;
  /** Which excess GetPeers closes. */
  readonly getPeersExcessMax: number;
  /** Peers are asked in turn: while gossip brings news, and as long as few addresses are known. */
  readonly exchangeGrowingIntervalMs: number;
  readonly exchangeScarceIntervalMs: number;
  readonly knownWanted: number;
  readonly exchangeSettledIntervalMs: number;
  readonly peerListEntriesMax: number;
  readonly surplusPeerListEntriesMax: number;
  readonly redirectEntriesMax: number;

  /** Addresses that only gossip named; 256 buckets × 64 of the final tables. */
  readonly newEntriesMax: number;
  /** Addresses verified by our own handshake; 64 × 64. */
  readonly triedEntriesMax: number;
  readonly backoffBaseMs: number;
  readonly backoffTrustedMaxMs: number;
  readonly backoffMaxMs: number;
  /** Alive this long after a handshake, a peer is proven and its backoff starts anew. */
  readonly provenAfterMs: number;
  /** A proven peer's key goes after this many counted failures over at least this time. */
  readonly provenFailuresMax: number;
  readonly provenFailureSpanMs: number;
  readonly incompatibleMs: number;
  readonly incompatibleVersionMs: number;
  /** Without any connection for this long the seeds are dialled beside stored peers. */
  readonly storedHeadStartMs: number;
  /** Window of the outage rule. */
  readonly outageWindowMs: number;

  /** Announcement hashes remembered, in two generations. */
  readonly seenAnnouncementsMax: number;
  /** Announcements with the validator or waiting for it: five peers' bursts. */
  readonly verificationsPendingMax: number;
  /** Of these, of one peer at once: the fourth false one ends it, and what it sent beyond is never checked. */
  readonly verificationsPerPeerMax: number;

  /** Answers of one name that are tried. */
  readonly addressesPerNameMax: number;
  /** RFC 8305: the next address of a name is tried this long after the one before. */
  readonly connectionAttemptDelayMs: number;
  readonly sourceRereadBelowMinimumMs: number;
  readonly sourceRereadMs: number;
  readonly sourceRetryMinMs: number;
  readonly sourceRetryMaxMs: number;

  /** Readiness: handshakes that count as joined; a network of one; silence of all candidates. */
  readonly readyPeersMin: number;
  readonly loneNodeMs: number;
  readonly readyMaxWaitMs: number;
}

export const DEFAULT_LIMITS: NodeLimits = {
  ...DEFAULT_DISCOVERY_LIMITS,

  outboundMax: 16,
  outboundDialsMax: 16,
  outboundMin: 8,
  inboundMax: 64,
  operatorPeersMax: 8,
  dialTimeoutMs: 10_000,
  reconnectionIntervalMs: 30_000,
  planIntervalMs: 1_000,
  dialsPerSecond: 10,
  spareDialsPerSecond: 2,

  handshakeTimeoutMs: 5_000,
  handshakeFrameBytesMax: 2_048,
  frameBytesMax: 65_536,
  frameTimeoutMs: 10_000,
  pendingInboundMax: 64,
  pendingInboundPerAddressMax: 4,
  pendingInboundPerGroupMax: 16,
  pendingInboundShareMs: 500,
  acceptsPerSecond: 256,
  surplusMax: 16,
  surplusLingerMs: 2_000,
  inboundFeelersMax: 16,
  feelerLingerMs: 2_000,
  outboundFeelersMax: 16,
  verifyWithinMs: 1_800,
  verifyAtOnceBelow: 16,
  claimsMax: 128,
  claimIntervalMs: 2_000,
  claimsPerGroupMax: 8,

  pingIntervalMs: 20_000,
  pingJitter: 0.2,
  pingMissesMax: 2,
  pingsPerSecond: 2,
  pingBurst: 10,

  messagesPerSecond: 50,
  messageBurst: 200,
  messageCredit: 10,
  messagePauseMaxMs: 10_000,

  getPeersIntervalMs: 10_000,
  getPeersBurst: 2,
  getPeersExcessMax: 10,
  answerHoldMs: 500,
  exchangeGrowingIntervalMs: 5_000,
  // With five seconds a node of 200 still misses an eighth of the others after a minute.
  exchangeScarceIntervalMs: 1_000,
  knownWanted: 256,
  exchangeSettledIntervalMs: 60_000,
  peerListEntriesMax: 100,
  surplusPeerListEntriesMax: 32,
  redirectEntriesMax: 16,

  newEntriesMax: 16_384,
  triedEntriesMax: 4_096,
  backoffBaseMs: 1_000,
  backoffTrustedMaxMs: 300_000,
  backoffMaxMs: 1_800_000,
  provenAfterMs: 30_000,
  provenFailuresMax: 3,
  provenFailureSpanMs: 600_000,
  incompatibleMs: 86_400_000,
  incompatibleVersionMs: 3_600_000,
  storedHeadStartMs: 2_000,
  outageWindowMs: 30_000,

  seenAnnouncementsMax: 65_536,
  verificationsPendingMax: 1_024,
  verificationsPerPeerMax: 8,

  addressesPerNameMax: 16,
  connectionAttemptDelayMs: 250,
  sourceRereadBelowMinimumMs: 10_000,
  sourceRereadMs: 60_000,
  sourceRetryMinMs: 500,
  sourceRetryMaxMs: 5_000,

  readyPeersMin: 1,
  loneNodeMs: 10_000,
  readyMaxWaitMs: 120_000,
};

/** Bounds of the transport, which the core never sees. */
export interface TransportLimits {
  /** Handled at once, before others have their turn: some thirty small messages, one or two milliseconds. */
  readonly readPieceBytes: number;
  /** TLS records of one peer at once: a Hello that comes in single bytes, or 20 ms of KeyUpdates. */
  readonly tlsRecordBurst: number;
  /** Two for each message that it may send: its length and the rest. */
  readonly tlsRecordsPerSecond: number;
  /** One more for so many bytes, so that no legal amount of data runs into it. */
  readonly tlsBytesPerRecord: number;
  /** Decrypted at once, before others have their turn: a millisecond of KeyUpdates. */
  readonly tlsPieceRecords: number;
  /** Bytes waiting for one peer above which nothing more is read from it. */
  readonly sendBufferPauseBytes: number;
  /** Bytes waiting for one peer above which it is closed. */
  readonly sendBufferBytesMax: number;
  /** A paused peer that has not drained by then is closed. */
  readonly sendDrainTimeoutMs: number;
  /** Time that a goodbye may take to leave. */
  readonly closeFlushMs: number;
  /** Listen backlog. */
  readonly backlog: number;
}

export const DEFAULT_TRANSPORT_LIMITS: TransportLimits = {
  readPieceBytes: 4_096,
  tlsRecordBurst: 512,
  tlsRecordsPerSecond: 100,
  tlsBytesPerRecord: 4_096,
  tlsPieceRecords: 32,
  sendBufferPauseBytes: 32_768,
  sendBufferBytesMax: 65_536,
  sendDrainTimeoutMs: 5_000,
  closeFlushMs: 1_000,
  backlog: 511,
};

/** Names of bounds that were met: the label `limit` of `vision_p2p_limit_hits_total`. */
export const LIMIT_NAMES = [
  'handshake-timeout',
  'handshake-frame-bytes',
  'frame-bytes',
  'frame-timeout',
  'pending-inbound',
  'pending-inbound-per-address',
  'pending-inbound-per-group',
  'accepts-per-second',
  'inbound-slots',
  'surplus-pool',
  'inbound-feelers',
  'inbound-claims',
  'messages-per-second',
  'pings-per-second',
  'get-peers-rate',
  'send-buffer',
  'send-drain',
  'tls-records',
  'book-new',
  'book-source-group',
  'hearsay-rate',
  'inbound-per-address',
  'inbound-per-group',
  'handshake-cooldown',
  'bans',
  'book-tried',
  'verifications-pending',
  'peer-records',
  'record-verifications',
  'http-sockets',
  'http-pipelined',
  'http-timeout',
  'http-header-bytes',
  'http-body-bytes',
  'http-rate',
  'log-lines',
] as const;
export type LimitName = (typeof LIMIT_NAMES)[number];
