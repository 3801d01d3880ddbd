import fc from 'fast-check';
import { connectionId } from '../support/brand.ts';
import type { Announcement, AnnouncementFault, AnnouncementVerdict } from './announcement.ts';
import { AnnouncementRelay } from './announcement-relay.ts';

const VALID: AnnouncementVerdict = { valid: true };
const invalid = (fault: AnnouncementFault): AnnouncementVerdict => ({ valid: false, fault });
const [ALICE, BOB, CAROL] = [connectionId(1), connectionId(2), connectionId(3)];

const bytes32 = (n: number): Uint8Array => new Uint8Array(32).fill(n);

const block = (n: number): Announcement => ({
  kind: 'block',
  hash: bytes32(n),
  header: {
    version: 1,
    height: 1n,
    parentHash: bytes32(0),
    contentRoot: bytes32(0),
    timestampMs: 0n,
    targetBits: 0,
    nonce: BigInt(n),
  },
});

const transaction = (n: number, signature: number): Announcement => ({
  kind: 'transaction',
  hash: bytes32(n),
  transaction: {
    publicKey: bytes32(9),
    payload: Uint8Array.of(n),
    signature: new Uint8Array(64).fill(signature),
  },
});

const newRelay = (): AnnouncementRelay =>
  new AnnouncementRelay({ seenMax: 64, pendingMax: 4, perSenderMax: 4 });

function verificationOf(
  relay: AnnouncementRelay,
  announcement: Announcement,
  from = ALICE,
): number {
  const result = relay.receive(from, announcement);
  if (result.kind !== 'verify') throw new Error(`${result.kind} where a verification was due`);
  return result.verificationId;
}

/** A verdict, and the sender's next one. */
function settleAndGoOn(relay: AnnouncementRelay, id: number, verdict: AnnouncementVerdict): void {
  const settled = relay.settle(id, verdict);
  if (settled !== undefined) relay.nextOf(settled);
}

describe('AnnouncementRelay', () => {
  it('has an announcement verified once and knows it from then on', () => {
    const relay = newRelay();
    const id = verificationOf(relay, block(1));
    expect(relay.settle(id, VALID)).toMatchObject({ announcement: block(1), verdict: VALID });
    expect(relay.receive(BOB, block(1))).toEqual({ kind: 'duplicate' });
    expect(relay.settle(id, VALID)).toBeUndefined();
  });

  it('counts everyone who sent it before the verdict as knowing it', () => {
    const relay = newRelay();
    const id = verificationOf(relay, block(1));
    expect(relay.receive(BOB, block(1))).toEqual({ kind: 'duplicate' });
    expect(relay.receive(undefined, block(1))).toEqual({ kind: 'duplicate' });
    expect(relay.receive(CAROL, block(1))).toEqual({ kind: 'duplicate' });
    expect([...(relay.settle(id, VALID)?.knownBy ?? [])]).toEqual([ALICE, BOB, CAROL]);
  });

  it('has no sender for what the node publishes itself', () => {
    const relay = newRelay();
    const result = relay.receive(undefined, block(1));
    if (result.kind !== 'verify') throw new Error(result.kind);
    expect(relay.settle(result.verificationId, VALID)?.knownBy.size).toBe(0);
  });

  it('lets a good signature through after a bad one for the same transaction', () => {
    const relay = newRelay();
    const bad = verificationOf(relay, transaction(1, 66));
    const good = verificationOf(relay, transaction(1, 77), BOB);
    relay.settle(bad, invalid('invalid-signature'));
    expect(relay.settle(good, VALID)).toMatchObject({ verdict: VALID });
    expect(relay.receive(CAROL, transaction(1, 66))).toEqual({ kind: 'duplicate' });
  });

  it('relays a transaction once, even under two valid signatures', () => {
    const relay = newRelay();
    const first = verificationOf(relay, transaction(1, 1));
    const second = verificationOf(relay, transaction(1, 2));
    expect(relay.settle(first, VALID)).toMatchObject({ isNews: true });
    expect(relay.settle(second, VALID)).toMatchObject({ isNews: false });
  });

  it('does not verify a refused content again', () => {
    const relay = newRelay();
    relay.settle(verificationOf(relay, block(1)), invalid('insufficient-work'));
    expect(relay.receive(BOB, block(1))).toEqual({ kind: 'duplicate' });
  });

  it.each(['timestamp-too-far-ahead', 'rejected-by-application'] as const)(
    'verifies again what was refused as %s',
    (fault) => {
      const relay = newRelay();
      relay.settle(verificationOf(relay, block(1)), invalid(fault));
      expect(relay.settle(verificationOf(relay, block(1)), VALID)).toBeDefined();
    },
  );

  it('does not let refusals push valid announcements out', () => {
    const relay = newRelay();
    settleAndGoOn(relay, verificationOf(relay, block(255)), VALID);
    for (let n = 0; n < 200; n += 1) {
      settleAndGoOn(relay, verificationOf(relay, block(n)), invalid('insufficient-work'));
    }
    expect(relay.receive(BOB, block(255))).toEqual({ kind: 'duplicate' });
  });

  it('refuses work beyond its bound and remembers nothing of it', () => {
    const relay = newRelay();
    const ids = [1, 2, 3, 4].map((n) => verificationOf(relay, block(n)));
    expect(relay.receive(BOB, block(5))).toEqual({ kind: 'overloaded' });
    expect(relay.receive(BOB, block(1))).toEqual({ kind: 'duplicate' });
    relay.settle(ids[0] as number, VALID);
    expect(relay.receive(BOB, block(5))).toMatchObject({ kind: 'verify' });
  });

  it('checks nothing more of a sender who has gone, and forgets that it was pending', () => {
    const relay = new AnnouncementRelay({ seenMax: 64, pendingMax: 64, perSenderMax: 2 });
    const ids = [1, 2].map((n) => verificationOf(relay, block(n)));
    for (let n = 3; n <= 9; n += 1) {
      expect(relay.receive(ALICE, block(n))).toEqual({ kind: 'waiting' });
    }
    expect(relay.receive(BOB, block(9))).toEqual({ kind: 'duplicate' });
    const settled = relay.settle(ids[0] as number, invalid('insufficient-work'));
    if (settled === undefined) throw new Error('not pending');
    expect(relay.closed(ALICE)).toMatchObject([{ announcement: block(9) }]);
    expect(relay.nextOf(settled)).toEqual([]);
    // One is with the validator, the other one was sent by somebody else too.
    expect(relay.pendingCount).toBe(2);
    expect(relay.receive(CAROL, block(3))).toMatchObject({ kind: 'verify' });
  });

  it('leaves nothing to a sender who has gone before', () => {
    const relay = new AnnouncementRelay({ seenMax: 64, pendingMax: 4, perSenderMax: 1 });
    relay.receive(ALICE, block(1));
    for (const from of [ALICE, BOB]) relay.receive(from, block(2));
    expect(relay.closed(BOB)).toEqual([]);
    expect(relay.closed(ALICE)).toEqual([]);
    expect(relay.pendingCount).toBe(1);
  });

  it('bounds the senders that it remembers for one announcement', () => {
    const relay = newRelay();
    const id = verificationOf(relay, block(1));
    for (let n = 1; n < 1_000; n += 1) relay.receive(connectionId(n), block(1));
    expect(relay.settle(id, VALID)?.knownBy.size).toBe(128);
  });

  it('keeps its bounds and relays each id at most once under any order of events', () => {
    const anyStep = fc.tuple(fc.boolean(), fc.nat(5), fc.nat(2), fc.boolean());
    fc.assert(
      fc.property(fc.array(anyStep, { maxLength: 60 }), (steps) => {
        const relay = newRelay();
        const open: number[] = [];
        const relayed: Uint8Array[] = [];
        for (const [isReceive, n, signature, isValid] of steps) {
          if (isReceive) {
            const result = relay.receive(ALICE, transaction(n, signature));
            if (result.kind === 'verify') open.push(result.verificationId);
          } else {
            const verdict = isValid ? VALID : invalid('invalid-signature');
            const settled = relay.settle(open.shift() ?? 0, verdict);
            if (settled !== undefined) {
              open.push(...relay.nextOf(settled).map(({ verificationId: id }) => id));
            }
            if (settled?.verdict.valid === true && settled.isNews)
              relayed.push(settled.announcement.hash);
          }
          expect(relay.pendingCount).toBe(open.length);
          expect(relay.pendingCount).toBeLessThanOrEqual(4);
        }
        expect(new Set(relayed.map(String)).size).toBe(relayed.length);
        expect(relay.seenCount).toBe(relayed.length);
      }),
      { numRuns: 2_000 },
    );
  });
});
