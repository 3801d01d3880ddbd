import fc from 'fast-check';
import { readVectors } from '../../../test/vectors/read-vectors.ts';
import { fromHex } from '../support/bytes.ts';
import { Hello, PeerList } from './generated/p2p.ts';
import { decodeBody, encodeFrame } from './message-codec.ts';
import { FRAME_TYPES, MESSAGE_TYPES, messageTypeOf } from './message.ts';
import type { MessageType } from './message.ts';

const FUZZ_CASES = Number(process.env['FUZZ_CASES'] ?? 20_000);

const HELLO: Hello = {
  protocolVersion: 1,
  chainId: 'testnet',
  genesisHash: new Uint8Array(32).fill(1),
  connectionNonce: 7n,
  publicKey: new Uint8Array(32).fill(2),
  agent: 'vision-node/0.1.0',
  listenAddresses: ['198.51.100.7:7071'],
  capabilities: 3n,
  zone: '',
  observedAddress: '203.0.113.9:50123',
  tipHeight: 0n,
  tipHash: new Uint8Array(0),
};

const bodyOf = (hello: Hello): Uint8Array => Hello.encode(hello).finish();
const withBytes = (body: Uint8Array, ...more: number[]): Uint8Array =>
  Uint8Array.of(...body, ...more);

function decodedHello(body: Uint8Array): Hello {
  const result = decodeBody('hello', body);
  if (!result.ok || result.message.type !== 'hello') throw new Error('not a Hello');
  return result.message.body;
}

/** Valid bodies of every type: where mutations start from. */
const CORPUS: readonly (readonly [MessageType, Uint8Array])[] = MESSAGE_TYPES.flatMap((type) =>
  readVectors<{ vectors: { frame: string }[] }>(type).vectors.map(
    ({ frame }) => [type, (fromHex(frame) as Uint8Array).subarray(5)] as const,
  ),
);

describe('messageTypeOf', () => {
  it('knows each type by its number and no other number', () => {
    const known = Array.from({ length: 256 }, (_, n) => messageTypeOf(n)).filter(Boolean);
    expect(known).toEqual([...MESSAGE_TYPES].sort((a, b) => FRAME_TYPES[a] - FRAME_TYPES[b]));
  });
});

describe('decodeBody', () => {
  it('reads a Hello of another protocol version, so that the version can be told', () => {
    expect(decodedHello(bodyOf({ ...HELLO, protocolVersion: 99 })).protocolVersion).toBe(99);
  });

  it('skips unknown fields of every wire type', () => {
    const body = withBytes(
      bodyOf(HELLO),
      ...[0x98, 0x06, 0x01],
      ...[0x99, 0x06, 1, 2, 3, 4, 5, 6, 7, 8],
      ...[0x9a, 0x06, 0x02, 0xff, 0xff],
      ...[0x9d, 0x06, 1, 2, 3, 4],
    );
    expect(decodedHello(body)).toEqual(HELLO);
  });

  it('skips any number of unknown fields that fit a frame', () => {
    const hello = bodyOf(HELLO);
    const pieces = Array.from({ length: 3_000 }, () => [
      ...[0x98, 0x06, 0x81, 0x01],
      ...[0x99, 0x06, 1, 2, 3, 4, 5, 6, 7, 8],
      ...[0x9a, 0x06, 0x02, 0xff, 0xff],
    ]);
    expect(decodedHello(Uint8Array.of(...pieces.flat(), ...hello))).toEqual(HELLO);
  });

  it('refuses singular fields that come more often than an encoder could want', () => {
    const again = (times: number) =>
      withBytes(bodyOf(HELLO), ...Array.from({ length: times }, () => [0x08, 0x01]).flat());
    expect(decodedHello(again(50))).toEqual(HELLO);
    expect(decodeBody('hello', again(60))).toEqual({ ok: false, detail: 'fields: too many' });
  });

  it.each<Partial<Hello>>([
    { chainId: '' },
    { chainId: 'c'.repeat(1_500) },
    { chainId: 'тестнет' },
    { chainId: 'test\nnet' },
    { zone: 'Zürich' },
    { tipHash: new Uint8Array(20) },
    { tipHash: new Uint8Array(48) },
    { observedAddress: 'o'.repeat(301) },
  ])('reads a Hello with %p: no text of the protocol forbids it', (changes) => {
    const hello = { ...HELLO, ...changes };
    expect(decodedHello(bodyOf(hello))).toEqual(hello);
  });

  it('skips a known number of another wire type', () => {
    expect(decodedHello(withBytes(bodyOf(HELLO), 0x0a, 0x01, 0x63))).toEqual(HELLO);
  });

  it('lets the last occurrence of a singular field count', () => {
    expect(decodedHello(withBytes(bodyOf(HELLO), 0x08, 0x05)).protocolVersion).toBe(5);
  });

  it('leaves the judgement of an address to its reader', () => {
    const list: PeerList = { peers: ['', 'not an address', 'müller:1'], records: [] };
    const result = decodeBody('peer-list', PeerList.encode(list).finish());
    expect(result).toEqual({ ok: true, message: { type: 'peer-list', body: list } });
  });

  it('says what is wrong without a word of the peer', () => {
    const body = bodyOf({ ...HELLO, agent: 'evil\n'.repeat(30) });
    expect(decodeBody('hello', body)).toEqual({ ok: false, detail: 'agent: too long' });
  });

  it('shares no memory with the bytes that it was given', () => {
    const chunk = new Uint8Array(60_000);
    const body = bodyOf(HELLO);
    chunk.set(body, 100);
    const hello = decodedHello(chunk.subarray(100, 100 + body.length));
    chunk.fill(0);
    expect(hello).toEqual(HELLO);
    expect(hello.publicKey.buffer.byteLength).toBeLessThan(1_000);
  });

  it('stops a frame of empty strings at the first one too many', () => {
    const body = new Uint8Array(65_534);
    for (let i = 0; i < body.length; i += 2) body[i] = 0x0a;
    expect(decodeBody('peer-list', body)).toEqual({ ok: false, detail: 'peers: too many' });
  });

  it('never throws on random bytes', () => {
    const anyType = fc.constantFrom(...MESSAGE_TYPES);
    fc.assert(
      fc.property(anyType, fc.uint8Array({ maxLength: 120 }), (type, body) => {
        decodeBody(type, body);
      }),
      { numRuns: FUZZ_CASES },
    );
  });

  it('never throws on mutated bodies, and what it accepts survives a round trip', () => {
    const mutation = fc.tuple(fc.nat(1_500), fc.nat(255), fc.constantFrom('set', 'insert', 'cut'));
    const mutations = fc.array(mutation, { minLength: 1, maxLength: 4 });
    fc.assert(
      fc.property(fc.constantFrom(...CORPUS), mutations, ([type, original], changes) => {
        const bytes = [...original];
        for (const [at, value, how] of changes) {
          const index = at % (bytes.length + 1);
          if (how === 'cut') bytes.splice(index, 1);
          else bytes.splice(index, how === 'set' ? 1 : 0, value);
        }
        const result = decodeBody(type, Uint8Array.from(bytes));
        if (!result.ok) return;
        expect(decodeBody(type, encodeFrame(result.message).subarray(5))).toEqual(result);
      }),
      { numRuns: FUZZ_CASES },
    );
  });
});

describe('encodeFrame', () => {
  it('counts type and body in the length', () => {
    const frame = encodeFrame({ type: 'ping', body: { nonce: 1n } });
    expect([...frame]).toEqual([0, 0, 0, 10, 3, 9, 1, 0, 0, 0, 0, 0, 0, 0]);
  });
});
