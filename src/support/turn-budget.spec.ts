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
      turnAtMs: 0,
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

  it('goes on in the next turns until it is done, as long as each turn has time', async () => {
    const shop = new Workshop();
    shop.turns.serve(shop.user('a', 9, 1));
    await nextTurn();
    expect(shop.work).toHaveLength(8);
    await nextTurn();
    expect(shop.work).toHaveLength(9);
    expect(shop.turns.waitingCount).toBe(0);
  });

  it('does one piece a turn even when each takes longer than a turn', async () => {
    const shop = new Workshop();
    shop.turns.serve(shop.user('a', 4, 9));
    for (let turn = 2; turn <= 4; turn += 1) {
      await nextTurn();
      expect(shop.work).toHaveLength(turn);
    }
  });

  it('counts what a piece has set off, reactions and ticks, as its time', async () => {
    const shop = new Workshop();
    shop.turns.serve(shop.user('a', 4, 2));
    const costly = shop.user('b', 9, 0);
    const ofStep = costly.step.bind(costly);
    costly.step = () => {
      void Promise.resolve().then(() => process.nextTick(() => (shop.nowMs += 3)));
      return ofStep();
    };
    shop.turns.serve(costly);
    await nextTurn();
    expect(shop.work).toBe('aabb');
  });

  it('serves first who has used little, and the others in the order in which they came', async () => {
    const shop = new Workshop();
    for (const name of ['a', 'b']) shop.turns.serve(shop.user(name, 20, 4));
    for (let turn = 0; turn < 4; turn += 1) await nextTurn();
    for (const name of ['c', 'd']) shop.turns.serve(shop.user(name, 1, 1));
    shop.done.length = 0;
    await nextTurn();
    expect(shop.work).toMatch(/^cd/);
  });

  it('lets nobody wait for ever, however many newcomers there are', async () => {
    const shop = new Workshop();
    shop.turns.serve(shop.user('busy', 2, 500));
    shop.turns.serve(shop.user('first', 1, 4));
    let newcomers = 0;
    while (!shop.done.includes('busy', 1)) {
      shop.turns.serve(shop.user('newcomer', 1, 4));
      newcomers += 1;
      await nextTurn();
    }
    expect(newcomers).toBeGreaterThan(100);
    expect(newcomers).toBeLessThanOrEqual(505);
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
    expect(paced.isFull).toBe(false);
  });

  it.each([
    ['nothing waits', true, '', ['end']],
    ['bytes wait', true, 'abcd', ['abc', 'd', 'end']],
    ['what waits may not be taken', false, 'abcd', ['end']],
  ])('tells of the end when %s', async (_, mayTake, text, expected) => {
    const turns = new TurnBudget(0, () => 0);
    const paced = new PacedBytes(taker, 3, turns);
    if (text !== '') paced.push(bytes(text));
    taker.mayTake = mayTake;
    paced.end(() => taken.push('end'));
    while (turns.waitingCount > 0) await nextTurn();
    expect(taken).toEqual(expected);
  });

  it('tells of the end at once when its taker leaves or stops taking', async () => {
    const turns = new TurnBudget(0, () => 0);
    const [left, stopped] = [new PacedBytes(taker, 3, turns), new PacedBytes(taker, 3, turns)];
    for (const paced of [left, stopped]) {
      paced.push(bytes('abc'));
      paced.end(() => taken.push('end'));
    }
    left.clear();
    expect(taken).toEqual(['end']);
    taker.mayTake = false;
    while (turns.waitingCount > 0) await nextTurn();
    expect(taken).toEqual(['end', 'end']);
  });
});
