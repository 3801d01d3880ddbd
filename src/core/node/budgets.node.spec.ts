import { NodeScript, publicPeerAt } from '../../../test/support/node-script.ts';
import type { ConnectionId } from '../support/brand.ts';
import { DEFAULT_LIMITS } from '../support/limits.ts';
import { peerAddressOfIp, type PeerAddress } from '../support/peer-address.ts';
import { PREFACE } from '../wire/frame-decoder.ts';

/** Budgets at their limit, one below and one above. */
const UNKNOWN_TYPE = 200;

function ready(peerAt: (i: number) => PeerAddress = publicPeerAt): NodeScript {
  const script = new NodeScript({ peerAt });
  script.runTo(10);
  return script;
}

const limitsHit = (script: NodeScript): string[] =>
  script.events('limit-hit').map(({ limit }) => limit);

const isClosed = (script: NodeScript, id: ConnectionId): boolean =>
  script.of('close').some(({ connectionId }) => connectionId === id);

function headOf(length: number): Uint8Array {
  const head = Buffer.alloc(5);
  head.writeUInt32BE(length);
  head[4] = UNKNOWN_TYPE;
  return head;
}

const receive = (script: NodeScript, connectionId: ConnectionId, bytes: Uint8Array): void =>
  script.feed({ kind: 'bytes-received', connectionId, bytes });

describe('a handshake', () => {
  it.each([
    ['that says nothing', new Uint8Array(0)],
    ['that drips', PREFACE],
  ])('%s is open 1 ms before its 5 s are over, and not at their end', (_, first) => {
    const script = ready();
    const openedAt = script.now;
    const id = script.acceptRaw(1, first);
    script.runTo(openedAt + 3_000);
    if (first.length > 0) receive(script, id, headOf(100).subarray(0, 4));
    script.runTo(openedAt + DEFAULT_LIMITS.handshakeTimeoutMs - 1);
    expect([isClosed(script, id), limitsHit(script)]).toEqual([false, []]);
    script.runTo(openedAt + DEFAULT_LIMITS.handshakeTimeoutMs);
    expect([isClosed(script, id), limitsHit(script)]).toEqual([true, ['handshake-timeout']]);
  });

  it.each([
    ['what is left of its dial', 1_000, 400, 1_000],
    ['its own 5 s when the dial has more', 10_000, 400, 5_400],
    ['its own 5 s and no more when both end at once', 5_400, 400, 5_400],
  ])('of a dial has %s', (_, dialTimeoutMs, openedAt, endsAt) => {
    const script = new NodeScript({ peerAt: publicPeerAt, seeds: [1], limits: { dialTimeoutMs } });
    script.runTo(10);
    const startedAt = script.now;
    const id = script.dialOf(1);
    script.runTo(startedAt + openedAt);
    const remote = publicPeerAt(1);
    const direction = 'outbound';
    script.feed({ kind: 'connection-opened', connectionId: id, direction, remote, local: remote });
    script.runTo(startedAt + endsAt - 20);
    expect(isClosed(script, id)).toBe(false);
    script.runTo(startedAt + endsAt);
    expect(isClosed(script, id)).toBe(true);
    expect(script.events('dial-finished').map(({ outcome }) => outcome)).toEqual(['timeout']);
  });

  it("that somebody else began has its 5 s, however short this node's own dials are", () => {
    const script = new NodeScript({ peerAt: publicPeerAt, limits: { dialTimeoutMs: 1_000 } });
    script.runTo(10);
    const id = script.acceptRaw(1, PREFACE);
    script.runTo(script.now + DEFAULT_LIMITS.handshakeTimeoutMs - 1);
    expect(isClosed(script, id)).toBe(false);
  });

  it.each([
    [DEFAULT_LIMITS.handshakeFrameBytesMax - 1, []],
    [DEFAULT_LIMITS.handshakeFrameBytesMax, []],
    [DEFAULT_LIMITS.handshakeFrameBytesMax + 1, ['handshake-frame-bytes']],
  ])('may announce a frame of %d bytes: limits met %j', (length, hit) => {
    const script = ready();
    const id = script.acceptRaw(1, Buffer.concat([PREFACE, headOf(length)]));
    expect([isClosed(script, id), limitsHit(script)]).toEqual([hit.length > 0, hit]);
  });
});

describe('handshakes in progress', () => {
  const perAddress = DEFAULT_LIMITS.pendingInboundPerAddressMax;
  const perGroup = DEFAULT_LIMITS.pendingInboundPerGroupMax;
  const inAll = DEFAULT_LIMITS.pendingInboundMax;
  const sameHost = (): PeerAddress => peerAddressOfIp(Uint8Array.of(20, 0, 0, 1), 7071);
  const sameGroup = (i: number): PeerAddress =>
    peerAddressOfIp(Uint8Array.of(20, 0, 7 * i, 1 + i), 7071);
  const otherGroups = (i: number): PeerAddress => peerAddressOfIp(Uint8Array.of(20, i, 0, 1), 7071);
  const sameSubnet = (i: number): PeerAddress =>
    peerAddressOfIp(Uint8Array.of(10, 7, 0, 1 + i), 7071);
  const otherSubnets = (i: number): PeerAddress =>
    peerAddressOfIp(Uint8Array.of(10, 7, i, 1), 7071);
  const loopback = (): PeerAddress => peerAddressOfIp(Uint8Array.of(127, 0, 0, 1), 7071);

  it.each([
    ['one address', sameHost, perAddress - 1, []],
    ['one address', sameHost, perAddress, []],
    ['one address', sameHost, perAddress + 1, ['pending-inbound-per-address']],
    ['one group', sameGroup, perGroup - 1, []],
    ['one group', sameGroup, perGroup, []],
    ['one group', sameGroup, perGroup + 1, ['pending-inbound-per-group']],
    ['several groups', otherGroups, perGroup + 1, []],
    ['one private subnet', sameSubnet, perGroup + 1, ['pending-inbound-per-group']],
    ['several private subnets', otherSubnets, perGroup + 1, []],
    ['everywhere', publicPeerAt, inAll - 1, []],
    ['everywhere', publicPeerAt, inAll, []],
    ['everywhere', publicPeerAt, inAll + 1, ['pending-inbound']],
    ['this machine', loopback, perAddress + 1, []],
    ['this machine', loopback, perGroup + 1, []],
  ])('of %s (%p) may be %d: limits met %j', (_, peerAt, count, hit) => {
    const script = ready(peerAt);
    const ids = Array.from({ length: count }, (__, i) => script.acceptRaw(i, new Uint8Array(0)));
    expect(limitsHit(script)).toEqual(hit);
    expect(ids.filter((id) => isClosed(script, id))).toHaveLength(hit.length);
  });
});

it('a host whose handshake failed waits for 10 s, to the millisecond', () => {
  const script = ready();
  script.acceptRaw(1, Buffer.concat([PREFACE, new Uint8Array(4)]));
  const failedAt = script.now;
  script.runTo(failedAt + DEFAULT_LIMITS.failedHandshakeCooldownMs - 1);
  script.acceptRaw(1, PREFACE);
  expect(limitsHit(script)).toEqual(['handshake-cooldown']);
  script.runTo(failedAt + DEFAULT_LIMITS.failedHandshakeCooldownMs);
  expect(isClosed(script, script.acceptRaw(1, PREFACE))).toBe(false);
  expect(limitsHit(script)).toEqual(['handshake-cooldown']);
});

describe('a frame after the handshake', () => {
  it.each([
    [DEFAULT_LIMITS.frameBytesMax - 1, []],
    [DEFAULT_LIMITS.frameBytesMax, []],
    [DEFAULT_LIMITS.frameBytesMax + 1, ['frame-bytes']],
  ])('may have %d bytes: limits met %j', (length, hit) => {
    const script = ready();
    const id = script.accept(1);
    receive(script, id, Buffer.concat([headOf(length), Buffer.alloc(length - 1)]));
    expect([isClosed(script, id), limitsHit(script)]).toEqual([hit.length > 0, hit]);
  });

  it('may take 10 s from its first byte less 1 ms, however it drips, and not the whole of them', () => {
    const script = ready();
    const id = script.accept(1);
    const startedAt = script.now;
    receive(script, id, headOf(1_000).subarray(0, 1));
    for (let byte = 1; byte < 5; byte += 1) {
      script.runTo(startedAt + 2_000 * byte);
      receive(script, id, headOf(1_000).subarray(byte, byte + 1));
    }
    script.runTo(startedAt + DEFAULT_LIMITS.frameTimeoutMs - 1);
    expect([isClosed(script, id), limitsHit(script)]).toEqual([false, []]);
    script.runTo(startedAt + DEFAULT_LIMITS.frameTimeoutMs);
    expect([isClosed(script, id), limitsHit(script)]).toEqual([true, ['frame-timeout']]);
  });

  it('has its time to itself when each read ends in the middle of the next one', () => {
    const script = ready();
    const id = script.accept(1);
    const frame = Buffer.concat([headOf(101), Buffer.alloc(100)]);
    const [first, second] = [frame.subarray(0, 50), frame.subarray(50)];
    receive(script, id, first);
    for (let frames = 0; frames < 15; frames += 1) {
      script.runTo(script.now + 1_000);
      receive(script, id, Buffer.concat([second, first]));
    }
    expect([isClosed(script, id), limitsHit(script)]).toEqual([false, []]);
    script.runTo(script.now + DEFAULT_LIMITS.frameTimeoutMs);
    expect([isClosed(script, id), limitsHit(script)]).toEqual([true, ['frame-timeout']]);
  });
});

describe('inbound connections', () => {
  const perGroup = DEFAULT_LIMITS.inboundPerGroupMax;
  const sameGroup = (i: number): PeerAddress =>
    peerAddressOfIp(Uint8Array.of(20, 0, i >> 2, 1 + (i & 3)), 7071);

  it.each([
    [perGroup - 1, []],
    [perGroup, []],
    [perGroup + 1, ['inbound-per-group']],
  ])('of one group may be %d: limits met %j', (count, hit) => {
    const script = ready(sameGroup);
    for (let i = 0; i < count; i += 1) script.accept(i);
    const slots = script.connections().filter((view) => view.class === 'open');
    expect([slots.length, limitsHit(script)]).toEqual([Math.min(count, perGroup), hit]);
  });

  it.each([DEFAULT_LIMITS.inboundMax - 1, DEFAULT_LIMITS.inboundMax])(
    'may be %d in all',
    (count) => {
      const script = ready();
      for (let i = 0; i < count; i += 1) script.accept(i);
      const slots = script.connections().filter((view) => view.class === 'open');
      expect([slots.length, limitsHit(script)]).toEqual([count, []]);
    },
  );

  it('are never one more in all', () => {
    const script = ready();
    for (let i = 0; i <= DEFAULT_LIMITS.inboundMax; i += 1) script.accept(i);
    const slots = script.connections().filter((view) => view.class === 'open');
    expect(slots).toHaveLength(DEFAULT_LIMITS.inboundMax);
  });
});

describe('messages of a peer', () => {
  it.each([
    [DEFAULT_LIMITS.messageBurst - 1, []],
    [DEFAULT_LIMITS.messageBurst, []],
    [DEFAULT_LIMITS.messageBurst + 1, ['messages-per-second']],
  ])('that are %d at once: limits met %j', (count, hit) => {
    const script = ready();
    const id = script.accept(1);
    const frame = headOf(1);
    receive(script, id, Buffer.concat(Array.from({ length: count }, () => frame)));
    expect([isClosed(script, id), limitsHit(script)]).toEqual([false, hit]);
    expect(script.of('pause-reading')).toHaveLength(hit.length);
  });

  it('beyond the burst are handled, each once, when their time comes', () => {
    const script = ready();
    const id = script.accept(1);
    const sent = DEFAULT_LIMITS.messageBurst + 100;
    receive(script, id, Buffer.concat(Array.from({ length: sent }, () => headOf(1))));
    script.runTo(script.now + 3_000);
    expect(isClosed(script, id)).toBe(false);
    expect(script.snapshot().traffic.messagesReceived['unknown']).toBe(sent);
  });

  it('are never too many when they keep to the burst and then to the rate', () => {
    const script = ready();
    const id = script.accept(1);
    const burst = Array.from({ length: DEFAULT_LIMITS.messageBurst }, () => headOf(1));
    receive(script, id, Buffer.concat(burst));
    for (let second = 0; second < 30; second += 1) {
      for (let i = 0; i < DEFAULT_LIMITS.messagesPerSecond; i += 1) {
        script.runTo(script.now + 1_000 / DEFAULT_LIMITS.messagesPerSecond);
        receive(script, id, headOf(1));
      }
    }
    expect([isClosed(script, id), limitsHit(script)]).toEqual([false, []]);
  });

  it.each([
    [DEFAULT_LIMITS.pingBurst - 1, []],
    [DEFAULT_LIMITS.pingBurst, []],
    [DEFAULT_LIMITS.pingBurst + 1, ['pings-per-second']],
  ])('that are %d pings at once: limits met %j', (count, hit) => {
    const script = ready();
    const id = script.accept(1);
    for (let i = 0; i < count; i += 1) script.send(id, { type: 'ping', body: { nonce: 1n } });
    const pongs = script.sent(id).filter(({ type }) => type === 'pong');
    expect([pongs.length, limitsHit(script)]).toEqual([count - hit.length, hit]);
  });
});
