import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

const ENTRY = resolve('dist/main.js');
const EXIT_DEADLINE_MS = 20_000;

interface Ended {
  readonly exitCode: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

let directory: string;
beforeAll(() => {
  if (!existsSync(ENTRY)) throw new Error('dist/main.js is missing: run `npm run build` first');
  directory = mkdtempSync(join(tmpdir(), 'vision-cli-'));
});
afterAll(() => rmSync(directory, { recursive: true, force: true }));

/** Runs the built program to its end in an empty directory, without our own environment. */
function visionNode(
  words: readonly string[],
  environment: Record<string, string> = {},
): Promise<Ended> {
  return new Promise((resolveEnded, reject) => {
    const child = spawn(process.execPath, [ENTRY, ...words], {
      cwd: directory,
      env: { PATH: process.env['PATH'], ...environment },
      timeout: EXIT_DEADLINE_MS,
    });
    const texts = { stdout: '', stderr: '' };
    child.stdout.on('data', (chunk: Buffer) => (texts.stdout += chunk.toString()));
    child.stderr.on('data', (chunk: Buffer) => (texts.stderr += chunk.toString()));
    child.on('error', reject);
    child.on('close', (exitCode) => resolveEnded({ exitCode, ...texts }));
  });
}

describe('vision-node', () => {
  test('version', async () => {
    const { exitCode, stdout } = await visionNode(['version']);
    expect(exitCode).toBe(0);
    expect(stdout).toMatch(/^\d+\.\d+\.\d+\n$/);
  });

  test('config check is ok in an empty directory', async () => {
    expect(await visionNode(['config', 'check'])).toEqual({
      exitCode: 0,
      stdout: 'ok\n',
      stderr: '',
    });
  });

  test('a faulty configuration ends with 78, one line per fault, and leaves nothing behind', async () => {
    writeFileSync(join(directory, 'bad.toml'), '[http]\nport = "x"\nprot = 1\n');
    const before = readdirSync(directory);
    for (const command of [[], ['run'], ['config', 'check']]) {
      const words = [...command, '--config', 'bad.toml', '--peer', 'nobody'];
      const { exitCode, stdout, stderr } = await visionNode(words, { VISION_LOG_LEVEL: 'loud' });
      expect([exitCode, stdout]).toEqual([78, '']);
      expect(stderr.split('\n').slice(0, 5)).toEqual([
        'error: the configuration is invalid (4 faults)',
        expect.stringMatching(/^bad\.toml: http\.prot: expected one of .*, got an unknown key$/),
        'bad.toml: http.port: expected an integer from 1 to 65535, got "x"',
        'VISION_LOG_LEVEL: log.level: expected debug, info, warn or error, got "loud"',
        '--peer: peers[0]: expected host:port or [ipv6]:port, got "nobody"',
      ]);
    }
    expect(readdirSync(directory)).toEqual(before);
  });

  test('files that cannot be used are part of the check: nothing is started, logged or written', async () => {
    writeFileSync(join(directory, 'empty'), '');
    const environment = {
      VISION_HTTP_OPS_TOKEN_FILE: 'empty',
      VISION_STORE_KIND: 'redis',
      VISION_STORE_REDIS_URL_FILE: 'missing',
      VISION_STORE_REDIS_TLS_CA: '.',
    };
    const before = readdirSync(directory);
    for (const words of [[], ['config', 'check'], ['keygen']]) {
      const { exitCode, stdout, stderr } = await visionNode(words, environment);
      expect([exitCode, stdout]).toEqual([78, '']);
      expect(stderr.split('\n').slice(0, 4)).toEqual([
        'error: the configuration is invalid (3 faults)',
        expect.stringMatching(
          /^VISION_HTTP_OPS_TOKEN_FILE: http\.ops_token_file: .* got no token$/,
        ),
        expect.stringMatching(/^VISION_STORE_REDIS_URL_FILE: .*, got no such file$/),
        expect.stringMatching(/^VISION_STORE_REDIS_TLS_CA: .*, got no regular file$/),
      ]);
    }
    expect(readdirSync(directory)).toEqual(before);
  });

  test('secrets of a refused configuration appear nowhere', async () => {
    const ended = await visionNode(['--redis-url', 'http://me:canary@host', '--store', 'redis'], {
      VISION_SEED_PEERS: 'http://me:canary@host:7070',
      VISION_CANARY: 'canary',
    });
    expect(ended.exitCode).toBe(78);
    expect(JSON.stringify(ended)).not.toContain('canary');
  });

  test.each([[['--bogus']], [['walk']], [['--peer']], [['config']]])(
    'usage error %j ends with 64',
    async (words) => {
      const { exitCode, stdout, stderr } = await visionNode(words);
      expect([exitCode, stdout]).toEqual([64, '']);
      expect(stderr).not.toBe('');
    },
  );
});
