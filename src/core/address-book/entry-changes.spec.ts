import { BookScene, publicAddress } from '../../../test/support/book-samples.ts';
import { unixMillis } from '../support/brand.ts';
import type { AddressChange, BookOutcome } from './address-change.ts';

const A = publicAddress(1);
const { key } = A;

const success = { kind: 'handshake-succeeded', key, staysOpen: true, promotes: true } as const;
const succeeded = ({ at }: BookScene): AddressChange => ({
  ...success,
  nodeId: 'ab'.repeat(20) as never,
  at,
});
const stateOf = ({ book }: BookScene): string | undefined => book.get(key)?.state;
const statesIn = (outcomes: readonly BookOutcome[]): string[] =>
  outcomes.flatMap((outcome) =>
    outcome.kind === 'state' ? [`${outcome.from} > ${outcome.to}: ${outcome.reason}`] : [],
  );

it('a peer goes from hearsay to elder, and each step is told with its reason', () => {
  const scene = new BookScene();
  scene.heard(A);
  const steps = [
    ...scene.apply({ kind: 'queued', key }),
    ...scene.apply({ kind: 'dial-started', key }),
    ...scene.apply({ kind: 'handshaking', key }),
    ...scene.apply(succeeded(scene)),
    ...scene.apply({ kind: 'proven', key, at: unixMillis(scene.at + 30_000) }),
    ...scene.apply({ kind: 'connection-ended', key, reason: 'remote-closed' }),
  ];
  expect(statesIn(steps)).toEqual([
    'heard > queued: queued',
    'queued > dialing: dial-started',
    'dialing > handshaking: handshaking',
    'handshaking > connected: handshake-succeeded',
    'connected > proven: proven',
    'proven > elder: elders-reviewed',
    'elder > known: remote-closed',
  ]);
});

it('a peer goes from proven to quarantined, and back when it answers', () => {
  const scene = new BookScene();
  scene.establish(A);
  const failures = [0, 1, 2].flatMap(() => {
    scene.now += 300_000;
    return scene.apply({ kind: 'failed', key, reason: 'dial-timeout' });
  });
  expect(statesIn(failures)).toEqual([
    'known > backoff: dial-timeout',
    'backoff > quarantined: dial-timeout',
  ]);
  expect(statesIn(scene.apply(succeeded(scene)))).toEqual([
    'quarantined > connected: handshake-succeeded',
  ]);
});

it.each<[string, AddressChange]>([
  ['incompatible', { kind: 'incompatible', key, reason: 'chain-id-mismatch' }],
  ['self', { kind: 'found-self', key }],
  ['discouraged', { kind: 'discouraged', key, reason: 'rate-limited' }],
  ['banned', { kind: 'banned', key, until: unixMillis(1) }],
  ['backoff', { kind: 'failure-held', key, reason: 'dial-timeout' }],
  ['draining', { kind: 'connection-ended', key, reason: 'shutting-down' }],
])('a connected peer can become %s', (state, change) => {
  const scene = new BookScene();
  scene.heard(A);
  scene.met(A);
  expect(statesIn(scene.apply(change))).toHaveLength(1);
  expect(stateOf(scene)).toBe(state);
});

it('a ban outlasts what a dial under way brings, and ends in rest', () => {
  const scene = new BookScene();
  scene.heard(A);
  scene.apply({ kind: 'banned', key, until: unixMillis(5) });
  expect(scene.book.get(key)?.bannedUntil).toBe(5);
  for (const change of [
    { kind: 'dial-started', key },
    succeeded(scene),
    { kind: 'proven', key, at: scene.at },
    { kind: 'failed', key, reason: 'dial-timeout' },
  ] as AddressChange[]) {
    scene.apply(change);
    expect(stateOf(scene)).toBe('banned');
  }
  expect(statesIn(scene.apply({ kind: 'unbanned', key }))).toEqual(['banned > known: unbanned']);
  expect(scene.book.get(key)?.bannedUntil).toBeUndefined();
  expect(scene.apply({ kind: 'unbanned', key })).toEqual([]);
});

it('only what is at rest can wait for a feeler, and only a dial can be in its handshake', () => {
  const scene = new BookScene();
  scene.heard(A);
  scene.apply({ kind: 'handshaking', key });
  expect(stateOf(scene)).toBe('heard');
  scene.met(A);
  scene.apply({ kind: 'queued', key });
  expect(stateOf(scene)).toBe('connected');
});

it('the end of an inbound connection does not touch a dial under way', () => {
  const scene = new BookScene();
  scene.heard(A);
  for (const kind of ['dial-started', 'handshaking'] as const) {
    scene.apply({ kind, key });
    const before = stateOf(scene);
    scene.ended(A, 'shutting-down');
    expect(stateOf(scene)).toBe(before);
  }
});

it('a discouraged peer rests for the half-life of a score', () => {
  const scene = new BookScene();
  scene.heard(A);
  scene.apply({ kind: 'discouraged', key, reason: 'rate-limited' });
  expect(scene.book.get(key)).toMatchObject({ nextDialAt: 600_000, lastReason: 'rate-limited' });
});

it('a proof repeated keeps the time of the last success, and the state, fresh', () => {
  const scene = new BookScene();
  scene.heard(A);
  scene.met(A);
  scene.now += 30_000;
  scene.proven(A);
  scene.now += 3_600_000;
  expect(scene.proven(A)).toEqual(['save']);
  expect(scene.book.get(key)).toMatchObject({ state: 'elder', lastSuccessAt: scene.at });
});

it('changes of an unknown address do nothing', () => {
  const scene = new BookScene();
  for (const kind of ['queued', 'dial-started', 'handshaking', 'found-self', 'unbanned'] as const) {
    expect(scene.apply({ kind, key })).toEqual([]);
  }
  expect(scene.apply(succeeded(scene))).toEqual([]);
  expect([scene.book.newCount, scene.book.triedCount]).toEqual([0, 0]);
});
