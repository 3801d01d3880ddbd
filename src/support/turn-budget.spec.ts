import { PacedBytes } from './paced-bytes.ts';
import { TurnBudget, type TurnUser } from './turn-budget.ts';

/** A clock that only work moves. */
class Workshop {
  nowMs = 0;
  readonly done: string[] = [];
  readonly turns = new TurnBudget(4, () => this.nowMs);

  user(name: string, pieces: number, pieceMs: number): TurnUser {
    let left = pieces;
    return {
      usedMs: 0,
      usedAtMs: 0,
      step: () => {
        left -= 1;
        this.nowMs += pieceMs;
        this.done.push(name);
        return left > 0;
      },
    };
  }

  get work(): string {
    return this.done.join('');
  }
}

const nextTurn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

describe('TurnBudget', () => {
  it.each([
    ['all at once when the turn has time for it', 3, 'aaa'],
    ['no more than the turn has time for', 9, 'aaaa'],
  ])('does %s', (_, pieces, work) => {
    const shop = new Workshop();
    shop.turns.serve(shop.user('a', pieces, 1));
    expect(shop.work).toBe(work);
  });

  it('goes on in the next turns until it is done', async () => {
    const shop = new Workshop();
    shop.turns.serve(shop.user('a', 9, 1));
    for (let turn = 5; turn <= 9; turn += 1) {
      await nextTurn();
      expect(shop.work).toHaveLength(turn);
    }
    expect(shop.turns.waitingCount).toBe(0);
  });

  it('serves first who has used least, however long the others have waited', async () => {
    const shop = new Workshop();
    for (const name of ['a', 'b']) shop.turns.serve(shop.user(name, 20, 2));
    await nextTurn();
    shop.turns.serve(shop.user('honest', 1, 0));
    shop.done.length = 0;
    await nextTurn();
    expect(shop.done[0]).toBe('honest');
  });

  it('shares turns equally between those who always have work', async () => {
    const shop = new Workshop();
    for (const name of ['a', 'b']) shop.turns.serve(shop.user(name, 1_000, 1));
    for (let turn = 0; turn < 100; turn += 1) await nextTurn();
    const ofA = shop.done.filter((name) => name === 'a').length;
    expect(shop.done.length).toBeGreaterThan(60);
    expect(Math.abs(2 * ofA - shop.done.length)).toBeLessThanOrEqual(4);
  });

  it('does nothing more for who has left', async () => {
    const shop = new Workshop();
    const user = shop.user('a', 9, 1);
    shop.turns.serve(user);
    shop.turns.leave(user);
    await nextTurn();
    expect(shop.work).toBe('aaaa');
  });
});

describe('PacedBytes', () => {
  const taken: string[] = [];
  const taker = {
    mayTake: true,
    takePiece: (piece: Uint8Array): void => void taken.push(Buffer.from(piece).toString()),
    allTaken: (): void => void taken.push('.'),
  };
  const bytes = (text: string): Uint8Array => new Uint8Array(Buffer.from(text));

  beforeEach(() => {
    taken.length = 0;
    taker.mayTake = true;
  });

  it.each([
    ['ab', ['ab', '.']],
    ['abc', ['abc', '.']],
    ['abcd', ['abc', 'd', '.']],
    ['abcdefg', ['abc', 'def', 'g', '.']],
  ])('hands %s over in pieces of three', (text, pieces) => {
    new PacedBytes(taker, 3, new TurnBudget(4, () => 0)).push(bytes(text));
    expect(taken).toEqual(pieces);
  });

  it('keeps the rest while nothing may be taken, in order with what comes after', () => {
    const paced = new PacedBytes(taker, 3, new TurnBudget(4, () => 0));
    taker.mayTake = false;
    paced.push(bytes('abcd'));
    paced.push(bytes('ef'));
    expect(taken).toEqual([]);
    taker.mayTake = true;
    paced.goOn();
    expect(taken).toEqual(['abc', 'def', '.']);
    expect(paced.isEmpty).toBe(true);
  });
});
