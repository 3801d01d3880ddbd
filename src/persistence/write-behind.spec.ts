import { type NodeId, unixMillis } from '../core/support/brand.ts';
import { parsePeerAddress } from '../core/support/peer-address.ts';
import type { StoreChange } from '../runtime/ports/peer-store.ts';
import type { StateBatch } from './latest-state.ts';
import { WriteBehind } from './write-behind.ts';

function save(index: number): StoreChange {
  const parsed = parsePeerAddress(`10.0.${index >> 8}.${index & 255}:7071`);
  if (!parsed.ok) throw new Error(parsed.fault);
  const at = unixMillis(1);
  const nodeId = '0123456789abcdef0123456789abcdef01234567' as NodeId;
  const record = { nodeId, firstSuccessAt: at, lastSuccessAt: at, failures: 0 };
  return { kind: 'save', address: parsed.address, record };
}

function writeBehind(write: (batch: StateBatch) => Promise<void>): WriteBehind {
  return new WriteBehind({
    write,
    describeFault: (error) => `fault: ${String(error)}`,
    batchPeersMax: 10,
    retryMinMs: 1,
    retryMaxMs: 4,
  });
}

/** Resolves with the number of writes once `count` have succeeded. */
function writesDone(writes: WriteBehind, count: number): Promise<void> {
  let done = 0;
  return new Promise((resolve) => {
    writes.onWrite(() => {
      done += 1;
      if (done === count) resolve();
    });
  });
}

describe('WriteBehind', () => {
  it('makes one write of all changes of one turn', async () => {
    const sizes: number[] = [];
    const writes = writeBehind((batch) => Promise.resolve(void sizes.push(batch.saves.length)));
    const done = writesDone(writes, 1);
    writes.apply([save(1)]);
    writes.apply([save(2), save(3)]);
    expect(writes.health()).toEqual({ up: true, pendingWrites: 3 });
    await done;
    expect(sizes).toEqual([3]);
    expect(writes.health()).toEqual({ up: true, pendingWrites: 0 });
  });

  it('splits many changes, one write at a time', async () => {
    const sizes: number[] = [];
    let inFlight = 0;
    const writes = writeBehind(async (batch) => {
      inFlight += 1;
      expect(inFlight).toBe(1);
      await Promise.resolve();
      inFlight -= 1;
      sizes.push(batch.saves.length);
    });
    const done = writesDone(writes, 3);
    writes.apply(Array.from({ length: 25 }, (_, i) => save(i)));
    await done;
    expect(sizes).toEqual([10, 10, 5]);
  });

  it('tries again for as long as it takes, and says what is wrong meanwhile', async () => {
    let attempts = 0;
    const details: (string | undefined)[] = [];
    const writes = writeBehind(() => {
      details.push(writes.health().detail);
      attempts += 1;
      return attempts < 5 ? Promise.reject(new Error('no')) : Promise.resolve();
    });
    const done = writesDone(writes, 1);
    writes.apply([save(1)]);
    await done;
    expect(details).toEqual([undefined, ...Array.from({ length: 4 }, () => 'fault: Error: no')]);
    expect(writes.health()).toEqual({ up: true, pendingWrites: 0 });
  });

  it('counts what is being written as pending', async () => {
    let finish = (): void => undefined;
    const started = new Promise<void>((resolve) => {
      const writes = writeBehind(() => {
        expect(writes.health().pendingWrites).toBe(1);
        resolve();
        return new Promise((finished) => (finish = finished));
      });
      writes.apply([save(1)]);
    });
    await started;
    finish();
  });

  it('writes at close what waits, once more what failed, and nothing later', async () => {
    let broken = true;
    let written = 0;
    const writes = writeBehind((batch) => {
      if (broken) return Promise.reject(new Error('no'));
      written += batch.saves.length;
      return Promise.resolve();
    });
    writes.apply([save(1)]);
    await new Promise(setImmediate);
    broken = false;
    await writes.close();
    expect(written).toBe(1);
    writes.apply([save(2)]);
    await new Promise(setImmediate);
    expect(written).toBe(1);
  });

  it('closes within 2 s of a write that never ends', async () => {
    const writes = writeBehind(() => new Promise(() => undefined));
    writes.apply([save(1)]);
    const startedAt = performance.now();
    await writes.close();
    expect(performance.now() - startedAt).toBeLessThan(2_000);
  });
});
