import { DEFAULT_LIMITS } from '../core/support/limits.ts';
import {
  AGREEMENT_GRACE_MS,
  DUPLICATE_GRACE_MS,
  EVENTS_AT_ONE_INSTANT_MAX,
  checkDial,
  checkInstant,
  checkLinks,
  checkNode,
  checkOutbound,
  checkSaved,
  checkSizes,
  checkTrust,
} from './checkers.ts';
import type { DialObservation, LinkObservation, NodeObservation } from './observation.ts';

const sound: NodeObservation = {
  name: 'node-1',
  limits: DEFAULT_LIMITS,
  begun: 20,
  inbound: 64,
  accepted: 70,
};

const link: LinkObservation = {
  dialler: 1,
  listener: 2,
  diallerName: 'node-1',
  ageMs: 60_000,
  diallerView: 'open',
  listenerView: 'open',
};

const rules = (findings: readonly { rule: string }[]): string[] =>
  findings.map((finding) => finding.rule);

describe('checkNode', () => {
  it('accepts a node at its limits', () => {
    expect(checkNode(sound)).toEqual([]);
  });

  it.each([
    ['outbound-above-maximum', { begun: 16 + 16 + 8 + 1 + 1 }],
    ['inbound-above-maximum', { inbound: 65 }],
    ['inbound-above-maximum', { accepted: 64 + 16 + 16 + 64 + 1 }],
  ] as [string, Partial<NodeObservation>][])('reports %s for %j', (rule, planted) => {
    expect(rules(checkNode({ ...sound, ...planted }))).toEqual([rule]);
  });
});

describe('checkSizes', () => {
  const { newEntriesMax, triedEntriesMax } = DEFAULT_LIMITS;
  const full = { newEntries: newEntriesMax, triedEntries: triedEntriesMax };
  const node = { name: 'node-1', limits: DEFAULT_LIMITS };

  it('accepts full tables', () => {
    expect(checkSizes({ ...node, ...full })).toEqual([]);
  });

  it.each([{ newEntries: newEntriesMax + 1 }, { triedEntries: triedEntriesMax + 1 }])(
    'reports a table that outgrew its limit: %j',
    (planted) => {
      expect(rules(checkSizes({ ...node, ...full, ...planted }))).toEqual(['state-unbounded']);
    },
  );
});

describe('checkOutbound', () => {
  it('reports more slots in use than there are', () => {
    expect(checkOutbound('node-1', 16, DEFAULT_LIMITS)).toEqual([]);
    expect(rules(checkOutbound('node-1', 17, DEFAULT_LIMITS))).toEqual(['outbound-above-maximum']);
  });
});

describe('checkTrust', () => {
  it('reports a listed peer that never answered a dial', () => {
    const verified = new Set(['20.0.1.10:7071']);
    const listed = ['20.0.1.10:7071', '20.9.9.9:7071'];
    expect(checkTrust({ name: 'node-1', listed, verified })).toEqual([
      { rule: 'unverified-peer-listed', node: 'node-1', detail: '20.9.9.9:7071' },
    ]);
  });
});

describe('checkSaved', () => {
  const saved = { name: 'node-1', address: '20.0.1.10:7071', nodeId: 'aa' };

  it('accepts the node that answered there', () => {
    expect(checkSaved({ ...saved, answered: new Set(['aa']) })).toEqual([]);
  });

  it.each([
    ['nobody answered', new Set<string>()],
    ['another node answered', new Set(['bb'])],
  ])('reports a stored address where %s', (_what, answered) => {
    expect(rules(checkSaved({ ...saved, answered }))).toEqual(['unverified-peer-saved']);
  });
});

describe('checkDial', () => {
  const dial: DialObservation = {
    name: 'node-1',
    endpoint: '20.0.1.10:7071',
    isPlace: true,
    isSelf: false,
    isBanned: false,
    isConnected: true,
    inThisMinute: 16,
  };

  it('accepts a peer that is tried again after growing pauses', () => {
    expect(checkDial(dial)).toEqual([]);
    expect(checkDial({ ...dial, isSelf: true, inThisMinute: 2 })).toEqual([]);
    expect(checkDial({ ...dial, isBanned: true, inThisMinute: 1 })).toEqual([]);
    expect(checkDial({ ...dial, isConnected: false, inThisMinute: 100 })).toEqual([]);
  });

  it.each([
    ['dial-outside-network', { isPlace: false, inThisMinute: 1 }],
    ['dialled-itself-again', { isSelf: true, inThisMinute: 3 }],
    ['dialled-banned-again', { isBanned: true, inThisMinute: 2 }],
    ['dialled-too-often', { inThisMinute: 17 }],
  ] as [string, Partial<DialObservation>][])('reports %s for %j', (rule, planted) => {
    expect(rules(checkDial({ ...dial, ...planted }))).toEqual([rule]);
  });
});

describe('checkInstant', () => {
  it('reports time that stands still', () => {
    expect(checkInstant(5, EVENTS_AT_ONE_INSTANT_MAX)).toEqual([]);
    expect(rules(checkInstant(5, EVENTS_AT_ONE_INSTANT_MAX + 1))).toEqual(['livelock']);
  });
});

describe('checkLinks', () => {
  it('accepts one agreed connection per pair, and feelers and surplus ones beside it', () => {
    const feeler: LinkObservation = { ...link, diallerView: 'feeler', listenerView: 'feeler' };
    const surplus: LinkObservation = { ...link, listenerView: 'surplus' };
    expect(checkLinks([link, feeler, surplus, { ...link, listener: 3 }])).toEqual([]);
  });

  it('reports a node that is connected to itself', () => {
    expect(rules(checkLinks([{ ...link, listener: 1 }]))).toEqual(['connected-to-itself']);
  });

  it.each([
    ['the same direction', { ...link }],
    ['both directions', { ...link, dialler: 2, listener: 1 }],
  ])('reports a second connection of a pair in %s', (_what, second) => {
    expect(rules(checkLinks([link, second]))).toEqual(['duplicate-connection']);
  });

  it('lets a duplicate be for a few round trips', () => {
    expect(checkLinks([link, { ...link, ageMs: DUPLICATE_GRACE_MS }])).toEqual([]);
  });

  it.each([{ diallerView: undefined }, { listenerView: undefined }])(
    'reports ends that disagree after the grace: %j',
    (planted) => {
      expect(checkLinks([{ ...link, ...planted, ageMs: AGREEMENT_GRACE_MS }])).toEqual([]);
      expect(rules(checkLinks([{ ...link, ...planted }]))).toEqual(['ends-disagree']);
    },
  );
});
