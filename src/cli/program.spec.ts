import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { NodeConfig } from '../config/node-config.ts';
import { keyFileOf, loadOrCreateIdentity } from '../handshake/local-identity.ts';
import { VisionError } from '../support/vision-error.ts';
import type { CommandIo } from './command-io.ts';
import { PRODUCT_VERSION } from '../support/agent.ts';
import { runCommandLine } from './program.ts';

interface Ran {
  readonly exitCode: number | undefined;
  readonly stdout: string;
  readonly stderr: string;
  readonly started: readonly NodeConfig[];
}

async function run(words: readonly string[], over: Partial<CommandIo> = {}): Promise<Ran> {
  const texts = { stdout: '', stderr: '' };
  const started: NodeConfig[] = [];
  const io: CommandIo = {
    environment: {},
    stdout: (text) => void (texts.stdout += text),
    stderr: (text) => void (texts.stderr += text),
    loadOrCreateKey: async (dataDir) => {
      const { nodeId, publicKey } = loadOrCreateIdentity(dataDir);
      return { nodeId, publicKey, file: keyFileOf(dataDir) };
    },
    startNode: async (config) => void started.push(config),
    ...over,
  };
  const exitCode = await runCommandLine(words, io);
  return { exitCode, ...texts, started };
}

describe('run', () => {
  test('is the default command', async () => {
    for (const words of [[], ['run']]) {
      const { exitCode, started } = await run(words);
      expect(exitCode).toBeUndefined();
      expect(started.map((config) => config.http.port)).toEqual([7070]);
    }
  });

  test('takes every flag, with and without its name', async () => {
    const flags = [
      ['--peer', 'a.example:1', '--peer=[::1]:2', '--host', '::', '--http-port', '8000'],
      ['--p2p-port', '8100', '--ops-port', '8200', '--advertise', 'me.example:8100'],
      ['--chain', 'own', '--genesis', 'AB'.repeat(32), '--scope', 'private', '--security', 'plain'],
      ['--store', 'redis', '--redis-url', 'redis://h', '--data-dir', 'd'],
      ['--log-level', 'debug', '--log-format', 'json'],
    ].flat();
    for (const words of [flags, ['run', ...flags]]) {
      const { started, stderr } = await run(words);
      expect(stderr).toBe('');
      expect(started[0]).toMatchObject({
        http: { host: '::', port: 8000, opsPort: 8200, opsHost: '127.0.0.1' },
        p2p: { host: '::', port: 8100, security: 'plain', advertise: { key: 'me.example:8100' } },
        network: { chainId: 'own', scope: 'private' },
        store: { kind: 'redis', dataDir: 'd', redis: { url: 'redis://h' } },
        log: { level: 'debug', format: 'json' },
        discovery: { peers: [{ key: 'a.example:1' }, { key: '[::1]:2' }] },
      });
      expect(started[0]?.network.genesisHash).toEqual(new Uint8Array(32).fill(0xab));
    }
  });

  test('reads the environment', async () => {
    const { started } = await run([], { environment: { VISION_PORT: '9000' } });
    expect(started[0]?.p2p.port).toBe(9001);
  });

  test('a failure that the operator can mend is one line, a hint and its exit code', async () => {
    const startNode = (): Promise<void> =>
      Promise.reject(
        new VisionError('VN_ERR_CANNOT_LISTEN', 'port 7070 is in use', 'choose another'),
      );
    const { exitCode, stderr } = await run([], { startNode });
    expect(exitCode).toBe(69);
    expect(stderr).toBe('error: port 7070 is in use\nhint: choose another\n');
  });

  test('an unexpected failure is not dressed up', async () => {
    const startNode = (): Promise<void> => Promise.reject(new TypeError('bug'));
    await expect(run([], { startNode })).rejects.toThrow('bug');
  });

  test('faults of the configuration start nothing', async () => {
    const { exitCode, stderr, started } = await run(['--http-port', 'x', '--peer', 'y']);
    expect([exitCode, started]).toEqual([78, []]);
    expect(stderr).toContain(
      '--http-port: http.port: expected an integer from 1 to 65535, got "x"\n',
    );
    expect(stderr).toContain('--peer: peers[0]: expected host:port');
  });
});

describe('usage errors', () => {
  test.each([
    [['--bogus'], "unknown option '--bogus'"],
    [['run', '--bogus'], "unknown option '--bogus'"],
    [['--peer'], 'argument missing'],
    [['walk'], "unknown command 'walk'"],
    [['run', 'walk'], 'too many arguments'],
    [['config'], 'Usage:'],
    [['config', 'chekc'], 'unknown command'],
  ])('%j exits with 64', async (words, message) => {
    const { exitCode, stderr, started } = await run(words);
    expect([exitCode, started]).toEqual([64, []]);
    expect(stderr).toContain(message);
  });
});

describe('the other commands', () => {
  test('version is that of the package', async () => {
    const { version } = JSON.parse(readFileSync('package.json', 'utf8')) as { version: string };
    expect(PRODUCT_VERSION).toBe(version);
    for (const words of [['version'], ['--version'], ['-V']]) {
      expect(await run(words)).toMatchObject({ exitCode: 0, stdout: `${version}\n` });
    }
  });

  test('config check says ok, or what is wrong', async () => {
    expect(await run(['config', 'check'])).toMatchObject({
      exitCode: 0,
      stdout: 'ok\n',
      started: [],
    });
    const bad = await run(['config', 'check', '--store', 'disk']);
    expect(bad).toMatchObject({ exitCode: 78, stdout: '' });
    expect(bad.stderr).toContain('--store: store.kind: expected file, redis or memory, got "disk"');
  });

  test('config check exits with 1 when there is something to warn of', async () => {
    const environment = { VISION_FOO: '1' };
    const ran = await run(['config', 'check'], { environment });
    expect(ran).toMatchObject({ exitCode: 1, stdout: 'ok\n' });
    expect(ran.stderr).toMatch(/^warning: VISION_FOO is ignored: .*\n$/);
    expect(await run(['config', 'check', '--scope', 'private'])).toMatchObject({ exitCode: 1 });
  });

  test('config check is one object for programs', async () => {
    const check = ['config', 'check', '-o', 'json'];
    expect(await run(check)).toMatchObject({
      exitCode: 0,
      stdout: '{"ok":true,"faults":[],"warnings":[]}\n',
      stderr: '',
    });
    const warned = await run(check, { environment: { VISION_FOO: '1' } });
    expect([warned.exitCode, warned.stderr]).toEqual([1, '']);
    expect(JSON.parse(warned.stdout)).toEqual({
      ok: true,
      faults: [],
      warnings: [expect.stringContaining('VISION_FOO')],
    });
    const bad = await run([...check, '--store', 'disk']);
    expect([bad.exitCode, bad.stderr]).toEqual([78, '']);
    expect(JSON.parse(bad.stdout)).toEqual({
      ok: false,
      faults: [
        {
          source: '--store',
          key: 'store.kind',
          expected: 'file, redis or memory',
          got: '"disk"',
        },
      ],
      warnings: [],
    });
  });

  test('version is one object for programs', async () => {
    const { exitCode, stdout } = await run(['version', '--output', 'json']);
    expect([exitCode, JSON.parse(stdout)]).toEqual([0, { version: PRODUCT_VERSION }]);
  });

  test('a plot that cannot be written is told before the simulation, on one line', async () => {
    const words = ['simulate', '--nodes', '5000', '--plot', '/nonexistent/x\n.svg'];
    expect(await run(words)).toMatchObject({
      exitCode: 64,
      stdout: '',
      stderr: expect.stringMatching(
        /^error: --plot: \/nonexistent\/x\\u000a\.svg cannot be written: ENOENT\nhint: .*\n$/,
      ),
    });
  });

  test('help names the commands and the flags', async () => {
    expect((await run(['--help'])).stdout).toContain('config');
    expect(await run(['help'])).toMatchObject({ exitCode: 0 });
    expect((await run(['run', '--help'])).stdout).toContain('--advertise <HOST:PORT>');
  });
});

describe('keygen', () => {
  let directory: string;
  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), 'vision-keygen-'));
  });
  afterEach(() => rmSync(directory, { recursive: true, force: true }));

  test('makes the key that the node would start with, for its owner alone, and shows it again', async () => {
    const dataDir = join(directory, 'data');
    const first = await run(['keygen', '--data-dir', dataDir]);
    expect(first.exitCode).toBe(0);
    expect(first.stdout).toMatch(
      /^node_id [0-9a-f]{40}\npublic_key [0-9a-f]{64}\nkey_file .*node\.key\n$/,
    );
    const file = join(dataDir, 'node.key');
    expect(statSync(file).mode & 0o777).toBe(0o600);
    const before = readFileSync(file, 'utf8');
    const second = await run(['keygen', '--data-dir', dataDir]);
    expect(second.stdout).toBe(first.stdout);
    expect(readFileSync(file, 'utf8')).toBe(before);
    expect(first.stdout).not.toContain(before.split('\n')[1]);
  });

  test('shows the same as one object for programs', async () => {
    const { stdout } = await run(['keygen', '--data-dir', directory]);
    const shown = await run(['keygen', '--data-dir', directory, '-o', 'json']);
    const lines = Object.entries(JSON.parse(shown.stdout) as Record<string, string>);
    expect(lines.map(([name, value]) => `${name} ${value}\n`).join('')).toBe(stdout);
    expect(shown.exitCode).toBe(0);
  });

  test('replaces no damaged key', async () => {
    writeFileSync(join(directory, 'node.key'), 'no key');
    const { exitCode, stderr } = await run(['keygen', '--data-dir', directory]);
    expect([exitCode, stderr]).toEqual([74, expect.stringContaining('node.key')]);
    expect(readFileSync(join(directory, 'node.key'), 'utf8')).toBe('no key');
  });
});
