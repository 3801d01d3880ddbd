import fc from 'fast-check';
import type { AddressEntry } from '../address-book/address-entry.ts';
import { millis } from '../support/brand.ts';
import { DEFAULT_LIMITS } from '../support/limits.ts';
import { peerAddressOfIp } from '../support/peer-address.ts';
import { chooseDialTargets, type DialSnapshot } from './choose-dial-targets.ts';

const NOW = 1_000_000;

function entry(i: number, changes: Partial<AddressEntry> = {}): AddressEntry {
  return {
    address: peerAddressOfIp(Uint8Array.of(10, 0, 0, i), 7071),
    source: 'exchange',
    group: `10.${i}`,
    sourceGroup: '10.9.9',
    via: undefined,
    isTried: false,
    isSecured: false,
    isStored: false,
    isOperator: false,
    isVouchedFor: false,
    state: 'heard',
    nodeId: undefined,
    isVerified: false,
    isProven: false,
    isPersisted: false,
    firstSuccessAt: undefined,
    lastSuccessAt: undefined,
    failures: 0,
    firstFailureAt: undefined,
    lastReason: undefined,
    lastDialAt: undefined,
    nextDialAt: millis(0),
    ...changes,
  };
}
const entries = (from: number, count: number, changes: Partial<AddressEntry> = {}) =>
  Array.from({ length: count }, (_, i) => entry(from + i, changes));
interface Known {
  readonly verified?: readonly AddressEntry[];
  readonly heard?: readonly AddressEntry[];
}
/** Draws take the first that is eligible. */
const snapshot = ({
  verified = [],
  heard = [],
  ...changes
}: Partial<DialSnapshot> & Known = {}): DialSnapshot => ({
  now: millis(NOW),
  promised: 0,
  doubtful: 0,
  dialling: 0,
  anchorSlots: 0,
  elderSlots: 0,
  slotsByGroup: new Map(),
  groupsKnown: 100,
  operatorConnections: 0,
  connections: 1,
  dialsAllowed: 100,
  spareDialsAllowed: 100,
  areSeedsAllowed: true,
  anchors: [],
  elders: [],
  operatorPeers: [],
  isOperatorPeer: () => false,
  seeds: [],
  refound: [],
  draw: (table, isEligible) => (table === 'tried' ? verified : heard).find(isEligible),
  isBusy: () => false,
  ...changes,
});
const keysOf = (of: DialSnapshot): string[] =>
  chooseDialTargets(of, DEFAULT_LIMITS).map((target) => target.entry.address.host);
const hosts = (...numbers: number[]): string[] => numbers.map((i) => `10.0.0.${i}`);

describe('the order of dials', () => {
  it('is verified peers, seeds in file order, then what others named', () => {
    const targets = chooseDialTargets(
      snapshot({
        verified: [entry(1, { isStored: true, isVerified: true })],
        seeds: [entry(3), entry(2)],
        heard: [entry(4)],
      }),
      DEFAULT_LIMITS,
    );
    expect(targets.map((target) => target.entry.address.host)).toEqual(hosts(1, 3, 2, 4));
    expect(targets.map((target) => target.source)).toEqual(['stored', 'seed', 'seed', 'exchange']);
  });

  it('leaves seeds out while they are not allowed', () => {
    expect(
      keysOf(snapshot({ areSeedsAllowed: false, seeds: [entry(1)], heard: [entry(2)] })),
    ).toEqual(hosts(2));
  });

  it('puts --peer beside the outbound slots', () => {
    const targets = chooseDialTargets(
      snapshot({ promised: 16, operatorPeers: entries(1, 20), heard: [entry(99)] }),
      DEFAULT_LIMITS,
    );
    expect(targets).toHaveLength(DEFAULT_LIMITS.operatorPeersMax);
    expect(new Set(targets.map((target) => target.class))).toEqual(new Set(['operator']));
  });

  it('names one address once, however many lists hold it', () => {
    const same = entry(1);
    expect(
      keysOf(snapshot({ operatorPeers: [same], verified: [same], seeds: [same], heard: [same] })),
    ).toEqual(hosts(1));
  });
});

describe('what is not dialled', () => {
  it.each([
    ['what is busy', { isBusy: () => true }, {}],
    ['ourselves', {}, { state: 'self' as const }],
    ['what is in backoff', {}, { nextDialAt: millis(NOW + 1) }],
  ])('%s', (_, ofSnapshot, ofEntry) => {
    expect(keysOf(snapshot({ heard: [entry(1, ofEntry)], ...ofSnapshot }))).toEqual([]);
  });

  it('above the minimum, what has failed, and more than the spare rate', () => {
    const at = (changes: Partial<DialSnapshot> & Known) =>
      keysOf(snapshot({ promised: 8, ...changes }));
    expect(at({ heard: [entry(1, { failures: 1 }), entry(2)] })).toEqual(hosts(2));
    expect(at({ heard: entries(1, 9), spareDialsAllowed: 2 })).toEqual(hosts(1, 2));
    expect(keysOf(snapshot({ promised: 7, heard: entries(1, 9), spareDialsAllowed: 0 }))).toEqual(
      hosts(1),
    );
  });
});

describe('dials in progress', () => {
  it('are bounded, whatever slots are free', () => {
    const seeds = [entry(1), entry(2), entry(3)];
    const limits = { ...DEFAULT_LIMITS, outboundDialsMax: 4 };
    const dialled = (dialling: number): number =>
      chooseDialTargets(snapshot({ dialling, seeds }), limits).length;
    expect([0, 2, 3, 4].map(dialled)).toEqual([3, 2, 1, 0]);
  });
});

describe('without any connection', () => {
  const resting = (lastDialAt: number | undefined) => ({
    nextDialAt: millis(NOW + 1_000_000),
    lastDialAt: lastDialAt === undefined ? undefined : millis(lastDialAt),
  });

  it('what was trusted once is tried each reconnection interval, whatever its backoff', () => {
    const trusted = (lastDialAt: number) =>
      keysOf(
        snapshot({
          connections: 0,
          verified: [entry(1, { ...resting(lastDialAt), isVerified: true })],
        }),
      );
    expect(trusted(NOW - DEFAULT_LIMITS.reconnectionIntervalMs)).toEqual(hosts(1));
    expect(trusted(NOW - DEFAULT_LIMITS.reconnectionIntervalMs + 1)).toEqual([]);
  });

  it('hearsay keeps its backoff', () => {
    expect(keysOf(snapshot({ connections: 0, heard: [entry(1, resting(undefined))] }))).toEqual([]);
  });
});

it('never exceeds the maximum or the rate, for any snapshot', () => {
  const count = fc.nat(30);
  fc.assert(
    fc.property(
      fc.record({
        outbound: count,
        dials: count,
        spare: count,
        verified: count,
        seeds: count,
        heard: count,
      }),
      ({ outbound, dials, spare, verified, seeds, heard }) => {
        const targets = chooseDialTargets(
          snapshot({
            promised: outbound,
            dialsAllowed: dials,
            spareDialsAllowed: spare,
            verified: entries(0, verified),
            seeds: entries(100, seeds),
            heard: entries(200, heard),
          }),
          DEFAULT_LIMITS,
        );
        expect(targets.length).toBeLessThanOrEqual(dials);
        expect(targets.length).toBeLessThanOrEqual(
          Math.max(0, DEFAULT_LIMITS.outboundMax - outbound),
        );
        const needed = Math.max(0, DEFAULT_LIMITS.outboundMin - outbound);
        expect(targets.length).toBeLessThanOrEqual(needed + spare);
        expect(new Set(targets.map((target) => target.entry.address.key)).size).toBe(
          targets.length,
        );
      },
    ),
  );
});

describe('first choices', () => {
  const target = (of: DialSnapshot): string[] =>
    chooseDialTargets(of, { ...DEFAULT_LIMITS, elderSlots: 3 }).map(
      ({ class: ofClass, entry: { address } }) => `${ofClass} ${address.host}`,
    );

  it('are two anchors, peers found again and three elders, before anybody is drawn', () => {
    const of = snapshot({
      anchors: entries(1, 3),
      refound: [entry(10)],
      elders: entries(20, 5, { isVerified: true }),
      verified: entries(30, 9, { isVerified: true }),
      spareDialsAllowed: 0,
    });
    expect(target(of)).toEqual([
      'anchor 10.0.0.1',
      'anchor 10.0.0.2',
      'open 10.0.0.10',
      'elder 10.0.0.20',
      'elder 10.0.0.21',
      'elder 10.0.0.22',
      'open 10.0.0.30',
      'open 10.0.0.31',
    ]);
  });

  it('take no more slots than are left to them', () => {
    const of = snapshot({ anchorSlots: 2, elderSlots: 3, anchors: [entry(1)], elders: [entry(2)] });
    expect(target(of)).toEqual([]);
  });
});

describe('one slot per group', () => {
  const sameGroup = entries(1, 20, { group: '20.1' });

  it('holds for what is drawn, while there are groups enough', () => {
    const heard = [...sameGroup, entry(30)];
    expect(keysOf(snapshot({ promised: 8, heard }))).toEqual(hosts(1, 30));
    const slotsByGroup = new Map([['20.1', 1]]);
    expect(keysOf(snapshot({ promised: 8, heard, slotsByGroup }))).toEqual(hosts(30));
  });

  it('gives each its share where fewer groups exist than slots', () => {
    expect(keysOf(snapshot({ promised: 8, groupsKnown: 4, heard: sameGroup }))).toHaveLength(4);
    expect(keysOf(snapshot({ promised: 8, groupsKnown: 1, heard: sameGroup }))).toHaveLength(8);
  });

  it('gives way below the minimum, the least-used group first', () => {
    const heard = [...entries(1, 4, { group: '20.1' }), ...entries(11, 4, { group: '20.2' })];
    const slotsByGroup = new Map([
      ['20.1', 3],
      ['20.2', 1],
    ]);
    const of = snapshot({ promised: 7, spareDialsAllowed: 0, heard, slotsByGroup });
    const drawn = [heard[0], heard[4], heard[1]];
    let draws = 0;
    const draw: DialSnapshot['draw'] = (_table, isEligible) => {
      draws += 1;
      const candidate = drawn[draws % drawn.length] as AddressEntry;
      return isEligible(candidate) ? candidate : undefined;
    };
    expect(keysOf({ ...of, draw })).toEqual(hosts(11));
  });
});

it('dials that have long been under way are not counted on, and keep within the maximum', () => {
  const heard = entries(1, 30);
  const at = (promised: number, doubtful: number): number =>
    keysOf(snapshot({ promised, doubtful, spareDialsAllowed: 0, heard })).length;
  expect(at(0, 8)).toBe(8);
  expect(at(2, 6)).toBe(6);
  expect(at(0, 14)).toBe(2);
});
