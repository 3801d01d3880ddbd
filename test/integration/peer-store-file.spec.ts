import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { ClassicLevel } from 'classic-level';

import { openFilePeerStore } from '../../src/persistence/file-peer-store.ts';
import { isReadable } from '../../src/persistence/level-damage.ts';
import type { PeerStore } from '../../src/runtime/ports/peer-store.ts';
import { eventually } from '../support/eventually.ts';
import { durable } from '../support/store-conditions.ts';
import { document, EMPTY_STATE, keysOf, manyAddresses, save } from '../support/store-samples.ts';

/** A process that holds the lock of the database in argv[1] until it is killed. */
const HOLDER = `
  const { ClassicLevel } = require('classic-level');
  const level = new ClassicLevel(process.argv[1]);
  level.open().then(() => process.stdout.write('open'));
  setInterval(() => undefined, 1000);
`;

describe('file peer store', () => {
  let root: string;
  let dataDir: string;
  let peersDir: string;
  let warnings: string[];
  const stores: PeerStore[] = [];

  beforeEach(() => {
    root = mkdtempSync(join(tmpdir(), 'vision-file-store-'));
    dataDir = join(root, 'vision_data_7070');
    peersDir = join(dataDir, 'peers');
    warnings = [];
  });
  afterEach(async () => {
    for (const store of stores.splice(0)) await store.close();
    rmSync(root, { recursive: true, force: true });
  });

  async function open(directory = dataDir): Promise<PeerStore> {
    const store = await openFilePeerStore({
      dataDir: directory,
      warn: (sentence) => warnings.push(sentence),
    });
    stores.push(store);
    return store;
  }

  async function filled(count: number): Promise<void> {
    const store = await open();
    await store.load();
    store.apply(manyAddresses(count).map((text) => save(text)));
    store.apply([document('bans', `with ${count} peers`)]);
    await durable(store);
    await store.close();
  }

  function expectOthersKeptOut(): void {
    const other = spawnSync(process.execPath, ['-e', HOLDER, peersDir], { timeout: 10_000 });
    expect(other.stdout.toString()).toBe('');
    expect(other.stderr.toString()).toContain('LEVEL_LOCKED');
  }

  /** Moves everything from the write-ahead log into tables. */
  async function compacted(): Promise<void> {
    const level = new ClassicLevel(peersDir);
    await level.open();
    await level.compactRange('a', 'z');
    await level.close();
  }

  const files = (ending: RegExp): string[] =>
    readdirSync(peersDir)
      .filter((name) => ending.test(name))
      .map((name) => join(peersDir, name));

  const setAside = (): string[] =>
    readdirSync(dataDir).filter((name) => name.startsWith('peers.corrupt-'));

  it('makes its directory, also below missing ones', async () => {
    await open(join(root, 'a', 'b', 'c'));
    expect(existsSync(join(root, 'a', 'b', 'c', 'peers', 'CURRENT'))).toBe(true);
  });

  it('refuses within 1 s a directory that another process uses, and names it', async () => {
    const holder: ChildProcess = spawn(process.execPath, ['-e', HOLDER, peersDir]);
    let output = '';
    holder.stdout?.on('data', (text) => (output += String(text)));
    await eventually(() => output === 'open', { withinMs: 10_000, what: 'the other has it' });
    const startedAt = performance.now();
    await expect(open()).rejects.toMatchObject({
      code: 'VN_ERR_DATA_DIR',
      exitCode: 74,
      message: `data directory ${dataDir}: is in use by another process (LEVEL_LOCKED)`,
    });
    expect(performance.now() - startedAt).toBeLessThan(1_000);
    holder.kill('SIGKILL');
    await eventually(() => open(), { withinMs: 5_000, what: 'the lock ends with its process' });
    expect(setAside()).toEqual([]);
  }, 20_000);

  it('refuses a second store of the same process', async () => {
    await open();
    await expect(open()).rejects.toMatchObject({ code: 'VN_ERR_DATA_DIR' });
  });

  it('keeps other processes out also after it read its files, or refused a second store', async () => {
    const store = await open();
    const link = join(root, 'link');
    symlinkSync(dataDir, link);
    expect(await isReadable(peersDir)).toBe(true);
    expectOthersKeptOut();
    for (const path of [dataDir, link]) {
      await expect(open(path)).rejects.toMatchObject({
        code: 'VN_ERR_DATA_DIR',
        message: `data directory ${path}: is in use by this very process`,
      });
      expectOthersKeptOut();
    }
    await store.close();
    expect((await open(link)).health().up).toBe(true);
  }, 30_000);

  it('gives the database free again when only its protocol could not be read', async () => {
    await filled(10);
    // LevelDB goes on without a protocol that it can neither rename nor write.
    rmSync(join(peersDir, 'LOG'));
    writeFileSync(join(peersDir, 'LOG.old'), '');
    mkdirSync(join(peersDir, 'LOG'));
    for (const _ of [1, 2]) {
      await expect(open()).rejects.toMatchObject({
        code: 'VN_ERR_DATA_DIR',
        message: expect.stringContaining('EISDIR') as string,
      });
    }
    rmSync(join(peersDir, 'LOG'), { recursive: true });
    expect((await (await open()).load()).peers).toHaveLength(10);
    expect(setAside()).toEqual([]);
  });

  it.each(['/proc/vision/data', '/sys/vision'])('refuses %s at once', async (directory) => {
    await expect(open(directory)).rejects.toMatchObject({ code: 'VN_ERR_DATA_DIR' });
  });

  it('refuses a file in place of a directory, and says so', async () => {
    writeFileSync(dataDir, 'a file');
    await expect(open()).rejects.toMatchObject({
      code: 'VN_ERR_DATA_DIR',
      hint: expect.stringContaining('is a file') as string,
    });
  });

  const damages: [string, () => void][] = [
    ['CURRENT is garbage', () => writeFileSync(join(peersDir, 'CURRENT'), 'garbage')],
    ['CURRENT names no file', () => writeFileSync(join(peersDir, 'CURRENT'), 'MANIFEST-009999\n')],
    ['CURRENT is gone', () => rmSync(join(peersDir, 'CURRENT'))],
    ['the manifest is empty', () => files(/^MANIFEST/).forEach((path) => truncateSync(path, 0))],
    ['the manifest is noise', () => files(/^MANIFEST/).forEach((path) => scramble(path))],
    ['the tables are gone', () => files(/\.ldb$/).forEach((path) => rmSync(path))],
    [
      'all files are noise',
      () => files(/^(MANIFEST|CURRENT|.*\.(ldb|log))$/).forEach((path) => scramble(path)),
    ],
  ];

  it.each(damages)('sets the database aside and starts anew when %s', async (_, damage) => {
    await filled(500);
    await compacted();
    writeFileSync(join(dataDir, 'node.key'), 'key');
    damage();
    const store = await open();
    expect(await store.load()).toEqual(EMPTY_STATE);
    expect(setAside()).toEqual(['peers.corrupt-1']);
    expect(warnings.join()).toContain(join(dataDir, 'peers.corrupt-1'));
    expect(readFileSync(join(dataDir, 'node.key'), 'utf8')).toBe('key');
    expect(store.health().up).toBe(true);
    await store.close();
    await filled(3);
    expect(keysOf((await (await open()).load()).peers)).toHaveLength(3);
  });

  it.each([
    ['is cut', (path: string) => truncateSync(path, Math.floor(statSync(path).size / 2))],
    ['has noise in it', (path: string) => scramble(path, 4_000)],
  ])('loads when a table %s, keeping what can be read', async (_, damage) => {
    await filled(2_000);
    await compacted();
    files(/\.ldb$/).forEach((path) => damage(path));
    const store = await open();
    const { peers } = await store.load();
    expect(setAside()).toEqual(['peers.corrupt-1']);
    await durable(store);
    await store.close();
    expect(keysOf((await (await open()).load()).peers)).toEqual(keysOf(peers));
  });

  it('keeps the documents that can be read of a damaged table', async () => {
    await filled(2_000);
    await compacted();
    // The names of documents sort before those of peers: the end of the table holds only peers.
    files(/\.ldb$/).forEach((path) =>
      scramble(path, statSync(path).size - 20_000, statSync(path).size - 10_000),
    );
    const loaded = await (await open()).load();
    expect(setAside()).toEqual(['peers.corrupt-1']);
    expect(loaded.documents).toEqual({ bans: 'with 2000 peers' });
  });

  it('keeps the rest when its log is damaged, and says so', async () => {
    await filled(2_000);
    files(/\.log$/).forEach((path) => scramble(path, 50_000, 51_000));
    const { peers } = await (await open()).load();
    expect(peers.length).toBeLessThan(2_000);
    expect(warnings).toEqual([expect.stringContaining('damaged')]);
  });

  it('takes a log that ends too early for what it is: a process that was killed', async () => {
    await filled(10);
    files(/\.log$/).forEach((path) => truncateSync(path, statSync(path).size - 1));
    await (await open()).load();
    expect(warnings).toEqual([]);
    expect(setAside()).toEqual([]);
  });

  it('keeps the three newest databases that it set aside', async () => {
    for (let round = 0; round < 5; round += 1) {
      await filled(1);
      writeFileSync(join(peersDir, 'CURRENT'), 'garbage');
      await (await open()).close();
    }
    expect(setAside().sort()).toEqual(['peers.corrupt-3', 'peers.corrupt-4', 'peers.corrupt-5']);
  });

  it('goes on from memory while it cannot write, and then brings everything back', async () => {
    const store = await open();
    await store.load();
    store.apply([save('node.example.com:7071')]);
    store.apply([document('anchors', 'kept')]);
    await durable(store);
    rmSync(dataDir, { recursive: true });
    writeFileSync(dataDir, 'in the way of the next log file');
    const addresses = manyAddresses(9_999);
    store.apply(addresses.map((text) => save(text)));
    await eventually(() => !store.health().up, { withinMs: 5_000, what: 'health is down' });
    expect(store.health().pendingWrites).toBeGreaterThan(0);
    rmSync(dataDir);
    await durable(store);
    await store.close();
    const { peers, documents } = await (await open()).load();
    expect(keysOf(peers)).toEqual([...addresses, 'node.example.com:7071'].sort());
    expect(documents).toEqual({ anchors: 'kept' });
  }, 30_000);

  it('loads at most 20,000 peers', async () => {
    mkdirSync(dataDir);
    const level = new ClassicLevel(peersDir);
    await level.open();
    const key = (text: string): string => `peer:${text}`;
    await level.batch(
      manyAddresses(20_500).map((text) => ({ type: 'put', key: key(text), value: '1' })),
    );
    await level.close();
    expect((await (await open()).load()).peers).toHaveLength(20_000);
  });
});

function scramble(path: string, from = 0, to = Number.POSITIVE_INFINITY): void {
  const bytes = readFileSync(path);
  for (let at = from; at < Math.min(to, bytes.length); at += 1) bytes[at] = (at * 7_919 + 13) & 255;
  writeFileSync(path, bytes);
}
