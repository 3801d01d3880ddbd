import { createHash } from 'node:crypto';
import { NodeScript, peerAt } from '../../../test/support/node-script.ts';
import { unixMillis, type ConnectionId, type NodeId } from '../support/brand.ts';
import type { TransportCloseReason } from '../session/reasons.ts';

const SEED = 1;
const KEY = createHash('sha256').update(Uint8Array.of(0, SEED)).digest();

function started(security: 'prefer' | 'tls' | 'plain'): NodeScript {
  const script = new NodeScript({ seeds: [SEED], network: { security } });
  script.runTo(10);
  return script;
}

/** The socket opens and ends in the middle of the TLS handshake. */
function breakOff(script: NodeScript, reason: TransportCloseReason): void {
  const connectionId = open(script);
  script.feed({ kind: 'connection-closed', connectionId, reason });
}

function open(script: NodeScript): ConnectionId {
  const connectionId = script.dialOf(SEED);
  const [remote, local] = [peerAt(SEED), peerAt(500)];
  script.feed({ kind: 'connection-opened', connectionId, direction: 'outbound', remote, local });
  return connectionId;
}

const turns = (script: NodeScript): string[] =>
  script.of('dial').map(({ isPlain }) => (isPlain === true ? 'plain' : 'tls'));

describe('a node that prefers TLS', () => {
  it.each<TransportCloseReason>(['tls-failed', 'remote-closed', 'connection-reset'])(
    'dials once without when TLS ended with %s, and with TLS again when that failed as well',
    (reason) => {
      const script = started('prefer');
      breakOff(script, reason);
      script.runTo(400);
      expect(turns(script)).toEqual(['tls', 'plain']);
      script.refuse(SEED);
      script.runTo(20_000);
      expect(turns(script).slice(0, 3)).toEqual(['tls', 'plain', 'tls']);
    },
  );

  it('connects to a plain peer on its plain turn', () => {
    const script = started('prefer');
    breakOff(script, 'remote-closed');
    script.runTo(400);
    script.answer(SEED);
    expect(script.snapshot().peers.outbound).toBe(1);
  });

  it('never dials an address without TLS that has proven a key, however often TLS breaks', () => {
    const script = started('prefer');
    const id = open(script);
    script.feed({ kind: 'connection-secured', connectionId: id, publicKey: KEY });
    script.answerAt(SEED, id, peerAt(SEED));
    expect(script.snapshot().peers.outbound).toBe(1);
    expect(script.of('save-peer').at(-1)?.record.isSecured).toBe(true);
    script.feed({ kind: 'connection-closed', connectionId: id, reason: 'connection-reset' });
    for (let round = 0; round < 5; round += 1) {
      const before = script.of('dial').length;
      for (let waited = 0; script.of('dial').length === before && waited < 600; waited += 1) {
        script.runTo(script.now + 100);
      }
      breakOff(script, 'remote-closed');
    }
    expect(turns(script).length).toBeGreaterThanOrEqual(6);
    expect(turns(script)).not.toContain('plain');
  });

  it('remembers that over a restart', () => {
    const record = {
      nodeId: 'ab'.repeat(20) as NodeId,
      firstSuccessAt: unixMillis(1),
      lastSuccessAt: unixMillis(2),
      failures: 0,
      isSecured: true,
    };
    const script = new NodeScript({
      network: { security: 'prefer' },
      storedPeers: [{ address: peerAt(SEED), record }],
    });
    script.runTo(10);
    breakOff(script, 'remote-closed');
    script.runTo(20_000);
    expect(turns(script).length).toBeGreaterThan(1);
    expect(turns(script)).not.toContain('plain');
  });
});

describe('an address that has proven a key, and whose TLS is broken until the store gives it up', () => {
  function givenUp(): NodeScript {
    const script = started('prefer');
    const id = open(script);
    script.feed({ kind: 'connection-secured', connectionId: id, publicKey: KEY });
    script.answerAt(SEED, id, peerAt(SEED));
    script.feed({ kind: 'connection-closed', connectionId: id, reason: 'connection-reset' });
    for (let i = 0; i < 20 && script.of('forget-peer').length === 0; i += 1) {
      breakNext(script);
      // Somebody comes in: it is not this node's own line that is down.
      script.accept(10 + i);
    }
    expect(script.of('forget-peer')).toHaveLength(1);
    return script;
  }

  function breakNext(script: NodeScript): void {
    const before = script.of('dial').length;
    for (let i = 0; i < 20_000 && script.of('dial').length === before; i += 1) {
      script.runTo(script.now + 100);
    }
    breakOff(script, 'connection-reset');
  }

  it('is dialled with TLS alone after a restart, an unclean one two minutes later included', () => {
    const before = givenUp();
    before.runTo(before.now + 120_000);
    const snapshot = before.document('book:snapshot') ?? '';
    const after = new NodeScript({
      seeds: [SEED],
      network: { security: 'prefer' },
      documents: { 'book:snapshot': snapshot },
    });
    after.runTo(10);
    breakOff(after, 'connection-reset');
    for (let i = 0; i < 4; i += 1) breakNext(after);
    expect(turns(after).length).toBeGreaterThan(4);
    expect(turns(after)).not.toContain('plain');
  });
});

it.each(['tls', 'plain'] as const)('a node with %s takes no such turns', (security) => {
  const script = started(security);
  breakOff(script, 'remote-closed');
  script.runTo(20_000);
  expect(turns(script)).not.toContain('plain');
});

describe('a node that insists on TLS', () => {
  it('refuses the Hello of whom has proven no key', () => {
    const script = started('tls');
    const id = script.dialOf(SEED);
    script.answerAt(SEED, id, peerAt(SEED));
    expect(script.events('handshake-rejected').map(({ reason }) => reason)).toEqual([
      'security-required',
    ]);
  });
});
