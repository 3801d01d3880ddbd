import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { spawnSync } from 'node:child_process';
import { resolve } from 'node:path';
import { eventually } from '../support/eventually.ts';
import { NodeProcess } from '../support/node-process.ts';
import { RedisServer } from '../support/redis-server.ts';

jest.setTimeout(60_000);

const TOKEN = 'canary-token-5b1c8e6f2a';
const PASSWORD = 'canary-password-9d0e7c4b13';
const WRONG_TOKEN = 'canary-wrong-token-77aa01';
const PATHS = [
  '/p2p/peers',
  '/p2p/status',
  '/health/live',
  '/health/ready',
  '/health/startup',
  '/metrics',
  '/ops/connections',
  '/ops/sources',
  '/ops/book',
  '/ops/bans',
  '/ops/config',
  '/ops/nothing',
];

/** As it is, and in the forms in which a program could print it without meaning to. */
function formsOf(secret: string): string[] {
  const bytes = Buffer.from(secret);
  return [
    secret,
    bytes.toString('hex'),
    bytes.toString('base64').replace(/=+$/, ''),
    Buffer.from(`:${secret}`).toString('base64').replace(/=+$/, ''),
    encodeURIComponent(secret),
    JSON.stringify(secret),
  ];
}

/** Pieces of the private key's PEM: any line of it is too much. */
function keyForms(directory: string): string[] {
  const pem = readFileSync(join(directory, 'node.key'), 'utf8');
  const lines = pem.split('\n').filter((line) => line.length > 20 && !line.startsWith('-'));
  const der = Buffer.from(lines.join(''), 'base64');
  const seed = der.subarray(-32);
  return [...lines, seed.toString('hex'), seed.toString('base64').replace(/=+$/, '')];
}

function leaksIn(text: string, secrets: readonly string[]): string[] {
  return secrets.filter((secret) => text.includes(secret));
}

/** Everything that a client can read on both listeners, with good, bad and no credentials. */
async function readAll(node: NodeProcess): Promise<string> {
  const said: string[] = [];
  const ask = async (port: number, path: string, init: RequestInit): Promise<void> => {
    const url = `http://127.0.0.1:${port}${path}`;
    const response = await fetch(url, { ...init, signal: AbortSignal.timeout(3_000) });
    said.push(url, JSON.stringify([...response.headers]), await response.text());
  };
  const bearer = (token: string): RequestInit => ({
    headers: { authorization: `Bearer ${token}` },
  });
  for (const path of PATHS) {
    await ask(node.httpPort, path, {});
    for (const token of [TOKEN, WRONG_TOKEN]) await ask(node.httpPort + 2, path, bearer(token));
  }
  for (const token of [WRONG_TOKEN, TOKEN]) {
    const change = { method: 'POST', body: `{"address": "not an address ${token}` };
    const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' };
    await ask(node.httpPort + 2, '/ops/peers', { ...change, headers });
    await ask(node.httpPort + 2, '/ops/bans/none', { method: 'DELETE', headers });
  }
  return said.join('\n').replaceAll(`not an address ${TOKEN}`, '');
}

describe('no secret is in anything that a node says', () => {
  const nodes: NodeProcess[] = [];
  let server: RedisServer | undefined;
  afterEach(async () => {
    await Promise.all(nodes.splice(0).map((node) => node.dispose()));
    await server?.stop();
    server = undefined;
  });

  it.each([
    ['text', 'right'],
    ['json', 'wrong'],
  ])('in %s logs at debug level, with the %s password for its Redis', async (format, kind) => {
    server = await RedisServer.start('--requirepass', kind === 'right' ? PASSWORD : 'another');
    const node = await NodeProcess.create({
      args: ['--store', 'redis', '--log-level', 'debug', '--log-format', format],
      environment: {
        VISION_STORE_REDIS_URL_FILE: 'redis.url',
        VISION_HTTP_OPS_TOKEN_FILE: 'ops.token',
      },
    });
    nodes.push(node);
    writeFileSync(
      join(node.directory, 'redis.url'),
      `redis://:${PASSWORD}@127.0.0.1:${server.port}/0`,
    );
    writeFileSync(join(node.directory, 'ops.token'), `${TOKEN}\n`);
    await node.start();
    const told = await readAll(node);
    const commandLine = readFileSync(`/proc/${node.pid}/cmdline`, 'utf8');
    await server.stop();
    await eventually(() => /Redis|store/i.test(node.log), {
      withinMs: 5_000,
      what: 'a word on it',
    });
    await node.kill('SIGTERM');
    const data = join(node.directory, `vision_data_${node.httpPort}`);
    const keys = existsSync(join(data, 'node.key')) ? keyForms(data) : [];
    const secrets = [TOKEN, PASSWORD, WRONG_TOKEN].flatMap(formsOf).concat(keys);
    expect(keys.length).toBeGreaterThan(0);
    expect(told.length).toBeGreaterThan(10_000);
    for (const text of [told, commandLine, node.log]) expect(leaksIn(text, secrets)).toEqual([]);
  });

  it.each([
    ['a seed with a password', { seeds: [`http://user:${PASSWORD}@127.0.0.1:1`] }, {}],
    ['a name with a password', { seeds: [`dns+user:${PASSWORD}@peer.example:1`] }, {}],
    ['a peer with a password', {}, { VISION_P2P_ADVERTISE: `user:${PASSWORD}@peer.example:1` }],
    [
      'a Redis on a port that is none',
      {},
      {
        VISION_STORE_KIND: 'redis',
        VISION_STORE_REDIS_URL: `redis://:${PASSWORD}@127.0.0.1:99999`,
      },
    ],
    [
      'a Redis that is none',
      {},
      { VISION_STORE_KIND: 'redis', VISION_STORE_REDIS_URL: `http://:${PASSWORD}@127.0.0.1:1` },
    ],
  ])('nor in the refusal of %s', async (_name, options, environment) => {
    const node = await NodeProcess.create(options);
    nodes.push(node);
    const { status, stdout, stderr } = spawnSync(
      process.execPath,
      [resolve('dist/main.js'), 'config', 'check', '--seeds', 'seeds.toml'],
      { cwd: node.directory, env: { ...process.env, ...environment }, encoding: 'utf8' },
    );
    expect(status).toBe(78);
    expect(stderr).toContain('invalid');
    expect(leaksIn(stdout + stderr, formsOf(PASSWORD))).toEqual([]);
  });
});
