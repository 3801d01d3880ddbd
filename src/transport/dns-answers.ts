import { parsePeerAddress, type PeerAddress } from '../core/support/peer-address.ts';
import { ipOfText } from './socket-address.ts';

export interface SrvRecord {
  readonly name: string;
  readonly port: number;
  readonly priority: number;
  readonly weight: number;
}

const SRV_RECORDS_MAX = 256;

/** What is no address in answers to A and AAAA questions is passed over. */
export function ipsOfAnswers(texts: readonly string[]): Uint8Array[] {
  return texts.map(ipOfText).filter((ip) => ip !== undefined);
}

/** RFC 2782: lowest priority first, then the heaviest. A target must be a name; `.` means none. */
export function peersOfServices(records: readonly SrvRecord[]): PeerAddress[] {
  return [...records]
    .sort((a, b) => a.priority - b.priority || b.weight - a.weight)
    .slice(0, SRV_RECORDS_MAX)
    .map(({ name, port }) => parsePeerAddress(`${name}:${port}`))
    .flatMap((result) => (result.ok && result.address.kind === 'name' ? [result.address] : []));
}
