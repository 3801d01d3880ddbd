import { createHash } from 'node:crypto';
import { NodeScript, peerAt, publicPeerAt } from '../../../test/support/node-script.ts';
import { nodeIdOfKey } from '../session/node-identity.ts';
import { WIRE_REASONS } from '../session/reasons.ts';
import { unixMillis, type ConnectionId } from '../support/brand.ts';

const [VICTIM, CLAIMANT] = [1, 2];
const sha256 = (bytes: Uint8Array): Uint8Array => createHash('sha256').update(bytes).digest();
const publicKey = sha256(Uint8Array.of(0, VICTIM));
const NODE_ID = nodeIdOfKey(publicKey, sha256);
const ZERO_LENGTH = new Uint8Array(4);

type Options = ConstructorParameters<typeof NodeScript>[0];

function started(options: Options = {}): NodeScript {
  const network = { security: 'prefer' } as const;
  const script = new NodeScript({ peerAt: publicPeerAt, network, ...options });
  script.runTo(10);
  return script;
}

const claim = (script: NodeScript): ConnectionId => script.accept(CLAIMANT, { publicKey });

/** The victim itself comes in over TLS. */
function prove(script: NodeScript): ConnectionId {
  const id = script.acceptRaw(VICTIM, new Uint8Array(0));
  script.feed({ kind: 'connection-secured', connectionId: id, publicKey });
  script.sayHello(id, VICTIM, {});
  return id;
}

const goodbyes = (of: NodeScript, id: ConnectionId): number[] =>
  of.sent(id).flatMap((message) => (message.type === 'disconnect' ? [message.body.reason] : []));

const isOpen = (script: NodeScript, id: ConnectionId): boolean =>
  script.connections().some((view) => view.id === id);

/** Connections that claim the victim's key and break the protocol, `count` times. */
function misbehave(script: NodeScript, count: number): void {
  for (let i = 0; i < count; i += 1) {
    const id = claim(script);
    script.feed({ kind: 'bytes-received', connectionId: id, bytes: ZERO_LENGTH });
    script.runTo(script.now + 11_000);
  }
}

describe('a key that is claimed and not proven, where keys can be proven', () => {
  it('gets its host banned, and not the node whose key it is', () => {
    const script = started();
    misbehave(script, 2);
    expect(script.bans().map(({ id }) => id)).toEqual([publicPeerAt(CLAIMANT).host]);
    const id = prove(script);
    expect(goodbyes(script, id)).toEqual([]);
    expect(isOpen(script, id)).toBe(true);
  });

  it('gets nobody banned behind a private address, and is sent away at each fault', () => {
    const script = started({ peerAt });
    misbehave(script, 6);
    expect(script.bans()).toEqual([]);
    const again = claim(script);
    script.send(again, { type: 'peer-list', body: { peers: [], records: [] } });
    expect(goodbyes(script, again)).toEqual([WIRE_REASONS.malformed]);
    expect(isOpen(script, prove(script))).toBe(true);
  });

  it('gives way to the node that proves it, however lively', () => {
    const script = started();
    const claimed = claim(script);
    for (let nonce = 1n; nonce < 20n; nonce += 1n) {
      script.send(claimed, { type: 'ping', body: { nonce } });
      script.runTo(script.now + 1_000);
    }
    const proven = prove(script);
    expect(goodbyes(script, claimed)).toEqual([WIRE_REASONS['duplicate-connection']]);
    expect(goodbyes(script, proven)).toEqual([]);
    expect(script.connections().map(({ security }) => security)).toEqual(['tls']);
  });

  it('never takes the place of a proven one, however long that was silent', () => {
    const script = started({ limits: { pingMissesMax: 20 } });
    const proven = prove(script);
    script.runTo(70_000);
    const claimed = claim(script);
    expect(goodbyes(script, claimed)).toEqual([WIRE_REASONS['duplicate-connection']]);
    expect(isOpen(script, proven)).toBe(true);
  });

  it('does not keep this node from dialling where the key was proven', () => {
    const record = {
      nodeId: NODE_ID,
      firstSuccessAt: unixMillis(1),
      lastSuccessAt: unixMillis(2),
      failures: 0,
      isSecured: true,
    };
    const script = started({ storedPeers: [{ address: publicPeerAt(VICTIM), record }] });
    script.refuse(VICTIM);
    claim(script);
    script.runTo(20_000);
    expect(script.dialled().length).toBeGreaterThan(1);
  });
});

it('a proven key that misbehaves is banned by itself, wherever it comes from', () => {
  const script = started({ peerAt });
  for (let i = 0; i < 2; i += 1) {
    const id = prove(script);
    script.feed({ kind: 'bytes-received', connectionId: id, bytes: ZERO_LENGTH });
  }
  expect(script.bans().map(({ id }) => id)).toEqual([NODE_ID]);
  expect(goodbyes(script, prove(script))).toEqual([WIRE_REASONS.banned]);
});

it('a plain network, where every key is a claim, bans by node id', () => {
  const script = started({ peerAt, network: { security: 'plain' } });
  misbehave(script, 2);
  expect(script.bans().map(({ id }) => id)).toEqual([NODE_ID]);
});
