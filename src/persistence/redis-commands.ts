import type { Redis } from 'ioredis';

import type { StoredPeer } from '../core/address-book/stored-peer.ts';
import type { AddressKey } from '../core/support/brand.ts';
import type { SizedDocument } from './document-entries.ts';
import type { StateBatch } from './latest-state.ts';
import { encodeRecord, PEER_VALUE } from './peer-entries.ts';
import { redisFaultCode } from './redis-faults.ts';
import type { RedisKeys } from './redis-keys.ts';

/** At most three commands, each all or nothing: no peer is ever seen without its record. */
export async function writeBatch(client: Redis, keys: RedisKeys, batch: StateBatch): Promise<void> {
  const commands: Promise<unknown>[] = [];
  if (batch.forgets.length > 0) {
    commands.push(client.del(batch.forgets.flatMap((key) => [keys.peer(key), keys.record(key)])));
  }
  if (batch.saves.length > 0) {
    commands.push(client.mset(batch.saves.flatMap((peer) => entriesOf(keys, peer))));
  }
  if (batch.document !== undefined) {
    commands.push(client.set(keys.document(batch.document.name), batch.document.text));
  }
  for (const outcome of await Promise.allSettled(commands)) {
    if (outcome.status === 'rejected') throw outcome.reason;
  }
}

/**
 * Whether Redis takes writes and holds all these peers and documents. SETRANGE of nothing changes nothing, but is
 * refused like any other write, and tells the length of the value.
 */
export async function holdsAll(
  client: Redis,
  keys: RedisKeys,
  expected: { readonly peers: readonly AddressKey[]; readonly documents: readonly SizedDocument[] },
): Promise<boolean> {
  const { peers, documents } = expected;
  const pipeline = client.pipeline();
  pipeline.setrange(keys.nobody, 0, '');
  for (const key of peers) pipeline.setrange(keys.peer(key), 0, '');
  for (const { name } of documents) pipeline.setrange(keys.document(name), 0, '');
  const [, ...lengths] = ((await pipeline.exec()) ?? []).map(([error, length]) => {
    // What stands there is of another type: not held, and writing it again overwrites that.
    if (error !== null && redisFaultCode(error) !== 'WRONGTYPE') throw error;
    return error === null ? length : undefined;
  });
  const wanted = [...peers.map(() => PEER_VALUE.length), ...documents.map(({ bytes }) => bytes)];
  return wanted.every((length, index) => lengths[index] === length);
}

function entriesOf(keys: RedisKeys, { address, record }: StoredPeer): string[] {
  const entries = [keys.peer(address.key), PEER_VALUE];
  if (record !== undefined) entries.push(keys.record(address.key), encodeRecord(record));
  return entries;
}
