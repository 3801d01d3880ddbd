import { DnsHostResolver } from '../../src/transport/dns-host-resolver.ts';
import { DnsServer } from '../support/dns-server.ts';
import { eventually } from '../support/eventually.ts';
import { NodeBench, type WatchedNode } from '../support/node-bench.ts';

jest.setTimeout(20_000);

const DOMAIN = 'my-peers.ns.svc.cluster.local';
const bench = new NodeBench();
let dns: DnsServer;
afterEach(async () => {
  await bench.close();
  await dns.stop();
});

const nameOf = (i: number): string => `my-${i}.${DOMAIN}`;

/** Pods as a StatefulSet makes them: one port, an address each, and a name by which they are known. */
async function startPods(allowedCidrs: readonly string[]): Promise<WatchedNode[]> {
  const addresses = [0, 1, 2].map((i) => `127.0.7.${i + 1}`);
  const zone = Object.fromEntries(addresses.map((a, i) => [nameOf(i), { a: [a] }]));
  dns = await DnsServer.start(zone);
  const pods: WatchedNode[] = [];
  for (const [i, host] of addresses.entries()) {
    const port = pods[0]?.port ?? 0;
    const seeds = i === 0 ? [] : [`${nameOf(0)}:${port}`];
    const resolver = new DnsHostResolver({ servers: [dns.address], hostsFile: '/nonexistent' });
    const advertise = port === 0 ? {} : { advertise: `${nameOf(i)}:${port}` };
    const scope = { scope: 'cluster', allowedCidrs, allowedNameSuffixes: [DOMAIN] } as const;
    pods.push(await bench.node({ host, port, seeds, resolver, ...advertise, ...scope }));
  }
  return pods;
}

const listed = ({ node }: WatchedNode): readonly string[] =>
  node.peers({ state: 'verified', limit: 10 });

it('pods of which two know only the first know each other by name', async () => {
  const [first, ...others] = await startPods(['127.0.7.0/24']);
  const port = first?.port ?? 0;
  for (const [i, pod] of others.entries()) {
    await eventually(() => listed(pod).includes(`${nameOf(2 - i)}:${port}`), {
      withinMs: 8_000,
      what: `pod ${i + 1} lists the other one, so far ${listed(pod).join()}`,
    });
  }
});

it('a name of theirs that leads out of the allowed ranges is not dialled', async () => {
  const pods = await startPods(['10.0.0.0/8']);
  await eventually(
    () =>
      pods[0]?.eventsOf('address-refused').some((event) => event.reason === 'resolves-forbidden'),
    { withinMs: 8_000, what: 'the first refuses the names that the others claim' },
  );
  expect(listed(pods[0] as WatchedNode)).toEqual([]);
});
