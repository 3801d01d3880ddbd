import type { DocumentName } from '../../../src/core/address-book/stored-documents.ts';
import { LatestState, type StateBatch } from '../../../src/persistence/latest-state.ts';
import { encodeRecord } from '../../../src/persistence/peer-entries.ts';
import type { StoreChange } from '../../../src/runtime/ports/peer-store.ts';
import { document, forget, manyAddresses, save } from '../../support/store-samples.ts';
import { promise, type FuzzTarget } from '../fuzz-target.ts';

const ADDRESSES = manyAddresses(16);
const NAMES: readonly DocumentName[] = ['anchors', 'bans', 'book:snapshot'];
const ROUNDS_MAX = 200;

/** What a store holds, key by key. */
type Store = Map<string, string>;

/**
 * Each byte is a change, a write that succeeds or fails, or a store that lost its memory: in the end the
 * store has the latest state.
 */
export const latestState: FuzzTarget = {
  name: 'latest-state',
  cases: 15_000,
  seeds: [
    Uint8Array.from({ length: 64 }, (_, i) => i * 4),
    Uint8Array.from({ length: 256 }, (_, i) => i),
    Uint8Array.from({ length: 200 }, (_, i) => (i * 37) % 256),
    Uint8Array.of(0x00, 0xc0, 0x40, 0xd0, 0x00, 0xe0, 0x80, 0xc1, 0xf0),
  ],
  run: (bytes) => {
    const state = new LatestState();
    const store: Store = new Map();
    const wanted: Store = new Map();
    let inFlight: StateBatch | undefined;
    for (const [at, byte] of bytes.entries()) {
      const [kind, value] = [byte >> 6, byte & 63];
      if (kind < 3) change(state, wanted, { kind, value, at });
      else inFlight = write(state, store, { inFlight, value });
    }
    if (inFlight !== undefined) write(state, store, { inFlight, value: 0 });
    for (let i = 0; state.pending > 0 && i < ROUNDS_MAX; i += 1) {
      apply(store, state.takeBatch(3));
    }
    promise(state.pending === 0, 'what waits comes to an end');
    promise(textOf(store) === textOf(wanted), 'the store ends with the latest state');
    promise(
      state.peers().length === [...wanted.keys()].filter((key) => key.includes('.')).length,
      'the state is that of the changes',
    );
  },
};

interface Step {
  readonly kind: number;
  readonly value: number;
  readonly at: number;
}

function change(state: LatestState, wanted: Store, { kind, value, at }: Step): void {
  const address = ADDRESSES[value % ADDRESSES.length] as string;
  const name = NAMES[value % NAMES.length] as DocumentName;
  if (kind === 0) {
    const saved = save(address, at);
    state.apply(saved);
    wanted.set(address, valueOf(saved));
  } else if (kind === 1) {
    state.apply(forget(address));
    wanted.delete(address);
  } else {
    state.apply(document(name, String(at)));
    wanted.set(name, String(at));
  }
}

const valueOf = (saved: StoreChange): string =>
  saved.kind === 'save' && saved.record !== undefined ? encodeRecord(saved.record) : '';

interface Write {
  readonly inFlight: StateBatch | undefined;
  readonly value: number;
}

/** Begins a write, or ends the one that is under way: well, not at all, or after half of it. */
function write(state: LatestState, store: Store, { inFlight, value }: Write) {
  if (inFlight === undefined) {
    if (value % 8 === 7) forgetAll(state, store);
    return state.takeBatch(1 + (value % 5));
  }
  if (value % 4 < 2) apply(store, inFlight);
  else {
    if (value % 4 === 2) apply(store, { ...inFlight, saves: inFlight.saves.slice(1) });
    state.putBack(inFlight);
  }
  return undefined;
}

function forgetAll(state: LatestState, store: Store): void {
  store.clear();
  state.rewriteAll();
}

function apply(store: Store, { saves, forgets, document: written }: StateBatch): void {
  for (const key of forgets) store.delete(key);
  for (const { address, record } of saves) {
    store.set(address.key, record === undefined ? '' : encodeRecord(record));
  }
  if (written !== undefined) store.set(written.name, written.text);
}

const textOf = (store: Store): string =>
  [...store.entries()]
    .map((entry) => entry.join('='))
    .toSorted()
    .join('|');
