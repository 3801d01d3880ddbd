import { NodeScript, publicPeerAt } from '../../../test/support/node-script.ts';
import { WIRE_REASONS } from '../session/reasons.ts';
import type { ConnectionId, NodeId } from '../support/brand.ts';
import { DEFAULT_LIMITS } from '../support/limits.ts';
import type { Message } from '../wire/message.ts';

const script = (changes: ConstructorParameters<typeof NodeScript>[0] = {}): NodeScript =>
  new NodeScript({ peerAt: publicPeerAt, ...changes });
const goodbyes = (of: NodeScript, id: ConnectionId): number[] =>
  of.sent(id).flatMap((message) => (message.type === 'disconnect' ? [message.body.reason] : []));
const UNASKED: Message = { type: 'peer-list', body: { peers: [], records: [] } };

describe('a peer that sends lists which nobody asked for', () => {
  it('is closed after the second, and banned when it comes back and goes on', () => {
    const node = script();
    node.runTo(10);
    const first = node.accept(1);
    node.send(first, UNASKED);
    expect(goodbyes(node, first)).toEqual([]);
    node.send(first, UNASKED);
    expect(goodbyes(node, first)).toEqual([WIRE_REASONS.malformed]);
    for (const _ of [3, 4, 5]) {
      const again = node.accept(1);
      expect(goodbyes(node, again)).toEqual([]);
      node.send(again, UNASKED);
    }
    expect(node.bans().map((ban) => ban.kind)).toEqual(['node-id', 'host']);
    expect(goodbyes(node, node.accept(1))).toEqual([WIRE_REASONS.banned]);
    expect(node.document('bans')).toContain('unsolicited-list');
  });
});

describe('a peer that sends two hundred false announcements at once', () => {
  const bogus = (turn: number): Message => ({
    type: 'transaction-announcement',
    body: {
      publicKey: new Uint8Array(32),
      payload: Uint8Array.of(turn),
      signature: new Uint8Array(64),
    },
  });
  const idsOf = (node: NodeScript): number[] =>
    node.effects.flatMap((effect) =>
      effect.kind === 'verify-announcement' ? [effect.verificationId] : [],
    );

  it('is gone before more than a dozen of them were checked', () => {
    const node = script();
    node.runTo(10);
    const id = node.accept(1);
    for (let turn = 0; turn < 200; turn += 1) node.send(id, bogus(turn));
    expect(idsOf(node)).toHaveLength(8);
    const verdict = { valid: false, fault: 'invalid-signature' } as const;
    for (let at = 0; at < idsOf(node).length; at += 1) {
      const verificationId = idsOf(node)[at] as number;
      node.feed({ kind: 'announcement-verified', verificationId, verdict });
    }
    expect(goodbyes(node, id)).toEqual([WIRE_REASONS.malformed]);
    expect(idsOf(node).length).toBeLessThanOrEqual(12);
    // What was never checked may come from somebody else.
    const other = node.accept(2);
    const before = idsOf(node).length;
    node.send(other, bogus(199));
    expect(idsOf(node)).toHaveLength(before + 1);
  });
});

describe('the operator', () => {
  it('bans a host: its connections end, its next handshake is refused, and the ban can be lifted', () => {
    const node = script();
    node.runTo(10);
    const id = node.accept(1);
    const subject = { kind: 'host', host: publicPeerAt(1).host } as const;
    node.feed({
      kind: 'operator-command',
      command: { kind: 'ban', subject, durationMs: 60_000, reason: 'spam' },
    });
    expect(goodbyes(node, id)).toEqual([WIRE_REASONS.banned]);
    expect(goodbyes(node, node.accept(1))).toEqual([WIRE_REASONS.banned]);
    node.feed({ kind: 'operator-command', command: { kind: 'unban', id: subject.host } });
    node.runTo(20_000);
    expect(goodbyes(node, node.accept(1))).toEqual([]);
  });

  it('bans outlive a restart', () => {
    const before = script();
    const subject = { kind: 'host', host: publicPeerAt(1).host } as const;
    before.feed({
      kind: 'operator-command',
      command: { kind: 'ban', subject, durationMs: 600_000, reason: 'spam' },
    });
    const after = script({ documents: { bans: before.document('bans') as string }, seeds: [1] });
    after.runTo(60_000);
    expect(after.dialled()).toEqual([]);
    expect(after.book().map(({ whyNot }) => whyNot)).toEqual(['banned']);
  });
});

describe('the document of the bans', () => {
  /** All that has to do with their number in small, so that the trace of the test is, too. */
  const SHARE = 20;
  const FULL = DEFAULT_LIMITS.bansMax / SHARE;
  const limits = {
    bansMax: FULL,
    bansSaveBytesPerSecond: DEFAULT_LIMITS.bansSaveBytesPerSecond / SHARE,
    bansSaveBurstBytes: DEFAULT_LIMITS.bansSaveBurstBytes / SHARE,
  };
  const nodeIdAt = (i: number) => i.toString(16).padStart(40, '0');

  const banned = (node: NodeScript, i: number): void => {
    const subject = { kind: 'node-id', nodeId: nodeIdAt(i) as NodeId } as const;
    const command = { kind: 'ban', subject, durationMs: 1e9, reason: 'spam' } as const;
    node.feed({ kind: 'operator-command', command });
  };
  const saves = (node: NodeScript): string[] =>
    node.of('save-document').flatMap(({ name, text }) => (name === 'bans' ? [text] : []));

  /** As many as fit, by scores. */
  function manyBans(): string {
    const until = 1_700_000_000_000 + 86_400_000;
    const row = { kind: 'node-id', reason: 'malformed', by: 'score', since: 1, until, count: 1 };
    return JSON.stringify(Array.from({ length: FULL }, (_, i) => ({ ...row, id: nodeIdAt(i) })));
  }

  it('is written at each change while it is short', () => {
    const node = script();
    for (let i = 0; i < 20; i += 1) banned(node, i);
    expect(saves(node)).toHaveLength(20);
  });

  it('is written once a second when it is long and the operator bans many', () => {
    const node = script({ documents: { bans: manyBans() }, limits });
    node.runTo(10);
    for (let i = 0; i < 1_000; i += 1) {
      node.runTo(10 + 2 * i);
      banned(node, FULL + i);
    }
    expect(saves(node)).toHaveLength(2);
    node.runTo(3_010);
    expect(saves(node)).toHaveLength(3);
    expect(saves(node)[2]).toContain(nodeIdAt(FULL + 999));
    node.runTo(60_000);
    expect(saves(node)).toHaveLength(3);
  });

  it('is written every ten seconds or so when it is long and strangers have themselves banned', () => {
    const node = script({ documents: { bans: manyBans() }, limits });
    const misbehave = (i: number): void => {
      for (let turn = 0; turn < 5; turn += 1) {
        const id = node.accept(i);
        for (const _ of [1, 2]) node.send(id, UNASKED);
      }
    };
    const before = node.bans().length;
    for (let i = 0; i < 240; i += 1) {
      node.runTo(500 * (i + 1));
      misbehave(i);
    }
    expect(node.bans().length).toBe(before);
    expect(node.events('banned').length).toBeGreaterThan(200);
    expect(saves(node).length).toBeGreaterThan(5);
    expect(saves(node).length).toBeLessThanOrEqual(13);
  });

  it('is written at a stop, whatever its length, also by a node that drains already', () => {
    const node = script({ documents: { bans: manyBans() }, limits });
    node.runTo(10);
    const drain = { kind: 'operator-command', command: { kind: 'drain' } } as const;
    for (const i of [1, 2, 3]) {
      banned(node, FULL + i);
      if (i > 1) node.feed(drain);
      expect(saves(node)).toHaveLength(i);
      expect(saves(node)[i - 1]).toContain(nodeIdAt(FULL + i));
    }
  });
});

describe('inbound slots of one address', () => {
  it('are four; the fifth gets a list and is sent on', () => {
    const samePlace = (): ReturnType<typeof publicPeerAt> => publicPeerAt(7);
    const node = script({ peerAt: samePlace });
    node.runTo(10);
    const ids = [1, 2, 3, 4, 5].map((i) => node.accept(i));
    const classes = node.connections().map((view) => view.class);
    expect(classes).toEqual(['open', 'open', 'open', 'open', 'surplus']);
    expect(node.events('limit-hit').map(({ limit }) => limit)).toContain('inbound-per-address');
    node.runTo(5_000);
    expect(goodbyes(node, ids[4] as ConnectionId)).toEqual([WIRE_REASONS['too-many-peers']]);
  });
});

describe('a full house', () => {
  it('gives a place to another network by ending the youngest of the largest', () => {
    const crowd = (i: number): ReturnType<typeof publicPeerAt> =>
      i < 100 ? { ...publicPeerAt(i), ...sameNetwork(i) } : publicPeerAt(i);
    const node = script({ peerAt: crowd, limits: { inboundMax: 32, inboundPerGroupMax: 32 } });
    node.runTo(10);
    const ids = Array.from({ length: 32 }, (_, i) => {
      node.runTo(20 + i);
      return node.accept(i);
    });
    const newcomer = node.accept(200);
    const evicted = ids.filter((id) => goodbyes(node, id).includes(WIRE_REASONS.evicted));
    expect(evicted).toHaveLength(1);
    expect(node.connections().find((view) => view.id === newcomer)?.class).toBe('open');
  });

  function sameNetwork(i: number): ReturnType<typeof publicPeerAt> {
    const base = publicPeerAt(9);
    const ip = Uint8Array.from(base.ip as Uint8Array);
    ip[2] = 1;
    ip[3] = i + 1;
    const host = ip.join('.');
    return { ...base, ip, host, key: `${host}:${base.port}` as typeof base.key };
  }
});
