import { createHash } from 'node:crypto';
import { NodeScript, peerAt, publicPeerAt } from '../../../test/support/node-script.ts';
import { nodeIdOfKey } from '../session/node-identity.ts';
import type { PeerAddress } from '../support/peer-address.ts';

const SEED = 1;
const sha256 = (bytes: Uint8Array): Uint8Array => createHash('sha256').update(bytes).digest();
const FIRST = sha256(Uint8Array.of(1));
const OTHER = sha256(Uint8Array.of(2));

/** The last dial of the peer completes a TLS handshake with this key. */
function answerWith(script: NodeScript, at: (i: number) => PeerAddress, publicKey: Uint8Array) {
  const id = script.dialOf(SEED);
  const [remote, local] = [at(SEED), at(500)];
  script.feed({
    kind: 'connection-opened',
    connectionId: id,
    direction: 'outbound',
    remote,
    local,
  });
  script.feed({ kind: 'connection-secured', connectionId: id, publicKey });
  script.sayHello(id, SEED, { publicKey });
  return id;
}

/** Met, alive for long enough to be proven, and lost. */
function metAt(at: (i: number) => PeerAddress): NodeScript {
  const script = new NodeScript({ seeds: [SEED], network: { security: 'tls' }, peerAt: at });
  script.runTo(10);
  const id = answerWith(script, at, FIRST);
  script.runTo(script.now + 1_000);
  for (let i = 0; i < 40; i += 1) {
    const nonce = script.lastPing(id);
    if (nonce !== undefined) script.send(id, { type: 'pong', body: { nonce } });
    script.runTo(script.now + 1_000);
  }
  expect(script.book()[0]).toMatchObject({ state: 'elder' });
  script.feed({ kind: 'connection-closed', connectionId: id, reason: 'connection-reset' });
  return script;
}

/** Runs until the address is dialled again. */
function untilDialled(script: NodeScript): void {
  const before = script.of('dial').length;
  for (let i = 0; i < 20_000 && script.of('dial').length === before; i += 1) {
    script.runTo(script.now + 100);
  }
  expect(script.of('dial').length).toBeGreaterThan(before);
}

const reasons = (script: NodeScript): string[] =>
  script.events('handshake-rejected').map(({ reason }) => reason);

describe('an address that has proven a key', () => {
  it.each([
    ['inside a network', peerAt],
    ['on the internet', publicPeerAt],
  ])('%s is not taken for another node', (_name, at) => {
    const script = metAt(at);
    untilDialled(script);
    answerWith(script, at, OTHER);
    expect(script.events('handshake-rejected')).toMatchObject([
      {
        reason: 'identity-mismatch',
        by: 'local',
        expected: nodeIdOfKey(FIRST, sha256),
        got: nodeIdOfKey(OTHER, sha256),
      },
    ]);
    expect(script.snapshot().peers.outbound).toBe(0);
  });

  it('inside a network belongs to whoever is there the next time', () => {
    const script = metAt(peerAt);
    untilDialled(script);
    answerWith(script, peerAt, OTHER);
    untilDialled(script);
    answerWith(script, peerAt, OTHER);
    expect(reasons(script)).toEqual(['identity-mismatch']);
    expect(script.snapshot().peers.outbound).toBe(1);
  });

  it('on the internet keeps its key for ten minutes and three failures', () => {
    const script = metAt(publicPeerAt);
    const lostAt = script.now;
    while (script.snapshot().peers.outbound === 0) {
      untilDialled(script);
      answerWith(script, publicPeerAt, OTHER);
    }
    expect(reasons(script).length).toBeGreaterThanOrEqual(3);
    expect(new Set(reasons(script))).toEqual(new Set(['identity-mismatch']));
    expect(script.now - lostAt).toBeGreaterThan(600_000);
  });

  it('takes its own node back at once', () => {
    const script = metAt(publicPeerAt);
    untilDialled(script);
    answerWith(script, publicPeerAt, FIRST);
    expect(reasons(script)).toEqual([]);
    expect(script.snapshot().peers.outbound).toBe(1);
  });
});
