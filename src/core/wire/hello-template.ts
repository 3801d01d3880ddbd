import { encodeFrame } from './message-codec.ts';
import { PREFACE } from './frame-decoder.ts';
import type { Hello } from './generated/p2p.ts';
import { WIRE_LIMITS } from './wire-limits.ts';

/** Tag and length of `observed_address`: field 10, and at most 300 bytes need two of length. */
const OBSERVED_TAG = (10 << 3) | 2;
const OBSERVED_HEADER_BYTES_MAX = 3;
const LENGTH_BYTES = 4;

/** What all Hellos of one node to peers of one kind have in common. */
export type HelloConstants = Omit<
  Hello,
  'connectionNonce' | 'observedAddress' | 'tipHeight' | 'tipHash'
>;

/**
 * Preface and Hello of one node, encoded once: a handshake patches the nonce, which has a fixed place,
 * and the observed address, which comes last. The bytes are those of `encodeFrame`.
 */
export class HelloTemplate {
  private readonly bytes: Uint8Array;
  private readonly view: DataView;
  private readonly nonceAt: number;
  private readonly observedAt: number;

  constructor(constants: HelloConstants) {
    // Any nonce but 0 is encoded, and so has its place.
    const common = encoded({ ...constants, connectionNonce: 1n });
    const { protocolVersion, chainId, genesisHash } = constants;
    const beforeNonce = encoded({ ...NOTHING, protocolVersion, chainId, genesisHash });
    this.nonceAt = PREFACE.length + beforeNonce.length + 1;
    this.observedAt = PREFACE.length + common.length;
    const room = OBSERVED_HEADER_BYTES_MAX + WIRE_LIMITS.observedAddressBytesMax;
    this.bytes = new Uint8Array(this.observedAt + room);
    this.bytes.set(PREFACE);
    this.bytes.set(common, PREFACE.length);
    this.view = new DataView(this.bytes.buffer);
  }

  /** @param observed ASCII, not empty, at most `observedAddressBytesMax` */
  fill(nonce: bigint, observed: string): Uint8Array {
    const { bytes } = this;
    this.view.setBigUint64(this.nonceAt, nonce, true);
    let end = this.observedAt;
    bytes[end++] = OBSERVED_TAG;
    if (observed.length > 0x7f) bytes[end++] = 0x80 | (observed.length & 0x7f);
    bytes[end++] = observed.length > 0x7f ? observed.length >> 7 : observed.length;
    for (let i = 0; i < observed.length; i += 1) bytes[end++] = observed.charCodeAt(i);
    this.view.setUint32(PREFACE.length, end - PREFACE.length - LENGTH_BYTES);
    return bytes.slice(0, end);
  }
}

const NOTHING: HelloConstants & { readonly connectionNonce: bigint } = {
  protocolVersion: 0,
  chainId: '',
  genesisHash: new Uint8Array(0),
  connectionNonce: 0n,
  publicKey: new Uint8Array(0),
  agent: '',
  listenAddresses: [],
  capabilities: 0n,
  zone: '',
};

function encoded(body: HelloConstants & { readonly connectionNonce: bigint }): Uint8Array {
  const rest = { observedAddress: '', tipHeight: 0n, tipHash: new Uint8Array(0) };
  return encodeFrame({ type: 'hello', body: { ...body, ...rest } });
}
