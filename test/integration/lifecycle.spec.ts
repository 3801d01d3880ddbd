import { execFileSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import type { RunningNode } from '../../src/runtime/running-node.ts';
import { createNode } from '../../src/create-node.ts';
import { eventually } from '../support/eventually.ts';
import { FakePeer } from '../support/fake-peer.ts';
import { NodeProcess } from '../support/node-process.ts';

jest.setTimeout(120_000);

let node: NodeProcess;
const friends: RunningNode[] = [];
const peers: FakePeer[] = [];

afterEach(async () => {
  for (const peer of peers.splice(0)) peer.end();
  await node.dispose();
  await Promise.all(friends.splice(0).map((friend) => friend.stop()));
});

const keep = (peer: FakePeer): FakePeer => {
  peers.push(peer);
  return peer;
};
const join = async (): Promise<FakePeer> => keep(await FakePeer.join(node.httpPort + 1));
const liveStatus = async (): Promise<string> =>
  (await node.get<{ status: string }>('/health/live', node.httpPort + 2)).status;
const descriptors = (): number => readdirSync(`/proc/${node.pid}/fd`).length;

describe('a process that is stopped for a while', () => {
  it('goes on with the connections that it had, and blames nobody for the time that it missed', async () => {
    node = await NodeProcess.create({ security: 'plain' });
    await node.start();
    const honest = [await join(), await join(), await join()];
    process.kill(node.pid, 'SIGSTOP');
    for (const [i, peer] of honest.entries()) {
      for (let turn = 0; turn < 20; turn += 1) {
        peer.send({ type: 'ping', body: { nonce: BigInt(100 * i + turn) } });
      }
    }
    await new Promise((resolve) => setTimeout(resolve, 6_000));
    process.kill(node.pid, 'SIGCONT');
    // Ten of a burst are answered; what is above the rate is not.
    for (const peer of honest) {
      await eventually(() => peer.count('pong') >= 10, { withinMs: 3_000, what: 'Pongs' });
    }
    // The look back at the event loop still holds the time of the stop.
    await eventually(async () => (await liveStatus()) === 'ok', {
      withinMs: 15_000,
      what: 'liveness',
    });
    expect(honest.filter(({ isOpen }) => isOpen)).toHaveLength(3);
    expect((await node.get<{ bans: unknown[] }>('/ops/bans', node.httpPort + 2)).bans).toEqual([]);
  });
});

describe('SIGTERM at any time of a start', () => {
  it.each([0, 50, 150, 300, 450, 600, 800, 1_000, 1_300, 1_700])(
    'after %i ms ends it within seconds, and the next start is clean',
    async (ms) => {
      friends.push(await createNode());
      node = await NodeProcess.create({ seeds: [`127.0.0.1:${friends[0]?.p2pPort}`] });
      node.launch();
      await new Promise((resolve) => setTimeout(resolve, ms));
      const startedAt = performance.now();
      const end = await node.kill('SIGTERM');
      expect(performance.now() - startedAt).toBeLessThan(10_000);
      // Before Node runs any of our code, the signal itself ends the process.
      expect([0, 'SIGTERM']).toContain(end);
      expect(node.log).not.toMatch(/Unhandled|Uncaught|ERROR/);
      await node.start();
      expect(node.log).not.toMatch(/ERROR|damaged|set aside/);
      expect(await node.kill('SIGTERM')).toBe(0);
    },
  );
});

/** Runs before the node: no listener ever opens, so that the start comes to no end. */
const NEVER_LISTENS = `
  import { Server } from 'node:net';
  Server.prototype.listen = function () { setInterval(() => {}, 1_000); return this; };`;

describe('SIGTERM during a start that comes to no end', () => {
  it('ends it within ten seconds, with exit code 0', async () => {
    const hang = `--import data:text/javascript,${encodeURIComponent(NEVER_LISTENS)}`;
    node = await NodeProcess.create({ environment: { NODE_OPTIONS: hang } });
    node.launch();
    await eventually(() => node.log.includes('Starting node'), {
      withinMs: 15_000,
      what: 'the start',
    });
    await new Promise((resolve) => setTimeout(resolve, 4_000));
    const startedAt = performance.now();
    expect(await node.kill('SIGTERM')).toBe(0);
    expect(performance.now() - startedAt).toBeLessThan(10_000);
    expect(node.log).not.toContain('listening');
  });
});

describe('a process without free descriptors', () => {
  it('lives, keeps its peers and its store, and takes connections again when there are some', async () => {
    friends.push(await createNode());
    node = await NodeProcess.create({
      security: 'prefer',
      seeds: [`127.0.0.1:${friends[0]?.p2pPort}`],
    });
    await node.start();
    await eventually(async () => (await node.peers()).length === 1, {
      withinMs: 10_000,
      what: 'the seed is known',
    });
    const honest = await join();
    const limit = descriptors() + 12;
    execFileSync('prlimit', ['--pid', `${node.pid}`, `--nofile=${limit}:${limit}`]);
    const crowd = await Promise.all(
      Array.from({ length: 40 }, () => FakePeer.dial(node.httpPort + 1).catch(() => undefined)),
    );
    await eventually(() => descriptors() >= limit - 1, { withinMs: 5_000, what: 'exhaustion' });
    for (let second = 0; second < 3; second += 1) {
      expect(await honest.roundTrip(BigInt(second))).toBeGreaterThan(0);
      await new Promise((resolve) => setTimeout(resolve, 1_000));
    }
    for (const peer of crowd) peer?.end();
    await eventually(async () => (await liveStatus()) === 'ok', {
      withinMs: 10_000,
      what: 'an answer',
    });
    await eventually(() => join().then(Boolean, () => false), {
      withinMs: 10_000,
      what: 'a newcomer',
    });
    expect(honest.isOpen).toBe(true);
    expect(await node.kill('SIGTERM')).toBe(0);
    expect(node.log).not.toMatch(/Unhandled|Uncaught/);
    await node.start();
    expect(node.log).toContain('Loaded 1 persisted peers');
  });
});
