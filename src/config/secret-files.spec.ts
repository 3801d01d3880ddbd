import { execFileSync } from 'node:child_process';
import { generateKeyPairSync } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ConfigBench } from '../../test/support/config-bench.ts';
import { nodeCertificate } from '../handshake/node-certificate.ts';

let bench: ConfigBench;
let fifo: string;
beforeAll(() => {
  bench = new ConfigBench();
  fifo = join(bench.directory, 'fifo');
  execFileSync('mkfifo', [fifo]);
});
afterAll(() => bench.remove());

const TOKEN = 'http.ops_token_file';
const URL_FILE = 'store.redis.url_file';
const CA = 'store.redis.tls_ca';
const EXPECTED: Readonly<Record<string, string>> = {
  [TOKEN]: 'a readable file with 1 to 4096 visible ASCII characters',
  [URL_FILE]: 'a readable file with redis://host:port/number or rediss://host:port/number',
  [CA]: 'a readable file with certificates in PEM',
};

function file(content: string): string {
  const path = join(bench.directory, 'content');
  writeFileSync(path, content);
  return path;
}

/** A node with Redis for which one of the three names this file. */
function nodeWith(key: string, path: string, kind = 'redis'): string {
  const named = JSON.stringify(path);
  const token = key === TOKEN ? `[http]\nops_token_file = ${named}\n` : '';
  const url = key === URL_FILE ? `url_file = ${named}` : 'url = "rediss://h"';
  const ca = key === CA ? `tls_ca = ${named}` : '';
  return `${token}[store]\nkind = "${kind}"\n[store.redis]\n${url}\n${ca}\n`;
}

const certificate = (): string =>
  nodeCertificate(generateKeyPairSync('ed25519').privateKey, 'a'.repeat(40));

describe.each([TOKEN, URL_FILE, CA])('the file of %s', (key) => {
  test.each([
    ['that is missing', () => join(bench.directory, 'none'), 'no such file'],
    ['that is a directory', () => bench.directory, 'no regular file'],
    ['that is a pipe, which nobody waits for', () => fifo, 'no regular file'],
    ['that is too large', () => file('x'.repeat(1_048_577)), '1048577 bytes'],
  ])('%s is a fault of the key', (_, path, got) => {
    expect(bench.faultsOf({ node: nodeWith(key, path()) })).toEqual([
      `node.toml: ${key}: expected ${EXPECTED[key]}, got ${got}`,
    ]);
  });

  test('is told with the variable that named it', () => {
    const variable = `VISION_${key.toUpperCase().replaceAll('.', '_')}`;
    const environment = { [variable]: file(''), VISION_STORE_KIND: 'redis' };
    const faults = bench
      .faultsOf({ environment, node: '' })
      .filter((line) => !line.includes(' a URL here'));
    expect(faults).toEqual([
      expect.stringMatching(`^${variable}: ${key}: expected a readable file .*, got no `),
    ]);
  });
});

test.each([
  [TOKEN, '', 'no token'],
  [TOKEN, '\n', 'no token'],
  [TOKEN, 'canary\ncanary\n', 'no token'],
  [URL_FILE, '', 'no URL of Redis'],
  [URL_FILE, 'http://:canary@h\n', 'no URL of Redis'],
  [CA, 'canary', 'no certificate'],
  [
    CA,
    '-----BEGIN CERTIFICATE-----\ncanary\n-----END CERTIFICATE-----\n',
    'no certificate as number 1',
  ],
])('%s with the content %j is refused, and nothing of it is shown', (key, content, got) => {
  expect(bench.faultsOf({ node: nodeWith(key, file(content)) })).toEqual([
    `node.toml: ${key}: expected ${EXPECTED[key]}, got ${got}`,
  ]);
});

test.each([
  [TOKEN, () => 'secret\n'],
  [URL_FILE, () => ' rediss://me:secret@h:1/2\n'],
  [CA, () => `of the year\n${certificate()}${certificate()}`],
])('%s with what it should hold is good', (key, content) => {
  expect(bench.faultsOf({ node: nodeWith(key, file(content())) })).toEqual([]);
});

test('files of Redis are not looked at without Redis, nor one whose place a stronger URL has taken', () => {
  for (const key of [URL_FILE, CA]) {
    expect(bench.faultsOf({ node: nodeWith(key, '/nowhere', 'memory') })).toEqual([]);
  }
  const flags = { '--redis-url': 'redis://h' };
  expect(bench.faultsOf({ node: nodeWith(URL_FILE, '/nowhere'), flags })).toEqual([]);
});
