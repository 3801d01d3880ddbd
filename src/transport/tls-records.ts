import type { TransportLimits } from '../core/support/limits.ts';

const HEADER_BYTES = 5;
const LENGTH_AT = 3;

/**
 * Goal: what a peer may make OpenSSL do is known before OpenSSL sees it.
 * Adversary: thousands of KeyUpdates, empty or one-byte records in one read: each costs forty
 * microseconds and none need show as plaintext. Mechanism: headers of records are not encrypted (RFC 8446 5.1);
 * records are counted by them, against a budget that time and bytes fill.
 * Bound: the budget. Cost: a few steps for each record, none for its body.
 */
export class TlsRecords {
  /** Of the record whose header was read. */
  private bodyBytesLeft = 0;
  private headerBytesSeen = 0;
  private bodyBytes = 0;
  private tokens: number;

  constructor(
    private readonly limits: TransportLimits,
    private filledAtMs: number,
  ) {
    this.tokens = limits.tlsRecordBurst;
  }

  /** @returns how many of these bytes are a piece; undefined when there are more records than allowed */
  pieceOf(bytes: Uint8Array, nowMs: number): number | undefined {
    const { tlsRecordBurst, tlsRecordsPerSecond, tlsBytesPerRecord, tlsPieceRecords } = this.limits;
    let at = 0;
    let begun = 0;
    while (at < bytes.length) {
      if (this.bodyBytesLeft > 0) {
        const step = Math.min(this.bodyBytesLeft, bytes.length - at);
        this.bodyBytesLeft -= step;
        at += step;
        continue;
      }
      if (this.headerBytesSeen === 0 && begun++ === tlsPieceRecords) break;
      this.headerByte(bytes[at++] as number);
    }
    const elapsedMs = Math.max(0, nowMs - this.filledAtMs);
    this.filledAtMs = nowMs;
    const due = (elapsedMs * tlsRecordsPerSecond) / 1_000 + at / tlsBytesPerRecord;
    this.tokens = Math.min(tlsRecordBurst, this.tokens + due) - Math.min(begun, tlsPieceRecords);
    return this.tokens < 0 ? undefined : at;
  }

  private headerByte(byte: number): void {
    const seen = this.headerBytesSeen++;
    if (seen >= LENGTH_AT) this.bodyBytes = (this.bodyBytes << 8) | byte;
    if (this.headerBytesSeen < HEADER_BYTES) return;
    this.bodyBytesLeft = this.bodyBytes;
    this.headerBytesSeen = 0;
    this.bodyBytes = 0;
  }
}
