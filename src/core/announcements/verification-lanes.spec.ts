import fc from 'fast-check';
import { connectionId, type ConnectionId } from '../support/brand.ts';
import { VerificationLanes, type LaneEntry } from './verification-lanes.ts';

const [ALICE, BOB, CAROL] = [connectionId(1), connectionId(2), connectionId(3)];

interface Named extends LaneEntry {
  readonly name: string;
  readonly knownBy: Set<ConnectionId>;
}

const entryOf = (name: string, ...knownBy: ConnectionId[]): Named => ({
  name,
  owner: knownBy[0],
  knownBy: new Set(knownBy),
});

const namesOf = (entries: readonly Named[]): string[] => entries.map(({ name }) => name);

describe('VerificationLanes', () => {
  it.each([
    [1, true],
    [2, true],
    [3, false],
  ])('has at most two of one peer checked at once: number %i now is %s', (count, isNow) => {
    const lanes = new VerificationLanes<Named>(2);
    const last = Array.from({ length: count }, (_, i) => lanes.enter(entryOf(`${i}`, ALICE))).at(
      -1,
    );
    expect(last).toBe(isNow);
    expect(lanes.enter(entryOf('another', BOB))).toBe(true);
  });

  it('goes on in the order in which they came', () => {
    const lanes = new VerificationLanes<Named>(1);
    for (const name of ['a', 'b', 'c']) lanes.enter(entryOf(name, ALICE));
    expect(namesOf(lanes.settled(ALICE))).toEqual(['b']);
    expect(namesOf(lanes.settled(ALICE))).toEqual(['c']);
    expect(lanes.settled(ALICE)).toEqual([]);
  });

  it('drops what only somebody who has gone has sent', () => {
    const lanes = new VerificationLanes<Named>(1);
    for (const name of ['a', 'b', 'c']) lanes.enter(entryOf(name, ALICE));
    expect(namesOf(lanes.closed(ALICE).dropped)).toEqual(['b', 'c']);
    expect(lanes.settled(ALICE)).toEqual([]);
  });

  it('gives to another what that one has sent as well', () => {
    const lanes = new VerificationLanes<Named>(1);
    lanes.enter(entryOf('a', ALICE));
    lanes.enter(entryOf('b', BOB));
    lanes.enter(entryOf('shared with a busy one', ALICE, BOB));
    lanes.enter(entryOf('shared with a free one', ALICE, CAROL));
    const { dropped, due } = lanes.closed(ALICE);
    expect(dropped).toEqual([]);
    expect(namesOf(due)).toEqual(['shared with a free one']);
    expect(namesOf(lanes.settled(BOB))).toEqual(['shared with a busy one']);
  });

  it('checks or drops everything once, whatever the order', () => {
    const anyStep = fc.record({ kind: fc.nat(3), peer: fc.integer({ min: 1, max: 3 }) });
    fc.assert(
      fc.property(fc.array(anyStep, { maxLength: 80 }), (steps) => {
        const lanes = new VerificationLanes<Named>(2);
        const begun: Named[] = [];
        const open = new Set<Named>();
        const gone: Named[] = [];
        let entered = 0;
        const begin = (entries: readonly Named[]): void => {
          begun.push(...entries);
          for (const entry of entries) open.add(entry);
        };
        const settle = (entry: Named): void => {
          open.delete(entry);
          begin(lanes.settled(entry.owner));
        };
        for (const { kind, peer } of steps) {
          if (kind < 2) {
            entered += 1;
            const entry = entryOf(`${entered}`, connectionId(peer), connectionId((peer % 3) + 1));
            if (lanes.enter(entry)) begin([entry]);
          } else if (kind === 2) {
            const [next] = open;
            if (next !== undefined) settle(next);
          } else {
            const { dropped, due } = lanes.closed(connectionId(peer));
            gone.push(...dropped);
            begin(due);
          }
        }
        for (const peer of [1, 2, 3, 1, 2, 3]) {
          const { dropped, due } = lanes.closed(connectionId(peer));
          gone.push(...dropped);
          begin(due);
          while (open.size > 0) settle([...open][0] as Named);
        }
        expect(begun.length + gone.length).toBe(entered);
        expect(new Set([...begun, ...gone]).size).toBe(entered);
      }),
    );
  });
});
