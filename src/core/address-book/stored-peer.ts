import type { NodeId, UnixMillis } from '../support/brand.ts';
import type { PeerAddress } from '../support/peer-address.ts';

/** What is kept under `record:host:port` beside `peer:host:port` → "1". */
export interface PeerRecordEntry {
  readonly nodeId: NodeId;
  readonly firstSuccessAt: UnixMillis;
  readonly lastSuccessAt: UnixMillis;
  /** Counted failures since the last success. */
  readonly failures: number;
  /** Whether it was alive for long on our own connection; absent in old records: taken from the times. */
  readonly isProven?: boolean;
  /** Whether it belongs into the table `tried`; absent in old records: yes. */
  readonly isTried?: boolean;
  /** Whether it has proven a key by TLS; absent: no. */
  readonly isSecured?: boolean;
}

/** A peer read from the store; a database of bare `peer:` keys has no records. */
export interface StoredPeer {
  readonly address: PeerAddress;
  readonly record?: PeerRecordEntry;
}
