import fc from 'fast-check';
import { millis } from '../support/brand.ts';
import type { Direction } from './connection.ts';
import { connectionToKeep, type OlderConnection } from './duplicate-rule.ts';

const SMALL = new Uint8Array(32).fill(1);
const LARGE = new Uint8Array(32).fill(2);
const PING_MS = 20_000;
const NOW = 100_000;

const context = (ownKey: Uint8Array, remoteKey: Uint8Array) => ({
  ownKey,
  remoteKey,
  pingIntervalMs: PING_MS,
  now: millis(NOW),
});
const older = (
  direction: Direction,
  changes: Partial<Record<keyof OlderConnection, number | undefined>> = {},
): OlderConnection =>
  ({
    direction,
    establishedAt: NOW - 60_000,
    lastReceivedAt: NOW - 5_000,
    lastSentAt: NOW - 5_000,
    ...changes,
  }) as OlderConnection;
const newer = (direction: Direction, openedAt = NOW - 10) => ({
  direction,
  openedAt: millis(openedAt),
});
const silent = { lastReceivedAt: undefined, lastSentAt: undefined };

describe('an older connection that moved bytes both ways within a ping interval', () => {
  it.each(['inbound', 'outbound'] as const)('stays against a newer one, being %s', (direction) => {
    for (const other of ['inbound', 'outbound'] as const) {
      for (const [own, remote] of [[SMALL, LARGE] as const, [LARGE, SMALL] as const]) {
        expect(connectionToKeep(older(direction), newer(other), context(own, remote))).toBe(
          'older',
        );
      }
    }
  });

  it.each([
    ['was only received on', { lastSentAt: NOW - PING_MS - 1 }],
    ['was only sent on', { lastReceivedAt: NOW - PING_MS - 1 }],
    ['never carried anything', silent],
  ])('is not alive when it %s', (_, changes) => {
    const verdict = connectionToKeep(
      older('inbound', changes),
      newer('inbound'),
      context(SMALL, LARGE),
    );
    expect(verdict).toBe('newer');
  });
});

describe('a simultaneous open', () => {
  it('is decided the same on both sides: what the larger key dialled stays', () => {
    fc.assert(
      fc.property(fc.boolean(), fc.boolean(), (sawOwnDialFirst, otherSawOwnDialFirst) => {
        const keptDialler = (
          ownKey: Uint8Array,
          remoteKey: Uint8Array,
          first: boolean,
        ): Uint8Array => {
          const direction: Direction = first ? 'outbound' : 'inbound';
          const other: Direction = first ? 'inbound' : 'outbound';
          const old = older(direction, { ...silent, establishedAt: NOW - 1 });
          const kept = connectionToKeep(old, newer(other), context(ownKey, remoteKey));
          const keptDirection = kept === 'older' ? direction : other;
          return keptDirection === 'outbound' ? ownKey : remoteKey;
        };
        expect(keptDialler(SMALL, LARGE, sawOwnDialFirst)).toBe(LARGE);
        expect(keptDialler(LARGE, SMALL, otherSawOwnDialFirst)).toBe(LARGE);
      }),
    );
  });
});

describe('two connections of one direction', () => {
  it('keep the older one while it is fresh', () => {
    const fresh = older('inbound', { ...silent, establishedAt: NOW - PING_MS + 1 });
    expect(connectionToKeep(fresh, newer('inbound'), context(SMALL, LARGE))).toBe('older');
  });

  it('keep the newer one when the older has stalled: a peer that restarted comes back', () => {
    const stalled = older('inbound', { ...silent, establishedAt: NOW - PING_MS });
    expect(connectionToKeep(stalled, newer('inbound'), context(SMALL, LARGE))).toBe('newer');
  });
});

it('a dialler does not hold a live connection against the listener that did not know it yet', () => {
  const establishedLater = older('inbound', {
    establishedAt: NOW - 5,
    lastReceivedAt: NOW - 1,
    lastSentAt: NOW - 1,
  });
  const dial = newer('outbound', NOW - 10);
  expect(connectionToKeep(establishedLater, dial, context(LARGE, SMALL))).toBe('newer');
  expect(connectionToKeep(establishedLater, dial, context(SMALL, LARGE))).toBe('older');
});
