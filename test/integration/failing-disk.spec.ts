import { execFile } from 'node:child_process';
import { cpSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

import { openFilePeerStore } from '../../src/persistence/file-peer-store.ts';
import { canFailDisks, type DiskFault, onFailingDisk } from '../support/failing-disk.ts';
import { durable } from '../support/store-conditions.ts';
import { manyAddresses, save } from '../support/store-samples.ts';

jest.setTimeout(120_000);

const DIST = resolve(process.env['VISION_DIST'] ?? 'dist');
const READER = [process.execPath, resolve('test/support/store-writer.mjs'), DIST];
/** These a process makes on other files as well. */
const READING_CALLS = ['read', 'mmap', 'openat'];
const PEERS = 900;
/** As many starts, each with a log of its own. */
const STARTS = 3;
const KEPT_WITHOUT_LOG = (PEERS / STARTS) * (STARTS - 1);

interface Reading {
  readonly exitCode: number;
  readonly peers: number;
  readonly text: string;
}

const describeWithFaults = canFailDisks ? describe : describe.skip;
const reason = canFailDisks ? '' : ' (skipped: strace needs Linux and root)';

describeWithFaults(`a file store on a disk that fails while it starts${reason}`, () => {
  const root = mkdtempSync(join(tmpdir(), 'vision-eio-'));
  const whole = join(root, 'whole');
  const dataDir = join(root, 'data');

  /** Peers in a table and in the write-ahead log. */
  beforeAll(async () => {
    const texts = manyAddresses(PEERS);
    for (let start = 0; start < STARTS; start += 1) {
      const store = await openFilePeerStore({ dataDir: whole });
      await store.load();
      store.apply(texts.filter((_, i) => i % STARTS === start).map((text) => save(text)));
      await durable(store);
      await store.close();
    }
  });
  beforeEach(() => cpSync(whole, dataDir, { recursive: true }));
  afterEach(() => rmSync(dataDir, { recursive: true, force: true }));
  afterAll(() => rmSync(root, { recursive: true, force: true }));

  /** A new process opens the store and reads all of it. One thread, so that calls can be counted. */
  function read(launcher: readonly string[] = []): Promise<Reading> {
    const [program, ...words] = [...launcher, ...READER, dataDir, 'read'];
    const options = { env: { ...process.env, UV_THREADPOOL_SIZE: '1' } };
    return new Promise((done) => {
      execFile(program, words, options, (error, stdout, stderr) => {
        const peers = stdout === '' ? 0 : (JSON.parse(stdout) as { peers: unknown[] }).peers.length;
        done({ exitCode: Number(error?.code ?? 0), peers, text: stdout + stderr });
      });
    });
  }

  const databaseFiles = (ending: RegExp): string[] =>
    readdirSync(join(dataDir, 'peers'))
      .filter((name) => ending.test(name))
      .map((name) => join(dataDir, 'peers', name));

  /** @returns what went wrong with the peers, in words; undefined when nothing did */
  async function failOnce(fault: DiskFault): Promise<string | undefined> {
    const during = await read(onFailingDisk(fault));
    const after = await read();
    const what = `${fault.calls} number ${fault.only}: ${during.text.slice(0, 2_000)}`;
    if (readdirSync(dataDir).join() !== 'peers') return `set aside at ${what}`;
    const isRefused = during.exitCode !== 0;
    if (isRefused && !during.text.includes('VN_ERR_DATA_DIR')) return `crash at ${what}`;
    if (!isRefused && after.peers !== during.peers) return `later loss at ${what}`;
    if (after.peers === PEERS) return undefined;
    // LevelDB goes on without a log that it cannot open.
    const isTold = during.text.includes('Part of the peer database was damaged');
    return isTold && after.peers === KEPT_WITHOUT_LOG ? undefined : `loss at ${what}`;
  }

  it.each([
    ['fdatasync', 3],
    ['fsync', 1],
    ['rename', 2],
    ['unlink', 2],
    ['mmap', 1],
    ['read', 20],
    ['openat', 15],
  ])('keeps every peer, or says what is lost, when one %s fails', async (calls, count) => {
    for (let only = 1; only <= count; only += 1) {
      const outcome = await failOnce({
        calls,
        only,
        paths: READING_CALLS.includes(calls) ? databaseFiles(/./) : [],
      });
      expect(outcome).toBeUndefined();
      rmSync(dataDir, { recursive: true });
      cpSync(whole, dataDir, { recursive: true });
    }
  });

  it('sets aside a database with a file that cannot be read at all', async () => {
    const launcher = onFailingDisk({ calls: READING_CALLS.join(), paths: databaseFiles(/\.ldb$/) });
    const { exitCode, text } = await read(launcher);
    expect([exitCode, text]).toEqual([0, expect.stringContaining('peers.corrupt-1')]);
    expect(readdirSync(dataDir).sort()).toEqual(['peers', 'peers.corrupt-1']);
    expect((await read()).exitCode).toBe(0);
  });
});
