import {
  parseCanonicalPeerAddress,
  peerAddressOfIp,
} from '../../../src/core/support/peer-address.ts';
import {
  ipsOfAnswers,
  peersOfServices,
  type SrvRecord,
} from '../../../src/transport/dns-answers.ts';
import { promise, textOf, type FuzzTarget } from '../fuzz-target.ts';

/** Port, priority and weight of an SRV record, then its target. */
const HEAD_BYTES = 4;
const RECORDS_MAX = 256;

interface Answer {
  readonly port: number;
  readonly priority: number;
  readonly weight: number;
  readonly name: string;
}

function linesOfAnswers(answers: readonly Answer[]): Uint8Array {
  const lines = answers.map(({ port, priority, weight, name }) =>
    Buffer.from([port >> 8, port & 255, priority, weight, ...Buffer.from(name, 'latin1')]),
  );
  return new Uint8Array(Buffer.concat(lines.flatMap((line) => [line, Buffer.from('\n')])));
}

const NAMES = [
  'peer-0.peers.example',
  'Peer-1.Peers.Example.',
  '.',
  '198.51.100.7',
  '0x7f.1',
  '2001:db8::1',
  '::ffff:10.0.0.3',
  'fe80::1%eth0',
  '[::1]',
  'a\\032b.example',
  'a:1',
  '',
];

export const dnsAnswers: FuzzTarget = {
  name: 'dns-answers',
  cases: 40_000,
  seeds: [
    ...NAMES.map((name, i) => linesOfAnswers([{ port: 7071 * i, priority: i, weight: 9, name }])),
    linesOfAnswers(NAMES.map((name, i) => ({ port: 65_535, priority: i & 3, weight: i, name }))),
    linesOfAnswers(
      Array.from({ length: RECORDS_MAX + 1 }, (_, i) => {
        return { port: 1 + i, priority: 1, weight: 1, name: 'a.b' };
      }),
    ),
  ],
  run: (bytes) => {
    const records = recordsOf(bytes);
    checkServices(records);
    const texts = records.map(({ name }) => name);
    for (const ip of ipsOfAnswers(texts)) {
      promise(ip.length === 4 || ip.length === 16, 'addresses of a known length');
      promise(parseCanonicalPeerAddress(peerAddressOfIp(ip, 7071).key).ok, 'canonical addresses');
    }
  },
};

function recordsOf(bytes: Uint8Array): SrvRecord[] {
  const records: SrvRecord[] = [];
  for (let at = 0; at + HEAD_BYTES <= bytes.length;) {
    const [high = 0, low = 0, priority = 0, weight = 0] = bytes.subarray(at, at + HEAD_BYTES);
    const newline = bytes.indexOf(10, at + HEAD_BYTES);
    const end = newline < 0 ? bytes.length : newline;
    const name = textOf(bytes.subarray(at + HEAD_BYTES, end));
    records.push({ port: (high << 8) | low, priority, weight, name });
    at = end + 1;
  }
  return records;
}

function checkServices(records: readonly SrvRecord[]): void {
  const before = JSON.stringify(records);
  const peers = peersOfServices(records);
  promise(JSON.stringify(records) === before, 'the answers are left as they were');
  promise(peers.length <= RECORDS_MAX, 'few peers of a name');
  for (const { key, kind, port } of peers) {
    const again = parseCanonicalPeerAddress(key);
    promise(again.ok && again.address.key === key, 'canonical peers');
    promise(kind === 'name' && port >= 1 && port <= 65_535, 'a name and a port');
  }
  const ranks = ranksOf(records);
  const orders = peers.flatMap(({ key }) => {
    const rank = ranks.get(key);
    promise(rank !== undefined, 'only what was answered');
    return rank ?? [];
  });
  promise(
    orders.every((rank, i) => rank >= (orders[i - 1] ?? rank)),
    'the lowest priority first, then the heaviest',
  );
}

/** Of two records that name the same peer it is not told which one it is: they have no rank. */
function ranksOf(records: readonly SrvRecord[]): Map<string, readonly number[]> {
  const ranks = new Map<string, readonly number[]>();
  for (const record of records) {
    const key = nameOf(record.name, record.port);
    ranks.set(key, ranks.has(key) ? [] : [rankOf(record)]);
  }
  return ranks;
}

const nameOf = (name: string, port: number): string =>
  `${name.toLowerCase().replace(/\.$/, '')}:${port}`;

const rankOf = ({ priority, weight }: SrvRecord): number => priority * 65_536 - weight;
