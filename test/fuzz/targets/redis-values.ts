import type { StoredPeer } from '../../../src/core/address-book/stored-peer.ts';
import { parseRedisUrl } from '../../../src/persistence/redis-address.ts';
import { RedisKeys } from '../../../src/persistence/redis-keys.ts';
import { peerOfReplies } from '../../../src/persistence/redis-state-reader.ts';
import { VisionError } from '../../../src/support/vision-error.ts';
import { record, save } from '../../support/store-samples.ts';
import { promise, textOf, type FuzzTarget } from '../fuzz-target.ts';

const bytes = (text: string): Uint8Array => new Uint8Array(Buffer.from(text, 'latin1'));
const OWN = new RedisKeys('vision:', 'testnet', 'node-0');
const RECORD =
  '{"node_id":"0123456789abcdef0123456789abcdef01234567","first_success":1700000000000,"last_success":1700000100000,"failures":3,"proven":true}';

const peer = save('10.0.0.1:7071');
const ADDRESS = peer.kind === 'save' ? peer.address : undefined;

export const redisValues: FuzzTarget = {
  name: 'redis-values',
  cases: 60_000,
  seeds: [
    'redis://node:p%40ss@redis.example:6380/2',
    'rediss://[::1]/',
    'redis://h:0/99999',
    'redis://:canary%zz@h/123456?db=3#x',
    'REDIS://user@[2001:db8::1%25eth0]:65535',
    'redis:h',
    'vision:testnet:node-0:peer:10.0.0.1:7071',
    'vision:testnet:node-0:peer:[2001:db8::1]:7071',
    'vision:testnet:node-0:record:10.0.0.1:7071',
    'vision:testnet:node-1:peer:10.0.0.1:7071',
    'v*?[a-z]^\\',
    '1',
    RECORD,
  ].map(bytes),
  run: (input) => {
    const text = textOf(input);
    checkUrl(text);
    checkKey(text);
    checkNamespace(text);
    checkReplies(text);
  },
};

function checkUrl(text: string): void {
  let message = '';
  try {
    const { host, port, db, username, password } = parseRedisUrl(text);
    promise(host !== '' && !/[\s/@[\]]/.test(host), 'a host');
    promise(Number.isInteger(port) && port >= 1 && port <= 65_535, 'a port');
    promise(Number.isInteger(db) && db >= 0 && db <= 99_999, 'a database');
    promise(username !== '' && password !== '', 'a credential or none');
    return;
  } catch (error) {
    if (!(error instanceof VisionError) || error.code !== 'VN_ERR_CONFIG') throw error;
    message = error.message;
  }
  promise(/^store\.redis\.url is not of the form [!-~]+$/.test(message), 'nothing of the URL');
}

function checkKey(text: string): void {
  const address = OWN.addressOf(text);
  if (address !== undefined) promise(OWN.peer(address.key) === text, 'a key is canonical');
}

/** Whatever prefix and names are, SCAN finds this namespace and no other. */
function checkNamespace(text: string): void {
  if (ADDRESS === undefined) return;
  const third = Math.ceil(text.length / 3);
  const [prefix = '', chain = '', node = ''] = [0, 1, 2].map((i) =>
    text.slice(i * third, (i + 1) * third),
  );
  const keys = new RedisKeys(prefix, chain, node);
  promise(keys.addressOf(keys.peer(ADDRESS.key))?.key === ADDRESS.key, 'a key there and back');
  promise(keys.addressOf(keys.record(ADDRESS.key)) === undefined, 'a record is no peer');
  promise(literalOf(keys.peersPattern) === `${keys.nobody}*`, 'a pattern that is literal');
}

/** What a pattern of Redis matches, when all but a star at its end is literal. */
function literalOf(pattern: string): string | undefined {
  let literal = '';
  for (let i = 0; i < pattern.length; i += 1) {
    const character = pattern[i] as string;
    const isStarAtEnd = character === '*' && i === pattern.length - 1;
    if (/[*?[]/.test(character) && !isStarAtEnd) return undefined;
    if (character === '\\') i += 1;
    literal += character === '\\' ? pattern[i] : character;
  }
  return literal;
}

function checkReplies(text: string): void {
  if (ADDRESS === undefined) return;
  const found = peerOfReplies(ADDRESS, [null, text], [null, RECORD]);
  promise((found !== undefined) === (text === '1'), 'a peer is what has the value of one');
  const damaged = peerOfReplies(ADDRESS, [null, '1'], [null, text]);
  promise(damaged?.address === ADDRESS, 'a damaged record leaves a peer');
  if (damaged?.record !== undefined) checkRecord(damaged.record);
  const foreign: unknown[] = [undefined, null, Number(text), [text], { text }, Buffer.from(text)];
  for (const value of foreign) {
    promise(peerOfReplies(ADDRESS, [null, value], undefined) === undefined, 'text is a value');
    const bare = peerOfReplies(ADDRESS, [null, '1'], [null, value]);
    promise(bare !== undefined && bare.record === undefined, 'text is a record');
  }
  const failed = peerOfReplies(ADDRESS, [new Error(text), '1'], [new Error(text), RECORD]);
  promise(failed === undefined, 'a failed reply says nothing');
}

function checkRecord(found: NonNullable<StoredPeer['record']>): void {
  const { nodeId, firstSuccessAt, lastSuccessAt, failures } = found;
  promise(nodeId.length === record().nodeId.length, 'a node id');
  promise(firstSuccessAt >= 0 && firstSuccessAt <= lastSuccessAt, 'times in order');
  promise(!Number.isNaN(new Date(lastSuccessAt).getTime()), 'times that a date can be');
  promise(failures >= 0 && failures <= 1_000_000, 'a number of failures');
}
