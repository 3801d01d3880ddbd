import { createHash } from 'node:crypto';
import { NodeScript, peerAt, publicPeerAt } from '../../../test/support/node-script.ts';
import type { ConnectionId } from '../support/brand.ts';
import { parseCidr, type Cidr } from '../support/cidr.ts';
import type { SignedPeerRecord } from '../wire/generated/p2p.ts';
import { encodePeerRecord } from '../wire/message-codec.ts';
import { networkOfRecord } from '../wire/peer-record.ts';

const sha256 = (text: string | Uint8Array): Uint8Array =>
  createHash('sha256').update(text).digest();
const LAB = networkOfRecord('lab', new Uint8Array(32).fill(7), sha256);
const STARTED_AT = 1_700_000_000_000;

/** The script's verifier takes any signature for good. */
function recordOf(name: string, addresses: string[], at = 0): SignedPeerRecord {
  const record = encodePeerRecord({
    publicKey: sha256(name),
    addresses,
    sequence: BigInt(STARTED_AT + at),
    network: LAB,
    zone: '',
    capabilities: 7n,
  });
  return { record, signature: Buffer.concat([sha256(name), sha256(name)]) };
}

const announce = (script: NodeScript, id: ConnectionId, record: SignedPeerRecord): void =>
  script.send(id, { type: 'announce-peer', body: { record } });

/** One second: the verifier answers, and the peers answer pings. */
function second(script: NodeScript, verified: Set<number>, peers: readonly ConnectionId[]): void {
  const end = script.now + 1_000;
  while (script.now < end) {
    script.runTo(script.now + 50);
    for (const { verificationId } of script.of('verify-record')) {
      if (verified.has(verificationId)) continue;
      verified.add(verificationId);
      script.feed({ kind: 'record-verified', verificationId, isValid: true });
    }
  }
  for (const id of peers) {
    const nonce = script.lastPing(id);
    if (nonce !== undefined) script.send(id, { type: 'pong', body: { nonce } });
  }
}

const acceptedFrom = (script: NodeScript, peer: number): number =>
  script
    .events('peer-record')
    .filter(({ result, peer: name }) => result === 'accepted' && name.startsWith(`20.${peer}.`))
    .length;

it('what four peers announce, each within its rate, keeps nobody from being heard', () => {
  const script = new NodeScript({ peerAt: publicPeerAt });
  script.runTo(10);
  const loud = [1, 2, 3, 4].map((i) => script.accept(i));
  const honest = script.accept(9);
  const verified = new Set<number>();
  const addressOf = (peer: number, i: number): string[] => [`40.${peer}.${i}.1:7071`];
  const flood = (peer: number, i: number): void => {
    const id = loud[peer] as ConnectionId;
    announce(script, id, recordOf(`${peer}/${i}`, addressOf(peer, i), script.now));
  };
  for (let i = 0; i < 100; i += 1) for (let peer = 0; peer < 4; peer += 1) flood(peer, i);
  const heard: number[] = [];
  for (let at = 1; at <= 75; at += 1) {
    second(script, verified, [...loud, honest]);
    for (let peer = 0; peer < 4; peer += 1) flood(peer, 100 + at);
    if (at === 5 || at === 70) {
      announce(script, honest, recordOf(`honest ${at}`, addressOf(9, at), script.now));
      for (let more = 0; more < 2; more += 1) second(script, verified, [...loud, honest]);
      heard.push(acceptedFrom(script, 9));
    }
  }
  expect(heard).toEqual([1, 2]);
  expect(script.connections()).toHaveLength(5);
});

it('what one peer sends beyond its places is not kept, and frees them when the peer goes', () => {
  const script = new NodeScript({ peerAt: publicPeerAt, limits: { recordsWaitingPerPeerMax: 3 } });
  script.runTo(10);
  const id = script.accept(1);
  for (let i = 0; i < 5; i += 1) announce(script, id, recordOf(`${i}`, [`40.0.${i}.1:7071`]));
  expect(script.events('limit-hit').map(({ limit }) => limit)).toEqual([
    'record-verifications',
    'record-verifications',
  ]);
  script.feed({ kind: 'connection-closed', connectionId: id, reason: 'remote-closed' });
  const other = script.accept(2);
  for (let i = 0; i < 3; i += 1) announce(script, other, recordOf(`${i}`, [`40.0.${i}.1:7071`]));
  second(script, new Set(), [other]);
  expect(acceptedFrom(script, 2)).toBe(3);
});

const range = (text: string): Cidr => {
  const cidr = parseCidr(text);
  if (cidr === undefined) throw new Error(text);
  return cidr;
};

it.each([
  ['a name of the cluster', 'cluster', ['node-1.peers.default.svc.cluster.local:7071'], 6],
  ['an address inside the cluster', 'cluster', ['10.2.0.1:7071'], 6],
  ['an address of the local network', 'auto', ['10.2.0.1:7071'], 6],
  ['a name under the suffix of a private network', 'private', ['node-1.vpn.example.com:7071'], 6],
  ['a public name', 'auto', ['node-1.example.com:7071'], 2],
] as const)(
  'a record of %s (%s) is passed on to as many as the scope says',
  (_, scope, names, told) => {
    const script = new NodeScript({
      peerAt,
      network: {
        scope,
        allowedCidrs: scope === 'auto' ? [] : [range('10.0.0.0/8')],
        allowedNameSuffixes: scope === 'auto' ? [] : ['svc.cluster.local', 'vpn.example.com'],
      },
    });
    script.runTo(10);
    const [from, ...others] = Array.from({ length: 10 }, (__, i) => script.accept(i));
    announce(script, from as ConnectionId, recordOf('new', [...names]));
    second(script, new Set(), []);
    const reached = others.filter((id) =>
      script.sent(id).some(({ type }) => type === 'announce-peer'),
    );
    expect(reached).toHaveLength(told);
  },
);
