import fc from 'fast-check';
import { connectionId, type ConnectionId } from '../support/brand.ts';
import { RecordLanes, type WaitingRecord } from './record-lanes.ts';

const [ALICE, BOB, CAROL] = [connectionId(1), connectionId(2), connectionId(3)];
const ROOMY = { perPeerMax: 100, inAllMax: 200 };

interface Named extends WaitingRecord {
  readonly name: string;
}

const entryOf = (name: string, owner: ConnectionId, ...others: ConnectionId[]): Named => ({
  name,
  owner,
  knownBy: new Set([owner, ...others]),
  isRelayed: true,
});

function drain(lanes: RecordLanes<Named>): string[] {
  const names: string[] = [];
  for (let next = lanes.next(); next !== undefined; next = lanes.next()) names.push(next.name);
  return names;
}

describe('RecordLanes', () => {
  it('takes turns: who sends one waits for one of each', () => {
    const lanes = new RecordLanes<Named>(ROOMY);
    for (const name of ['a1', 'a2', 'a3']) lanes.add(entryOf(name, ALICE));
    for (const name of ['b1', 'b2']) lanes.add(entryOf(name, BOB));
    lanes.add(entryOf('c1', CAROL));
    expect(lanes.size).toBe(6);
    expect(drain(lanes)).toEqual(['a1', 'b1', 'c1', 'a2', 'b2', 'a3']);
    expect(lanes.size).toBe(0);
  });

  it('has what was announced before what was only listed by the same peer', () => {
    const lanes = new RecordLanes<Named>(ROOMY);
    for (const name of ['l1', 'l2']) lanes.add({ ...entryOf(name, ALICE), isRelayed: false });
    for (const name of ['a1', 'a2']) lanes.add(entryOf(name, ALICE));
    expect(drain(lanes)).toEqual(['a1', 'a2', 'l1', 'l2']);
  });

  it('lets one peer have so many places and no more', () => {
    const lanes = new RecordLanes<Named>({ perPeerMax: 2, inAllMax: 10 });
    const lost = ['a', 'b', 'c'].map((name) => lanes.add(entryOf(name, ALICE))?.name);
    expect(lost).toEqual([undefined, undefined, 'c']);
  });

  it('when full gives a place of the longest lane to a shorter one, and never the other way round', () => {
    const lanes = new RecordLanes<Named>({ perPeerMax: 10, inAllMax: 4 });
    for (const name of ['a1', 'a2', 'a3']) lanes.add(entryOf(name, ALICE));
    lanes.add(entryOf('b1', BOB));
    expect(lanes.add(entryOf('a4', ALICE))?.name).toBe('a4');
    expect(lanes.add(entryOf('b2', BOB))?.name).toBe('a3');
    expect(lanes.add(entryOf('b3', BOB))?.name).toBe('b3');
    expect(lanes.add(entryOf('c1', CAROL))?.name).toBe('a2');
    expect(drain(lanes)).toEqual(['a1', 'b1', 'c1', 'b2']);
  });

  it('ends a lane with its connection, but for what others have sent as well', () => {
    const lanes = new RecordLanes<Named>(ROOMY);
    lanes.add(entryOf('alone', ALICE));
    const shared = entryOf('shared', ALICE, BOB);
    lanes.add(shared);
    lanes.add(entryOf('of bob', BOB, ALICE));
    expect(lanes.closed(ALICE).map(({ name }) => name)).toEqual(['alone']);
    expect([shared.owner, [...shared.knownBy]]).toEqual([BOB, [BOB]]);
    expect(drain(lanes)).toEqual(['of bob', 'shared']);
  });

  it('keeps its bounds, and loses nothing without a word, whatever the order', () => {
    const step = fc.record({ kind: fc.nat(5), peer: fc.integer({ min: 1, max: 4 }) });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 100 }), (steps) => {
        const lanes = new RecordLanes<Named>({ perPeerMax: 4, inAllMax: 9 });
        let entered = 0;
        const out: Named[] = [];
        for (const { kind, peer } of steps) {
          if (kind === 0) out.push(...lanes.closed(connectionId(peer)));
          else if (kind === 1) out.push(...[lanes.next() ?? []].flat());
          else {
            entered += 1;
            const others = kind === 2 ? [connectionId((peer % 4) + 1)] : [];
            out.push(
              ...[lanes.add(entryOf(`${entered}`, connectionId(peer), ...others)) ?? []].flat(),
            );
          }
          expect(lanes.size).toBeLessThanOrEqual(9);
          expect(lanes.size + out.length).toBe(entered);
        }
        const names = [...out.map(({ name }) => name), ...drain(lanes)];
        expect(new Set(names).size).toBe(entered);
      }),
    );
  });
});
