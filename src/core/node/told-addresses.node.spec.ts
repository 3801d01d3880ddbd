import { createHash } from 'node:crypto';
import { NodeScript, peerAt, publicPeerAt } from '../../../test/support/node-script.ts';
import type { ConnectionId } from '../support/brand.ts';
import { parsePeerAddress, type PeerAddress } from '../support/peer-address.ts';
import type { Message } from '../wire/message.ts';
import { networkOfRecord, readRecord, signRecord } from '../wire/peer-record.ts';

const sha256 = (bytes: Uint8Array): Uint8Array => createHash('sha256').update(bytes).digest();
const sign = (): Uint8Array => new Uint8Array(64);
/** On a private network below 100, on the internet from there. */
const mixedPeerAt = (i: number): PeerAddress => (i < 100 ? peerAt(i) : publicPeerAt(i));
const addressOf = (text: string): PeerAddress => {
  const parsed = parsePeerAddress(text);
  if (!parsed.ok) throw new Error(parsed.fault);
  return parsed.address;
};
const recordsIn = (message: Message): (string[] | undefined)[] => {
  if (message.type === 'peer-list') {
    return message.body.records.map((record) => readRecord(record)?.addresses);
  }
  const record = message.type === 'announce-peer' ? message.body.record : undefined;
  return record === undefined ? [] : [readRecord(record)?.addresses];
};

describe('an advertised address', () => {
  /** What the Hello and the records to one peer name. */
  function told(advertise: string, i: number): (string[] | undefined)[] {
    const network = { advertise: addressOf(advertise), sign };
    const script = new NodeScript({ peerAt: mixedPeerAt, network });
    script.runTo(10);
    const id = script.accept(i);
    script.runTo(10_000);
    const inHello = script
      .sent(id)
      .flatMap((message) => (message.type === 'hello' ? [message.body.listenAddresses] : []));
    return [...inHello, ...script.sent(id).flatMap(recordsIn)];
  }

  it.each([
    ['public', '25.0.0.9:7171', 1],
    ['public', '25.0.0.9:7171', 200],
    ['private', '10.0.0.5:7171', 1],
  ])('that is %s, %s, is told to peer %i', (_, advertise, i) => {
    expect(told(advertise, i)).toEqual([[advertise], [advertise]]);
  });

  it.each(['10.0.0.5:7171', '127.0.0.1:7171', 'node.internal:7171'])(
    'that no public peer can reach, %s, is told to none',
    (advertise) => {
      const own = '150.0.0.1:7071';
      expect(told(advertise, 200)).toEqual([[own], [own]]);
    },
  );
});

describe('a record that names a public and a private address', () => {
  const both = ['25.0.0.9:7071', '10.1.0.1:7071'];
  const [outside] = both as [string];
  const publicKey = sha256(Uint8Array.of(77));

  /** Such a record has come over the private network, and its public address is verified. */
  function informed(): NodeScript {
    const script = new NodeScript({ peerAt: mixedPeerAt });
    script.runTo(10);
    const id = script.accept(1, { publicKey, listenAddresses: [outside] });
    const record = signRecord(
      {
        publicKey,
        addresses: both,
        sequence: 1_700_000_000_000n,
        network: networkOfRecord('lab', new Uint8Array(32).fill(7), sha256),
        zone: '',
        capabilities: 7n,
      },
      sign,
    );
    script.send(id, { type: 'announce-peer', body: { record } });
    script.runTo(3_000);
    for (const { verificationId } of script.of('verify-record')) {
      script.feed({ kind: 'record-verified', verificationId, isValid: true });
    }
    const dial = script.of('dial').find(({ endpoint }) => endpoint.key === outside);
    if (dial === undefined) throw new Error(`${outside} was not dialled`);
    script.answerAt(1, dial.connectionId, dial.endpoint, { publicKey, connectionNonce: 99n });
    script.runTo(4_000);
    return script;
  }

  const listsTo = (script: NodeScript, id: ConnectionId): unknown[] =>
    script
      .sent(id)
      .flatMap((message) =>
        message.type === 'peer-list' ? [[message.body.peers, recordsIn(message)]] : [],
      );

  it.each([
    ['with its record on the private network', 2, [both]],
    ['alone on the internet', 200, []],
  ])('has the public one listed %s', (_, asker, records) => {
    const script = informed();
    const id = script.accept(asker);
    const body = { max: 0, knownFilter: new Uint8Array(0), filterSalt: 0, filterHashes: 0 };
    script.send(id, { type: 'get-peers', body });
    script.runTo(6_000);
    expect(listsTo(script, id)).toEqual([[[outside], records]]);
  });
});
