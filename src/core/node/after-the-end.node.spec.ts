import { createHash } from 'node:crypto';
import { NodeScript, publicPeerAt } from '../../../test/support/node-script.ts';
import { WIRE_REASONS } from '../session/reasons.ts';
import type { ConnectionId } from '../support/brand.ts';
import type { NodeLimits } from '../support/limits.ts';
import { PREFACE } from '../wire/frame-decoder.ts';
import { encodeFrame } from '../wire/message-codec.ts';
import type { Message } from '../wire/message.ts';
import { networkOfRecord, signRecord, type SignedPeerRecord } from '../wire/peer-record.ts';

const sha256 = (bytes: Uint8Array): Uint8Array => createHash('sha256').update(bytes).digest();
const NETWORK = networkOfRecord('lab', new Uint8Array(32).fill(7), sha256);
const MALFORMED: SignedPeerRecord = {
  record: Uint8Array.of(1, 2, 3),
  signature: new Uint8Array(64),
};

/** Nobody has signed it; what a verifier says of it is the test's. */
const recordOf = (i: number, address = `31.${i}.0.1:7071`): SignedPeerRecord =>
  signRecord(
    {
      publicKey: sha256(Uint8Array.of(i, 1)),
      addresses: [address],
      sequence: 1_700_000_000_000n,
      network: NETWORK,
      zone: '',
      capabilities: 7n,
    },
    () => new Uint8Array(64).fill(i),
  );
const announce = (record: SignedPeerRecord): Message => ({
  type: 'announce-peer',
  body: { record },
});
const goodbye = (...redirect: string[]): Message => ({
  type: 'disconnect',
  body: { reason: WIRE_REASONS['too-many-peers'], detail: '', retryAfterSeconds: 0, redirect },
});

function started(limits: Partial<NodeLimits> = {}, seeds: number[] = []): NodeScript {
  const script = new NodeScript({ peerAt: publicPeerAt, limits, seeds });
  script.runTo(10);
  return script;
}
const limitsHit = (script: NodeScript): string[] =>
  script.events('limit-hit').map(({ limit }) => limit);
const named = (script: NodeScript): string[] => script.book().map(({ address }) => address);
function verdict(script: NodeScript, isValid: boolean): void {
  for (const { verificationId } of script.of('verify-record')) {
    script.feed({ kind: 'record-verified', verificationId, isValid });
  }
}

describe('a redirect', () => {
  const away = '30.0.0.1:7071';

  it('of whom connects and says goodbye in place of Hello is not heard, and its host waits', () => {
    const script = started();
    const bytes = Buffer.concat([PREFACE, encodeFrame(goodbye(away))]);
    script.acceptRaw(1, bytes);
    script.acceptRaw(1, bytes);
    expect(named(script)).toEqual([]);
    expect(limitsHit(script)).toEqual(['handshake-cooldown']);
  });

  it('of whom we dialled is heard, in place of Hello too', () => {
    const script = started({}, [1]);
    const connectionId = script.dialOf(1);
    const [remote, local] = [publicPeerAt(1), publicPeerAt(2)];
    script.feed({ kind: 'connection-opened', connectionId, direction: 'outbound', remote, local });
    const bytes = Buffer.concat([PREFACE, encodeFrame(goodbye(away))]);
    script.feed({ kind: 'bytes-received', connectionId, bytes });
    expect(named(script)).toContain(away);
  });

  it('counts with all that its sender has named before', () => {
    const script = started({ hearsayBurst: 1, recordCalmMs: 1 });
    const id = script.accept(1);
    script.send(id, announce(recordOf(1)));
    script.runTo(20);
    verdict(script, true);
    script.send(id, goodbye(away));
    expect(named(script)).toEqual(['31.1.0.1:7071']);
    expect(limitsHit(script)).toEqual(['hearsay-rate']);
  });

  it('that refuses our Hello is no failed handshake of who sends it', () => {
    const script = started();
    script.send(script.accept(1), goodbye());
    script.accept(1);
    expect(limitsHit(script)).toEqual([]);
  });
});

describe('records that wait for their verification', () => {
  const checked = (script: NodeScript): number => script.of('verify-record').length;
  const leave = (script: NodeScript, id: ConnectionId): void =>
    script.feed({ kind: 'connection-closed', connectionId: id, reason: 'remote-closed' });

  it('are none of those that stand behind the fault which ends their connection', () => {
    const script = started();
    const id = script.accept(1);
    script.runTo(400);
    const records = [...Array.from({ length: 8 }, () => MALFORMED), recordOf(1), recordOf(2)];
    script.send(id, { type: 'peer-list', body: { peers: [], records } });
    expect(script.connections()).toEqual([]);
    script.runTo(10_000);
    expect(checked(script)).toBe(0);
  });

  it('go with the last of those who sent them', () => {
    const script = started();
    const ids = [script.accept(1), script.accept(2)];
    for (const id of ids) script.send(id, announce(recordOf(1)));
    for (const id of ids) leave(script, id);
    script.runTo(10_000);
    expect(checked(script)).toBe(0);
  });

  it('are held against all who sent them', () => {
    const script = started();
    const ids = [1, 2, 3].map((i) => script.accept(i));
    for (const id of ids) script.send(id, announce(recordOf(1)));
    leave(script, ids[0] as ConnectionId);
    script.runTo(10_000);
    verdict(script, false);
    expect(script.connections().map(({ score }) => score < 0)).toEqual([true, true]);
  });
});
