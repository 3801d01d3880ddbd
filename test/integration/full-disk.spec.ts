import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, statfsSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createNode } from '../../src/create-node.ts';
import type { RunningNode } from '../../src/runtime/running-node.ts';
import { eventually } from '../support/eventually.ts';
import { FailingDisk } from '../support/failing-disk.ts';
import { NodeProcess } from '../support/node-process.ts';

jest.setTimeout(60_000);

const BANS = 15;

const isRoot = process.platform === 'linux' && process.getuid?.() === 0;
const describeAsRoot = isRoot ? describe : describe.skip;
const reason = isRoot ? '' : ' (skipped: mounting needs Linux and root)';

describeAsRoot(`a node whose file system has no room, fails or is read-only${reason}`, () => {
  const friends: RunningNode[] = [];
  let mount = '';
  let node: NodeProcess;

  const mounted = (options: string): void => {
    execFileSync('mount', [
      '-o',
      options,
      ...(options.includes('remount') ? [mount] : ['-t', 'tmpfs', 'tmpfs', mount]),
    ]);
  };
  const opsPort = (): number => node.httpPort + 2;
  /** The last block of a file takes small changes even on a full disk; the list of bans outgrows it. */
  const ban = async (i: number): Promise<void> => {
    const answer = await fetch(`http://127.0.0.1:${opsPort()}/ops/bans`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({
        node_id: `${i}`.padStart(40, '0'),
        seconds: 3_600,
        reason: 'r'.repeat(100),
      }),
    });
    expect(answer.status).toBe(201);
  };
  const metrics = (): Promise<string> => node.getText('/metrics', opsPort());
  const isStoreUp = async (): Promise<boolean> => /^vision_store_up 1$/m.test(await metrics());
  const isWritten = async (): Promise<boolean> =>
    /^vision_store_pending_writes 0$/m.test(await metrics());
  const fill = (): void => {
    const { bavail, bsize } = statfsSync(mount);
    writeFileSync(join(mount, 'ballast'), Buffer.alloc(bavail * bsize));
  };

  beforeEach(async () => {
    mount = mkdtempSync(join(tmpdir(), 'vision-disk-'));
    mounted('size=4m');
    const first = await createNode();
    friends.push(first);
    node = await NodeProcess.create({
      seeds: [`127.0.0.1:${first.p2pPort}`],
      args: ['--data-dir', join(mount, 'data')],
    });
  });

  afterEach(async () => {
    await node.dispose();
    await Promise.all(friends.splice(0).map((friend) => friend.stop()));
    execFileSync('umount', ['--lazy', mount]);
    rmSync(mount, { recursive: true, force: true });
  });

  const knows = (count: number): Promise<unknown> =>
    eventually(async () => (await node.peers()).length === count, {
      withinMs: 15_000,
      what: `${count} peers known`,
    });
  /** Another node dials this one, which verifies it and has something to write. */
  const visit = async (): Promise<void> => {
    friends.push(await createNode({ peers: [node.p2p] }));
  };

  /** @returns how to end it */
  type Trouble = () => Promise<() => Promise<void>>;
  const noRoom: Trouble = async () => {
    fill();
    return async () => rmSync(join(mount, 'ballast'));
  };
  const failingSync: Trouble = async () => {
    const disk = await FailingDisk.of(node.pid, 'fdatasync');
    return () => disk.mend();
  };

  it.each([
    ['there is no room', noRoom, 'ENOSPC'],
    ['its disk fails', failingSync, 'EIO'],
  ])(
    'goes on from memory while %s, says so, and writes all of it later',
    async (_, begin, code) => {
      await node.start();
      await knows(1);
      await eventually(isStoreUp, { withinMs: 5_000, what: 'the store is up' });
      const end = await begin();
      await visit();
      await knows(2);
      await visit();
      await knows(3);
      for (let i = 0; i < BANS; i += 1) await ban(i);
      await eventually(async () => !(await isStoreUp()), {
        withinMs: 15_000,
        what: `the store is down\n${node.log}`,
      });
      expect((await node.get<{ status: string }>('/health/live', opsPort())).status).toBe('ok');
      expect(node.log).toMatch(new RegExp(`Peer store is away.*${code}`));
      await end();
      await eventually(async () => (await isStoreUp()) && (await isWritten()), {
        withinMs: 20_000,
        what: `everything is written\n${node.log}`,
      });
      expect(node.log.match(/Peer store is (away|back)/g)).toHaveLength(2);
      await node.kill('SIGKILL');
      expect(node.log).not.toMatch(/Unhandled|Uncaught/);
      await node.start();
      expect(node.log).toMatch(/Loaded 3 persisted peers/);
      expect((await node.get<{ bans: unknown[] }>('/ops/bans', opsPort())).bans).toHaveLength(BANS);
    },
  );

  it.each<[string, () => void]>([
    ['no room', fill],
    ['a read-only file system', () => mounted('remount,ro')],
  ])('does not start with %s, says why, and exits with 74', async (_, damage) => {
    damage();
    node.launch();
    await eventually(() => !node.isRunning, { withinMs: 10_000, what: 'the end of the start' });
    expect(await node.kill('SIGKILL')).toBe(74);
    expect(node.log).toMatch(/data directory|node key/);
  });
});
