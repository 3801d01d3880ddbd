import { spawnSync } from 'node:child_process';
import { generateKeyPairSync, type KeyObject } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { request as httpRequest } from 'node:http';
import { connect } from 'node:net';
import { dirname, join, resolve as resolvePath } from 'node:path';
import { Canaries } from '../support/canaries.ts';
import { eventually } from '../support/eventually.ts';
import { NodeProcess, type NodeProcessOptions } from '../support/node-process.ts';
import { RedisServer } from '../support/redis-server.ts';

jest.setTimeout(90_000);

const MAIN = resolvePath('dist/main.js');
/** Makes a fault that nobody has foreseen, while the process runs. */
const CRASH = "process.on('SIGUSR2', () => { throw new Error('foreseen by nobody'); });";

const PATHS = [
  ...['/', '/p2p/peers', '/p2p/status', '/health', '/health/startup', '/health/live'],
  ...['/health/ready', '/metrics', '/docs', '/docs-json', '/ops/connections', '/ops/book'],
  ...['/ops/sources', '/ops/bans', '/ops/config', '/ops/events', '/ops/doctor', '/ops/peers'],
  ...['/ops/peers/10.0.0.1:7071', '/ops/bans/x', '/ops/nothing', '/%ff', '//'],
];

const nodes: NodeProcess[] = [];
const servers: RedisServer[] = [];

afterEach(async () => {
  await Promise.all(nodes.splice(0).map((node) => node.dispose()));
  await Promise.all(servers.splice(0).map((server) => server.stop()));
});

async function redis(...options: string[]): Promise<RedisServer> {
  const server = await RedisServer.start(...options);
  servers.push(server);
  return server;
}

async function nodeOf(options: NodeProcessOptions): Promise<NodeProcess> {
  const node = await NodeProcess.create(options);
  nodes.push(node);
  return node;
}

function write(node: NodeProcess, file: string, text: string): void {
  const path = join(node.directory, file);
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text, { mode: 0o600 });
}

const said = (node: NodeProcess, what: string) =>
  eventually(() => node.log.includes(what), { withinMs: 20_000, what: `"${what}"` });

const urlOf = (server: RedisServer, password: string): string =>
  `redis://:${encodeURIComponent(password)}@127.0.0.1:${server.port}/0`;

/** PEM of a key, which is a secret in the form of the file and in that of its bytes. */
function pemOf(canaries: Canaries, privateKey: KeyObject): string {
  const pem = privateKey.export({ type: 'pkcs8', format: 'pem' }) as string;
  const der = privateKey.export({ type: 'pkcs8', format: 'der' });
  canaries.add('key', der.subarray(-32));
  canaries.add('line of the key file', pem.split('\n')[1] as string);
  return pem;
}

interface Asked {
  readonly method: string;
  readonly path: string;
  readonly headers: Record<string, string>;
  readonly body?: string;
}

/** The whole answer as text, its headers among it; an answer without end is cut off. */
function ask(port: number, { method, path, headers, body }: Asked): Promise<string> {
  return new Promise((resolve, reject) => {
    let text = '';
    const asked = httpRequest({ port, host: '127.0.0.1', method, path, headers }, (answer) => {
      text += `${answer.statusCode} ${answer.rawHeaders.join('\n')}\n`;
      answer.on('data', (chunk: Buffer) => (text += chunk.toString('latin1')));
      answer.on('close', () => resolve(text));
      setTimeout(() => asked.destroy(), 3_000).unref();
    });
    asked.on('error', (error) => (text === '' ? reject(error) : resolve(text)));
    asked.end(body);
  });
}

/** Every path with secrets wherever a client may put one, on every port of a node. */
async function askEverything(node: NodeProcess, token: string, wrong: string): Promise<string> {
  const json = { 'content-type': 'application/json' };
  const basic = `Basic ${Buffer.from(`operator:${wrong}`).toString('base64')}`;
  const query = `?token=${encodeURIComponent(wrong)}`;
  const bearers = [token, wrong, `${token}x`, `${token} ${token}`].map((text) => `Bearer ${text}`);
  const changes = bearers.flatMap((authorization): Omit<Asked, 'path'>[] => {
    const headers = { ...json, authorization };
    return ['10.0.0.1:7071', wrong].map((address) => {
      return { method: 'POST', headers, body: JSON.stringify({ address }) };
    });
  });
  // First, while the rate of changes lets them through to where the token is looked at.
  const wanted: Asked[] = [
    ...changes.map((change) => ({ ...change, path: '/ops/peers' })),
    ...PATHS.flatMap((path) => [
      { method: 'GET', path, headers: { authorization: `Bearer ${token}` } },
      { method: 'GET', path: path + query, headers: { cookie: `token=${wrong}` } },
      { method: 'POST', path, headers: { ...json, authorization: basic }, body: `{"${wrong}` },
    ]),
  ];
  const answers: string[] = [];
  for (const port of [node.httpPort + 2, node.httpPort]) {
    for (const asked of wanted) answers.push(await ask(port, asked));
  }
  answers.push(await speakHttpTo(node.httpPort + 1, wrong));
  return answers.join('\n');
}

/** Somebody takes the port of the peers for that of the operator. */
function speakHttpTo(port: number, secret: string): Promise<string> {
  return new Promise((resolve) => {
    let text = '';
    const socket = connect(port, '127.0.0.1');
    socket.on('data', (chunk) => (text += chunk.toString('latin1')));
    socket.on('error', () => socket.destroy());
    socket.on('close', () => resolve(text));
    socket.write(`GET /ops/book HTTP/1.1\r\nAuthorization: Bearer ${secret}\r\n\r\n`);
  });
}

/** What has to hold a secret, in the directory of a node that runs there. */
const SECRET_FILES = ['redis-url', 'token', 'data/node.key'];

/** All that a process leaves behind in its directory. */
function written(directory: string): string {
  return readdirSync(directory, { recursive: true, encoding: 'utf8' })
    .filter((name) => !SECRET_FILES.includes(name) && statSync(join(directory, name)).isFile())
    .map((name) => `${name}\n${readFileSync(join(directory, name), 'latin1')}`)
    .join('\n');
}

const commandLineOf = (node: NodeProcess): string =>
  readFileSync(`/proc/${node.pid}/cmdline`, 'latin1').replaceAll('\0', ' ');

describe.each(['text', 'json'])('in the %s log, an answer, a file or an argument', (format) => {
  it('no secret shows: not at the start, not under attack, not without Redis, not in a crash', async () => {
    const canaries = new Canaries();
    const password = canaries.make('password of Redis');
    const token = canaries.make('token');
    const wrong = canaries.makePlain('wrong token');
    const server = await redis('--requirepass', password);
    const peer = await nodeOf({});
    const node = await nodeOf({
      args: [
        ...['--config', 'node.toml', '--store', 'redis', '--data-dir', 'data'],
        ...['--log-level', 'debug', '--log-format', format, '--peer', peer.p2p],
      ],
      environment: {
        NODE_OPTIONS: `--import data:text/javascript,${encodeURIComponent(CRASH)}`,
        VISION_HTTP_OPS_TOKEN_FILE: 'token',
      },
    });
    write(node, 'node.toml', '[store.redis]\nurl_file = "redis-url"\n');
    write(node, 'redis-url', `${urlOf(server, password)}\n`);
    write(node, 'token', `${token}\n`);
    write(node, 'data/node.key', pemOf(canaries, generateKeyPairSync('ed25519').privateKey));

    await peer.start();
    await node.start();
    await said(node, 'Successfully established outbound connection');
    const answers = [await askEverything(node, token, wrong)];
    for (const outcome of ['201 ', '"token-wrong"', '"rate-limited"', '"not-found"']) {
      expect(answers[0]).toContain(outcome);
    }
    await server.kill();
    await said(node, 'Peer store is away');
    answers.push(await askEverything(node, token, wrong), commandLineOf(node));
    process.kill(node.pid, 'SIGUSR2');
    await eventually(() => !node.isRunning, { withinMs: 5_000, what: 'the crash' });

    expect(node.log).toContain('foreseen by nobody');
    answers.push(node.log, peer.log, written(node.directory));
    expect(canaries.foundIn(answers.join('\n'))).toEqual([]);
  });

  it('no password shows that Redis refuses, in the URL of the environment', async () => {
    const canaries = new Canaries();
    const password = canaries.make('refused password');
    const server = await redis('--requirepass', 'another');
    const node = await nodeOf({
      args: ['--store', 'redis', '--log-level', 'debug', '--log-format', format],
      environment: { VISION_STORE_REDIS_URL: urlOf(server, password) },
    });
    await node.start();
    await said(node, 'it refuses the user or password');
    const answers = [await askEverything(node, 'x', 'y'), commandLineOf(node)];
    await node.kill('SIGTERM');
    answers.push(node.log, written(node.directory));
    expect(answers[0]).toContain('vision_store_up 0');
    expect(canaries.foundIn(answers.join('\n'))).toEqual([]);
  });
});

/** Every place in which an operator may have put a secret by mistake, or have made one in the right place. */
describe('a start that is refused shows no secret', () => {
  const canaries = new Canaries();
  const secret = canaries.makePlain('secret');
  const odd = canaries.make('odd secret');
  const seeds = (text: string) => ({ 'seeds.toml': `seed_peers = [${JSON.stringify(text)}]\n` });
  const toml = (text: string) => ({ 'node.toml': text });
  const ecKey = generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey;
  const noKey = '-----BEGIN PRIVATE KEY-----\n';
  const redisOf = (line: string) => toml(`[store]\nkind = "redis"\n[store.redis]\n${line}\n`);

  interface Mistake {
    readonly args?: readonly string[];
    readonly environment?: Readonly<Record<string, string>>;
    readonly files?: Readonly<Record<string, string>>;
  }

  const MISTAKES: Record<string, Mistake> = {
    'a source with a password': { files: seeds(`http://me:${secret}@a.example:1`) },
    'a source with an odd password': { files: seeds(`http://me:${odd}@a.example:1`) },
    'a source with a token': { files: seeds(`https://a.example:1/?token=${secret}`) },
    'sources of the environment': {
      environment: { VISION_SEED_PEERS: `a.example:1,me:${secret}@b.example:1` },
    },
    'a peer with a password': { args: ['--peer', `me:${secret}@a.example:1`] },
    'a source in place of the file of sources': {
      args: ['--seeds', `https://me:${odd}@h.example/s`],
    },
    'a URL in place of the file': { args: ['--config', `redis://:${odd}@h:6379`] },
    'a misspelt flag': { args: [`--redis-ulr=redis://:${odd}@h`] },
    'a flag that there is not': { args: [`--token=${secret}`] },
    'a URL in place of a command': { args: [`redis://:${odd}@h`] },
    'a URL of another kind': redisFiles(`url = "http://:${secret}@h"`),
    'a URL without its end': redisFiles(`url = "redis://:${secret}@h`),
    'a URL without quotes': redisFiles(`url = redis://:${secret}@h`),
    'a URL without an equals sign': redisFiles(`url redis://:${secret}@h`),
    'a URL in place of its file': redisFiles(`url_file = "redis://:${secret}@h"`),
    'a file with another URL': {
      ...redisFiles('url_file = "redis-url"', { 'redis-url': `http://:${odd}@h\n` }),
    },
    'a URL that is badly encoded': {
      args: ['--store', 'redis'],
      environment: { VISION_STORE_REDIS_URL: `redis://:%zz${secret}@h` },
    },
    'two different URLs': {
      args: ['--redis-url', 'redis://h', '--config', 'node.toml'],
      ...redisFiles(`url = "rediss:///${secret}"`),
    },
    'a token in place of its file': { environment: { VISION_HTTP_OPS_TOKEN_FILE: secret } },
    'two tokens in a file': {
      environment: { VISION_HTTP_OPS_TOKEN_FILE: 'token' },
      files: { token: `${secret}\n${odd}\n` },
    },
    'a damaged key': { files: { 'data/node.key': `${noKey}${secret}\n` } },
    'a key of another kind': { files: { 'data/node.key': pemOf(canaries, ecKey) } },
  };

  function redisFiles(line: string, more: Readonly<Record<string, string>> = {}): Mistake {
    return { files: { ...redisOf(line), ...more } };
  }

  it.each(Object.keys(MISTAKES))('%s', async (name) => {
    const { args = [], environment = {}, files = {} } = MISTAKES[name] as Mistake;
    const words = [
      ...('node.toml' in files ? ['--config', 'node.toml'] : []),
      ...['--data-dir', 'data', '--log-level', 'debug'],
    ];
    const node = await nodeOf({ args: [...words, ...args], environment });
    for (const [file, text] of Object.entries(files)) write(node, file, text);
    node.launch();
    await eventually(() => !node.isRunning, { withinMs: 15_000, what: `the end\n${node.log}` });
    const env = { ...process.env, ...environment };
    const others = [
      ['config', 'check', ...words, ...args],
      [...args, '--bogus'],
    ].map((given) => spawnSync(process.execPath, [MAIN, ...given], { cwd: node.directory, env }));
    expect(node.log).toMatch(/^error: /m);
    const texts = others.map(({ stdout, stderr }) => `${String(stdout)}\n${String(stderr)}`);
    expect(canaries.foundIn([node.log, ...texts].join('\n'))).toEqual([]);
  });
});
