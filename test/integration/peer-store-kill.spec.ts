import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';

const WRITER = resolve('test/support/store-writer.mjs');
const DIST = resolve(process.env['VISION_DIST'] ?? 'dist');
/** A store keeps 10,000 peers, and each round adds hundreds. */
const ROUNDS_OF_ONE_STORE = 25;
const ROUNDS = Number(process.env['KILL_ROUNDS'] ?? 20);
/** A round writes about 20 peers each few milliseconds: some end while opening, some amid thousands. */
const LIFE_MS_MAX = 250;

interface Reading {
  readonly peers: readonly [string, boolean][];
  readonly documents: Readonly<Record<string, { number: number; isWhole: boolean }>>;
  readonly warnings: readonly string[];
}

describe('file peer store under kill -9', () => {
  let dataDir: string;

  beforeAll(() => {
    if (!existsSync(join(DIST, 'persistence/file-peer-store.js'))) {
      throw new Error('these tests run the built program: npm run build');
    }
    dataDir = mkdtempSync(join(tmpdir(), 'vision-kill-'));
  });
  afterAll(() => rmSync(dataDir, { recursive: true, force: true }));

  /** @returns what the process said was durable before it died */
  async function writeAndKill(round: number): Promise<string[]> {
    const child = spawn(process.execPath, [WRITER, DIST, dataDir, 'write', `${round}`]);
    let output = '';
    let errors = '';
    child.stdout.on('data', (text) => (output += String(text)));
    child.stderr.on('data', (text) => (errors += String(text)));
    const closed = once(child, 'close');
    // The first rounds die while they start, the others at any instant of writing.
    if (round > 2) await Promise.race([once(child.stdout, 'data'), closed]);
    await pause(Math.random() * LIFE_MS_MAX);
    child.kill('SIGKILL');
    await closed;
    expect(errors).toBe('');
    return output
      .slice(0, output.lastIndexOf('\n') + 1)
      .split('\n')
      .filter(Boolean);
  }

  async function readInNewProcess(): Promise<Reading> {
    const child = spawn(process.execPath, [WRITER, DIST, dataDir, 'read']);
    let output = '';
    let errors = '';
    child.stdout.on('data', (text) => (output += String(text)));
    child.stderr.on('data', (text) => (errors += String(text)));
    const [code] = (await once(child, 'close')) as [number];
    expect({ code, errors }).toEqual({ code: 0, errors: '' });
    return JSON.parse(output) as Reading;
  }

  it(
    `opens cleanly with every durable peer after each of ${ROUNDS} kills`,
    async () => {
      const last = new Map<string, string>();
      const numbers = new Map<string, number>();
      let changes = 0;
      for (let round = 0; round < ROUNDS; round += 1) {
        if (round % ROUNDS_OF_ONE_STORE === 0) {
          rmSync(dataDir, { recursive: true, force: true });
          last.clear();
          numbers.clear();
        }
        for (const line of await writeAndKill(round % ROUNDS_OF_ONE_STORE)) {
          const [word, key, number] = line.split(' ') as [string, string, string | undefined];
          if (word === 'document') numbers.set(key, Number(number));
          else last.set(key, word);
          changes += 1;
        }
        const { peers, documents, warnings } = await readInNewProcess();
        const found = new Map(peers);
        expect(warnings).toEqual([]);
        expect([...found.values()].every(Boolean)).toBe(true);
        for (const [name, number] of numbers) {
          expect(documents[name]?.isWhole).toBe(true);
          expect(documents[name]?.number).toBeGreaterThanOrEqual(number);
        }
        const keysThat = (word: string): string[] =>
          [...last].filter(([, state]) => state === word).map(([key]) => key);
        expect(keysThat('saved').filter((key) => !found.has(key))).toEqual([]);
        expect(keysThat('forgot').filter((key) => found.has(key))).toEqual([]);
      }
      expect([...numbers.keys()].sort()).toEqual(['anchors', 'bans', 'book:snapshot']);
      expect(changes).toBeGreaterThan(ROUNDS * 20);
      expect(readdirSync(dataDir)).toEqual(['peers']);
    },
    6_000 * ROUNDS,
  );
});
