import fc from 'fast-check';

import { type NodeId, unixMillis } from '../core/support/brand.ts';
import { DEFAULT_LIMITS } from '../core/support/limits.ts';
import { parsePeerAddress, type PeerAddress } from '../core/support/peer-address.ts';
import { DOCUMENT_BYTES_MAX } from './document-entries.ts';
import { LatestState } from './latest-state.ts';

/** The bounds of peers and of removals. */
const KEYS_MAX = 10_000;

function address(index: number): PeerAddress {
  const parsed = parsePeerAddress(`10.0.${index >> 8}.${index & 255}:7071`);
  if (!parsed.ok) throw new Error(parsed.fault);
  return parsed.address;
}

const record = (failures: number) => ({
  nodeId: '0123456789abcdef0123456789abcdef01234567' as NodeId,
  firstSuccessAt: unixMillis(1),
  lastSuccessAt: unixMillis(2),
  failures,
});

const save = (index: number, failures = 0) =>
  ({ kind: 'save', address: address(index), record: record(failures) }) as const;
const document = (name: 'anchors' | 'bans' | 'book:snapshot', text: string) =>
  ({ kind: 'document', name, text }) as const;
const forget = (index: number) => ({ kind: 'forget', address: address(index) }) as const;

describe('LatestState', () => {
  const step = fc.oneof(
    fc.record({
      kind: fc.constant('document' as const),
      name: fc.constantFrom('anchors' as const, 'bans' as const, 'book:snapshot' as const),
      text: fc.string(),
    }),
    fc.record({ kind: fc.constant('save' as const), peer: fc.nat(7), failures: fc.nat(99) }),
    fc.record({ kind: fc.constant('forget' as const), peer: fc.nat(7) }),
    fc.record({ kind: fc.constant('write' as const), size: fc.integer({ min: 1, max: 5 }) }),
    fc.record({ kind: fc.constant('fail' as const), size: fc.integer({ min: 1, max: 5 }) }),
    fc.record({ kind: fc.constant('lose' as const) }),
  );

  it('brings a medium that fails and forgets at will to the state of the last changes', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
        const state = new LatestState();
        const medium = new Map<string, number | string>();
        const model = new Map<string, number | string>();
        const write = (size: number): void => {
          const batch = state.takeBatch(size);
          for (const key of batch.forgets) medium.delete(key);
          const { document: written } = batch;
          if (written !== undefined) medium.set(written.name, written.text);
          for (const peer of batch.saves) medium.set(peer.address.key, peer.record?.failures ?? -1);
        };
        for (const one of steps) {
          if (one.kind === 'save') {
            state.apply(save(one.peer, one.failures));
            model.set(address(one.peer).key, one.failures);
          } else if (one.kind === 'forget') {
            state.apply(forget(one.peer));
            model.delete(address(one.peer).key);
          } else if (one.kind === 'document') {
            state.apply(document(one.name, one.text));
            model.set(one.name, one.text);
          } else if (one.kind === 'write') write(one.size);
          else if (one.kind === 'fail') state.putBack(state.takeBatch(one.size));
          else {
            medium.clear();
            state.rewriteAll();
          }
        }
        while (state.pending > 0) write(3);
        expect(medium).toEqual(model);
      }),
    );
  });

  it('does not undo a newer change when an older write failed', () => {
    const state = new LatestState();
    state.apply(save(1, 1));
    const failed = state.takeBatch(10);
    state.apply(forget(1));
    state.putBack(failed);
    expect(state.pending).toBe(1);
    expect(state.takeBatch(10)).toEqual({ saves: [], forgets: [address(1).key] });
  });

  it('counts a peer once, however often it changes', () => {
    const state = new LatestState();
    for (let i = 0; i < 1_000; i += 1) state.apply(i % 2 === 0 ? save(1, i) : forget(1));
    expect(state.pending).toBe(1);
    state.apply(save(1));
    expect(state.pending).toBe(1);
  });

  it('holds a bounded number of peers: the oldest goes, from the medium too', () => {
    const state = new LatestState();
    for (let i = 0; i <= KEYS_MAX; i += 1) state.apply(save(i));
    expect(state.peers()).toHaveLength(KEYS_MAX);
    expect(state.takeBatch(1)).toEqual({ saves: [], forgets: [address(0).key] });
  });

  it('holds a bounded number of removals', () => {
    const state = new LatestState();
    for (let i = 0; i < KEYS_MAX + 500; i += 1) state.apply(forget(i));
    expect(state.pending).toBe(KEYS_MAX);
  });

  it('writes loaded peers only when the medium lost them', () => {
    const state = new LatestState();
    state.addLoaded({ peers: [{ address: address(1) }], documents: {} });
    expect(state.pending).toBe(0);
    state.rewriteAll();
    expect(state.takeBatch(10).saves).toEqual([{ address: address(1) }]);
  });

  it('does not bring back a peer that was forgotten before it was loaded', () => {
    const state = new LatestState();
    state.apply(forget(1));
    state.addLoaded({ peers: [{ address: address(1) }], documents: {} });
    expect(state.peers()).toEqual([]);
  });

  it('walks through all known keys window by window', () => {
    const state = new LatestState();
    for (let i = 0; i < 5; i += 1) state.apply(save(i));
    const first = state.window(0, 3);
    const second = state.window(first.next, 3);
    const third = state.window(second.next, 3);
    expect([...first.keys, ...second.keys]).toEqual([0, 1, 2, 3, 4].map((i) => address(i).key));
    expect(third.keys).toEqual(first.keys);
  });

  it('writes one document at a time, after all peers', () => {
    const state = new LatestState();
    state.apply(document('book:snapshot', 's'));
    state.apply(document('bans', 'b'));
    state.apply(save(1));
    state.apply(forget(2));
    expect(state.pending).toBe(4);
    const kinds = [1, 2, 3, 4].map(() => {
      const { saves, forgets, document: taken } = state.takeBatch(10);
      return [saves.length, forgets.length, taken?.name];
    });
    expect(kinds).toEqual([
      [1, 1, undefined],
      [0, 0, 'book:snapshot'],
      [0, 0, 'bans'],
      [0, 0, undefined],
    ]);
  });

  it('writes the newest text after a failed write of an older one', () => {
    const state = new LatestState();
    state.apply(document('bans', 'old'));
    const failed = state.takeBatch(10);
    state.apply(document('bans', 'new'));
    state.putBack(failed);
    expect(state.pending).toBe(1);
    expect(state.takeBatch(10).document).toEqual({ name: 'bans', text: 'new', bytes: 3 });
  });

  it('keeps the text before one that is too long, and says so once', () => {
    const told: string[] = [];
    const state = new LatestState((name) => told.push(name));
    expect(DOCUMENT_BYTES_MAX).toBeGreaterThanOrEqual(DEFAULT_LIMITS.bansBytesMax);
    const longest = 'é'.repeat(DOCUMENT_BYTES_MAX / 2);
    state.apply(document('bans', longest));
    for (let i = 0; i < 3; i += 1) state.apply(document('bans', `${longest}x`));
    expect(state.documents()).toEqual({ bans: longest });
    expect(told).toEqual(['bans']);
  });

  it('prefers a text that was saved before loading ended', () => {
    const state = new LatestState();
    state.apply(document('bans', 'saved'));
    state.addLoaded({ peers: [], documents: { bans: 'loaded', anchors: 'loaded' } });
    expect(state.documents()).toEqual({ bans: 'saved', anchors: 'loaded' });
    expect(state.pending).toBe(1);
  });
});
