import { parseSeedSource, type SeedSource } from '../core/connectivity/seed-source.ts';
import { peerAddressOfIp } from '../core/support/peer-address.ts';
import { SeededRandom } from '../core/support/random-source.ts';
import { EventQueue } from './event-queue.ts';
import { Reachability } from './reachability.ts';
import { SimulatedResolver } from './simulated-resolver.ts';

const IP = Uint8Array.of(20, 1, 1, 1);

function resolverOf(): { queue: EventQueue; resolver: SimulatedResolver } {
  const queue = new EventQueue();
  return { queue, resolver: new SimulatedResolver(queue, new SeededRandom(1), new Reachability()) };
}

function source(text: string): SeedSource {
  const parsed = parseSeedSource(text);
  if (!parsed.ok) throw new Error(text);
  return parsed.source;
}

describe('SimulatedResolver', () => {
  it('answers with what a name has, and with nothing for a name that it does not know', () => {
    const { queue, resolver } = resolverOf();
    const answers: unknown[] = [];
    resolver.setHost('seed.example.com', [IP]);
    resolver.resolve({ name: 'seed.example.com', asker: 0 }, (addresses) =>
      answers.push(addresses),
    );
    resolver.resolve({ name: 'nobody.example.com', asker: 0 }, (addresses) =>
      answers.push(addresses),
    );
    while (queue.step());
    expect(answers).toHaveLength(2);
    expect(answers).toEqual(expect.arrayContaining([[IP], []]));
  });

  it('answers late about a name that is slow', () => {
    const { queue, resolver } = resolverOf();
    resolver.setFault('seed.example.com', { lateMs: 5_000 });
    resolver.resolve({ name: 'seed.example.com', asker: 0 }, () => undefined);
    while (queue.step());
    expect(queue.now).toBeGreaterThanOrEqual(5_000);
  });

  it.each([
    ['dns+seed.example.com:7071', { ok: true, addresses: [peerAddressOfIp(IP, 7071)] }],
    ['dnssrv+_p2p._tcp.example.com', { ok: true, addresses: [peerAddressOfIp(IP, 9000)] }],
    ['dns+nobody.example.com:7071', { ok: false, failure: 'name-not-found' }],
    ['dnssrv+_p2p._tcp.nobody.example.com', { ok: false, failure: 'name-not-found' }],
    ['http://nobody.example.com:7070', { ok: false, failure: 'connection-failed' }],
  ])('reads the source %s', (text, expected) => {
    const { queue, resolver } = resolverOf();
    resolver.setHost('seed.example.com', [IP]);
    resolver.setService('_p2p._tcp.example.com', [peerAddressOfIp(IP, 9000)]);
    let result: unknown;
    resolver.read({ source: source(text), asker: 0 }, (answer) => (result = answer));
    while (queue.step());
    expect(result).toEqual(expected);
  });
});
