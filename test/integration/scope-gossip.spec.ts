import { spawn, type ChildProcess } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { DialCounter } from '../support/dial-counter.ts';
import { eventually } from '../support/eventually.ts';
import { forbiddenAddresses } from '../support/forbidden-addresses.ts';
import { describeInNamespaces, NetworkNamespace } from '../support/network-namespace.ts';
import { NodeProcess } from '../support/node-process.ts';

jest.setTimeout(90_000);

const NODE = '21.0.0.1';
const LIST_ENTRIES_MAX = 100;
const CLAIMS_MAX = 4;
/** Public addresses at which the gossiping peers answer, each in a network of its own. */
const LIARS = ['20.1.0.1', '22.1.0.1', '23.1.0.1', '24.1.0.1'];
/** Allowed addresses beside the forbidden ones: without their dials the test would prove nothing. */
const CONTROL = {
  listed: '40.1.0.1',
  redirected: '41.1.0.1',
  claimed: '42.1.0.1',
  named: '43.1.0.1',
};
const GOOD_NAME = 'good.example.org';
/** Allowed as texts; each leads to at least one forbidden address. */
const BAD_ZONE = {
  'inside.example.org': ['10.0.0.1'],
  'mixed.example.org': ['44.1.0.1', '127.0.0.1'],
  'metadata.example.org': ['169.254.169.254'],
};
const forbidden = forbiddenAddresses();

interface Fact {
  readonly ready?: true;
  readonly asked?: string;
  readonly accepted?: string;
  readonly claimed?: readonly string[];
}

/** The peers that gossip, and the name server, as one program in the namespace. */
class Gossip {
  readonly facts: Fact[] = [];
  private readonly child: ChildProcess;

  constructor(namespace: NetworkNamespace, planFile: string) {
    const script = resolve('test/support/hostile-gossip.mjs');
    const [program, ...words] = [...namespace.launcher, process.execPath, script, planFile];
    this.child = spawn(program, words, { stdio: ['pipe', 'pipe', 'inherit'] });
    let text = '';
    this.child.stdout?.setEncoding('utf8').on('data', (chunk: string) => {
      const lines = (text + chunk).split('\n');
      text = lines.pop() ?? '';
      this.facts.push(...lines.map((line) => JSON.parse(line) as Fact));
    });
  }

  get asked(): string[] {
    return [...new Set(this.facts.flatMap(({ asked }) => asked ?? []))].sort();
  }

  get accepted(): string[] {
    return [...new Set(this.facts.flatMap(({ accepted }) => accepted ?? []))].sort();
  }

  get claims(): number {
    return this.facts.filter(({ claimed }) => claimed !== undefined).length;
  }

  begin(): void {
    this.child.stdin?.write('\n');
  }

  end(): void {
    this.child.stdin?.end();
  }
}

function chunks<T>(items: readonly T[], size: number): T[][] {
  return Array.from({ length: Math.ceil(items.length / size) }, (_, i) =>
    items.slice(i * size, (i + 1) * size),
  );
}

const at = (host: string): string => `${host}:7071`;

/** Every forbidden text in a list, the last ones in a redirect too, a spread of them as claims. */
function planOf(): object {
  const wires = forbidden.filter((text) => text !== '');
  const lists = chunks(wires, LIST_ENTRIES_MAX - 8);
  const allowed = [CONTROL.listed, GOOD_NAME, ...Object.keys(BAD_ZONE)].map(at);
  const everyTenth = wires.filter((_, i) => i % 10 === 0);
  return {
    target: at(NODE),
    zone: { [GOOD_NAME]: [CONTROL.named], ...BAD_ZONE },
    listeners: [
      ...LIARS.map((host, i) => ({
        host,
        port: 7_071,
        peers: [...(lists[i] ?? []), ...(i === 0 ? allowed : [])],
        redirect: i === 3 ? [...everyTenth.slice(0, 15), at(CONTROL.redirected)] : [],
      })),
      ...Object.values(CONTROL).map((host) => ({ host, port: 7_071 })),
    ],
    claims: [...chunks(everyTenth, CLAIMS_MAX), [at(CONTROL.claimed)]].map((addresses, i) => ({
      from: `50.${i}.0.1`,
      addresses,
    })),
  };
}

describeInNamespaces('public peers that name forbidden addresses', () => {
  const directory = mkdtempSync(join(tmpdir(), 'vision-gossip-'));
  let namespace: NetworkNamespace;
  let counter: DialCounter;
  let gossip: Gossip;
  let node: NodeProcess;

  const file = (name: string, text: string): string => {
    const path = join(directory, name);
    writeFileSync(path, text);
    return path;
  };

  beforeAll(async () => {
    namespace = await NetworkNamespace.create();
    await namespace.ownEverything();
    await namespace.replaceFile('/etc/resolv.conf', file('resolv.conf', 'nameserver 127.0.0.1\n'));
    await namespace.replaceFile('/etc/hosts', file('hosts', '10.0.0.1 db redis\n'));
    counter = await DialCounter.start(namespace);
    const plan = planOf() as { claims: unknown[] };
    gossip = new Gossip(namespace, file('plan.json', JSON.stringify(plan)));
    await eventually(() => gossip.facts.some(({ ready }) => ready), {
      withinMs: 10_000,
      what: 'the gossiping peers are there',
    });
    node = await NodeProcess.create({
      security: 'plain',
      httpPort: 7_070,
      host: NODE,
      namespace,
      args: [
        ...['--host', NODE, '--advertise', at('21.0.0.2'), '--log-level', 'debug'],
        ...LIARS.flatMap((host) => ['--peer', at(host)]),
      ],
    });
    await node.start();
    gossip.begin();
    await eventually(() => gossip.claims >= plan.claims.length, {
      withinMs: 20_000,
      what: `${plan.claims.length} claims are made, so far ${gossip.claims}\n${node.log}`,
    });
    const wanted = [...LIARS, ...Object.values(CONTROL)].map(at).sort();
    await eventually(() => JSON.stringify(gossip.accepted) === JSON.stringify(wanted), {
      withinMs: 30_000,
      what: `allowed addresses are dialled: ${wanted.join()}`,
    }).catch((error: unknown) => {
      throw new Error(`dialled: ${gossip.accepted.join()}\n${node.log}`, { cause: error });
    });
    await eventually(() => gossip.asked.length > Object.keys(BAD_ZONE).length, {
      withinMs: 20_000,
      what: 'allowed names are looked up',
    });
    await eventually(async () => (await refusals()) >= forbidden.length, {
      withinMs: 20_000,
      everyMs: 500,
      what: 'all that is forbidden has been refused',
    });
    // What was taken by mistake would be dialled within seconds: the plan runs each second.
    const { uptime_seconds: now } = await node.get<{ uptime_seconds: number }>(
      '/p2p/status',
      7_072,
    );
    await eventually(
      async () =>
        (await node.get<{ uptime_seconds: number }>('/p2p/status', 7_072)).uptime_seconds > now + 5,
      { withinMs: 20_000, everyMs: 500, what: 'five more seconds of the node' },
    );
  });

  afterAll(async () => {
    gossip.end();
    await node.dispose();
    await namespace.remove();
    rmSync(directory, { recursive: true, force: true });
  });

  async function refusals(): Promise<number> {
    const text = await node.getText('/metrics', 7_072);
    const counts = [...text.matchAll(/^vision_p2p_addresses_refused_total\{.*\} (\d+)$/gm)];
    return counts.reduce((sum, [, count]) => sum + Number(count), 0);
  }

  it('name three hundred and more', () => {
    expect(forbidden.length).toBeGreaterThanOrEqual(300);
    expect(new Set(forbidden).size).toBe(forbidden.length);
  });

  it('cause no connection attempt to any of them: the kernel saw none', async () => {
    const own = [at(NODE), `${NODE}:7070`, '127.0.0.1:7072', '127.0.0.1:7070'];
    const allowed = new Set([...own, ...[...LIARS, ...Object.values(CONTROL)].map(at)]);
    const dialled = await counter.dialled();
    expect(dialled).toEqual(expect.arrayContaining(Object.values(CONTROL).map(at)));
    expect(dialled.filter((address) => !allowed.has(address))).toEqual([]);
  });

  it('cause no question for any of their names', () => {
    expect(gossip.asked).toEqual([GOOD_NAME, ...Object.keys(BAD_ZONE)].sort());
  });

  it('leave nothing of them in the address book, nor in what is shared', async () => {
    const names = [GOOD_NAME, ...Object.keys(BAD_ZONE)];
    const allowed = new Set([...LIARS, ...Object.values(CONTROL), ...names].map(at));
    const { entries } = await node.get<{ entries: { address: string }[] }>(
      '/ops/book?limit=1000',
      7_072,
    );
    expect(entries.map(({ address }) => address).filter((key) => !allowed.has(key))).toEqual([]);
    expect((await node.peers()).filter((key) => !allowed.has(key))).toEqual([]);
  });
});
