import { mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { parseSeedSource, type SeedSource } from '../../src/core/connectivity/seed-source.ts';
import { formatIp } from '../../src/core/support/ip-address.ts';
import {
  DnsHostResolver,
  type DnsHostResolverOptions,
} from '../../src/transport/dns-host-resolver.ts';
import { DnsServer, type DnsZoneEntry } from '../support/dns-server.ts';

let directory: string;
let server: DnsServer;
let resolver: DnsHostResolver;

async function start(
  zone: Readonly<Record<string, DnsZoneEntry>>,
  options: Omit<DnsHostResolverOptions, 'servers'> & { hosts?: string; resolvConf?: string } = {},
): Promise<void> {
  directory = mkdtempSync(join(tmpdir(), 'vision-resolver-'));
  writeFileSync(join(directory, 'hosts'), options.hosts ?? '');
  writeFileSync(join(directory, 'resolv.conf'), options.resolvConf ?? '');
  server = await DnsServer.start(zone);
  resolver = new DnsHostResolver({
    ...options,
    servers: [server.address],
    hostsFile: join(directory, 'hosts'),
    resolvConfFile: join(directory, 'resolv.conf'),
  });
}

async function resolved(host: string): Promise<readonly string[]> {
  return (await resolver.resolve(host)).map(formatIp);
}

async function keysOf(text: string): Promise<readonly string[] | string> {
  const parsed = parseSeedSource(text) as { readonly ok: true; readonly source: SeedSource };
  const result = await resolver.readSource(parsed.source);
  return result.ok ? result.addresses.map(({ key }) => key) : result.failure;
}

async function elapsedMs(work: Promise<unknown>): Promise<number> {
  const startedAt = performance.now();
  await work;
  return performance.now() - startedAt;
}

afterEach(async () => {
  resolver.close();
  await server.stop();
  rmSync(directory, { recursive: true, force: true });
});

describe('resolving a name', () => {
  it('answers with all A and AAAA records, IPv6 first', async () => {
    await start({ 'both.test': { a: ['192.0.2.1', '192.0.2.2'], aaaa: ['2001:db8::1'] } });
    expect(await resolved('both.test')).toEqual(['2001:db8::1', '192.0.2.1', '192.0.2.2']);
  });

  it('answers with nothing for a name that does not exist, fails or has no address', async () => {
    await start({ 'empty.test': {}, 'broken.test': { responseCode: 2 } });
    expect(await resolved('absent.test')).toEqual([]);
    expect(await resolved('empty.test')).toEqual([]);
    expect(await resolved('broken.test')).toEqual([]);
    expect(await resolved('no such name')).toEqual([]);
    expect(await resolved('x'.repeat(300))).toEqual([]);
  });

  it('answers with one address family when the other one stays silent', async () => {
    await start({ 'half.test': { a: ['192.0.2.1'], silent: ['AAAA'] } });
    expect(await elapsedMs(resolved('half.test'))).toBeLessThan(1_000);
    expect(await resolved('half.test')).toEqual(['192.0.2.1']);
  });

  it('gives a black-holed name up after 2 s while other names go on', async () => {
    const zone: Record<string, DnsZoneEntry> = { 'good.test': { a: ['192.0.2.1'] } };
    for (let i = 0; i < 12; i += 1) zone[`silent-${i}.test`] = { silent: 'all' };
    await start(zone);
    const silent = Array.from({ length: 12 }, (_, i) => elapsedMs(resolved(`silent-${i}.test`)));
    expect(await elapsedMs(resolved('good.test'))).toBeLessThan(1_000);
    for (const elapsed of await Promise.all(silent)) {
      expect(elapsed).toBeGreaterThan(1_900);
      expect(elapsed).toBeLessThan(3_500);
    }
  }, 10_000);

  it('waits for a name that is slower than the others were', async () => {
    await start({
      'fast.test': { a: ['192.0.2.1'] },
      'slow.test': { a: ['192.0.2.2'], delayMs: 1_400 },
    });
    for (let i = 0; i < 10; i += 1) await resolved('fast.test');
    expect(await resolved('slow.test')).toEqual(['192.0.2.2']);
  });

  it('waits for a slow name behind search domains that answer fast', async () => {
    const resolvConf = 'search a.test b.test c.test d.test\noptions ndots:5\n';
    await start({ 'slow.test': { a: ['192.0.2.2'], delayMs: 1_400 } }, { resolvConf });
    expect(await resolved('slow.test')).toEqual(['192.0.2.2']);
  });

  it('asks again when a datagram is lost, and the next server when one is down', async () => {
    await start({ 'lost.test': { a: ['192.0.2.1'], lose: 2 }, 'down.test': { silent: 'all' } });
    expect(await resolved('lost.test')).toEqual(['192.0.2.1']);
    const second = await DnsServer.start({ 'down.test': { a: ['192.0.2.2'] } });
    const both = new DnsHostResolver({ servers: [server.address, second.address] });
    expect((await both.resolve('down.test')).map(formatIp)).toEqual(['192.0.2.2']);
    await second.stop();
  });

  it('asks at most 16 names at once and lets the others wait their turn', async () => {
    const zone: Record<string, DnsZoneEntry> = { 'good.test': { a: ['192.0.2.1'] } };
    for (let i = 0; i < 16; i += 1) zone[`silent-${i}.test`] = { silent: 'all' };
    await start(zone, { timeoutMs: 300 });
    const silent = Array.from({ length: 16 }, (_, i) => resolved(`silent-${i}.test`));
    const elapsed = elapsedMs(resolved('good.test'));
    await Promise.all(silent);
    expect(await elapsed).toBeGreaterThan(250);
    expect(await resolved('good.test')).toEqual(['192.0.2.1']);
  });

  it('fails at once beyond 1,024 waiting names, and gives all up when closed', async () => {
    await start({ 'silent.test': { silent: 'all' } });
    const waiting = Array.from({ length: 16 + 1_024 }, () => resolved('silent.test'));
    expect(await elapsedMs(resolved('silent.test'))).toBeLessThan(100);
    expect(await keysOf('dns+silent.test:1')).toBe('resolver-error');
    const ended = elapsedMs(Promise.all(waiting));
    resolver.close();
    expect(await ended).toBeLessThan(1_500);
    expect(await resolved('silent.test')).toEqual([]);
  });

  it('keeps at most 16 addresses', async () => {
    await start({ 'many.test': { a: Array.from({ length: 20 }, (_, i) => `192.0.2.${i}`) } });
    expect(await resolved('many.test')).toHaveLength(16);
  });

  it('sees a name that appears later', async () => {
    await start({});
    expect(await resolved('later.test')).toEqual([]);
    server.set('later.test', { a: ['192.0.2.1'] });
    expect(await resolved('later.test')).toEqual(['192.0.2.1']);
  });
});

describe('names that need no server', () => {
  it('takes the hosts file first, and again when it changes', async () => {
    await start({ 'node.test': { a: ['192.0.2.9'] } }, { hosts: '10.1.2.3 Node.test alias # x\n' });
    expect(await resolved('node.test')).toEqual(['10.1.2.3']);
    expect(await resolved('ALIAS')).toEqual(['10.1.2.3']);
    writeFileSync(join(directory, 'hosts'), '10.9.9.9 node.test\n::1 node.test\n');
    utimesSync(join(directory, 'hosts'), 1, 1);
    const end = performance.now() + 4_000;
    while ((await resolved('node.test')).length !== 2 && performance.now() < end) {
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    expect(await resolved('node.test')).toEqual(['::1', '10.9.9.9']);
    expect(server.questions).toEqual([]);
  });

  it('knows localhost and numeric addresses by itself', async () => {
    await start({});
    expect(await resolved('localhost')).toEqual(['::1', '127.0.0.1']);
    expect(await resolved('seed.localhost')).toEqual(['::1', '127.0.0.1']);
    expect(await resolved('192.0.2.7')).toEqual(['192.0.2.7']);
    expect(await resolved('2001:db8::7')).toEqual(['2001:db8::7']);
    expect(server.questions).toEqual([]);
  });

  it('does not take a number in disguise for an address', async () => {
    await start({});
    for (const host of ['2130706433', '127.1', '0x7f.1']) expect(await resolved(host)).toEqual([]);
  });
});

describe('search domains', () => {
  const resolvConf = 'nameserver 192.0.2.53\nsearch ns.svc.test svc.test.\noptions edns0 ndots:2\n';

  it('come first for a name of few dots, then the name as it is', async () => {
    await start(
      { 'seed.peers.svc.test': { a: ['10.0.0.1'] }, 'plain.test': { a: ['10.0.0.2'] } },
      { resolvConf },
    );
    expect(await resolved('seed.peers')).toEqual(['10.0.0.1']);
    expect(await resolved('plain.test')).toEqual(['10.0.0.2']);
    const asked = server.questions.filter(({ type }) => type === 'A').map(({ name }) => name);
    expect(asked).toEqual([
      'seed.peers.ns.svc.test',
      'seed.peers.svc.test',
      'plain.test.ns.svc.test',
      'plain.test.svc.test',
      'plain.test',
    ]);
  });

  it('are not asked for a name with enough dots or a trailing dot', async () => {
    await start(
      { 'a.b.test': { a: ['10.0.0.1'] }, 'one.test': { a: ['10.0.0.2'] } },
      { resolvConf },
    );
    expect(await resolved('a.b.test')).toEqual(['10.0.0.1']);
    expect(await resolved('one.test.')).toEqual(['10.0.0.2']);
    expect(server.questions).toHaveLength(4);
  });
});

describe('reading a DNS source', () => {
  it('gives every address the port of the source', async () => {
    await start({ 'seeds.test': { a: ['192.0.2.1'], aaaa: ['2001:db8::1'] } });
    expect(await keysOf('dns+seeds.test:7071')).toEqual(['[2001:db8::1]:7071', '192.0.2.1:7071']);
    expect(await keysOf('192.0.2.5:9')).toEqual(['192.0.2.5:9']);
  });

  it('gives SRV targets by priority and weight, without those that are no names', async () => {
    const srv = (priority: number, weight: number, port: number, target: string) => ({
      priority,
      weight,
      port,
      target,
    });
    await start({
      '_p2p._tcp.seeds.test': {
        srv: [
          srv(2, 0, 3, 'c.test'),
          srv(1, 1, 2, 'b.test'),
          srv(1, 9, 1, 'A.test'),
          srv(0, 0, 5, '.'),
          srv(0, 0, 0, 'zero.test'),
          srv(0, 0, 7, '127.1'),
          srv(0, 0, 7, '127.0.0.1'),
        ],
      },
    });
    expect(await keysOf('dnssrv+_p2p._tcp.seeds.test')).toEqual([
      'a.test:1',
      'b.test:2',
      'c.test:3',
    ]);
  });

  it('says why a source could not be read', async () => {
    await start(
      {
        'empty.test': {},
        'broken.test': { responseCode: 2 },
        'refused.test': { responseCode: 5 },
        'silent.test': { silent: 'all' },
      },
      { timeoutMs: 300 },
    );
    expect(await keysOf('dns+absent.test:1')).toBe('name-not-found');
    expect(await keysOf('dns+empty.test:1')).toBe('name-not-found');
    expect(await keysOf('dns+broken.test:1')).toBe('resolver-error');
    expect(await keysOf('dns+refused.test:1')).toBe('resolver-error');
    expect(await keysOf('dns+silent.test:1')).toBe('no-answer');
    expect(await keysOf('dnssrv+_p2p._tcp.absent.test')).toBe('name-not-found');
  });
});
