import fc from 'fast-check';
import { PREFACE } from './frame-decoder.ts';
import { HelloTemplate } from './hello-template.ts';
import { encodeFrame } from './message-codec.ts';

const constants = fc.record({
  protocolVersion: fc.integer({ min: 1, max: 1_000 }),
  chainId: fc.stringMatching(/^[a-z]{1,64}$/),
  genesisHash: fc.uint8Array({ minLength: 32, maxLength: 32 }),
  publicKey: fc.uint8Array({ minLength: 32, maxLength: 32 }),
  agent: fc.stringMatching(/^[a-z/.0-9]{0,64}$/),
  listenAddresses: fc.array(fc.constantFrom('127.0.0.1:7070', '[::1]:7070'), { maxLength: 2 }),
  capabilities: fc.bigInt({ min: 0n, max: 15n }),
  zone: fc.stringMatching(/^[a-z-]{0,63}$/),
});
const nonce = fc.bigInt({ min: 1n, max: 2n ** 64n - 1n });
const observed = fc.stringMatching(/^[a-z0-9.:]{1,300}$/);

describe('HelloTemplate', () => {
  it('fills in the same bytes as the encoder, again and again', () => {
    fc.assert(
      fc.property(
        constants,
        fc.array(fc.tuple(nonce, observed), { minLength: 1 }),
        (given, fills) => {
          const template = new HelloTemplate(given);
          for (const [connectionNonce, observedAddress] of fills) {
            const tip = { tipHeight: 0n, tipHash: new Uint8Array(0) };
            const body = { ...given, connectionNonce, observedAddress, ...tip };
            const expected = [...PREFACE, ...encodeFrame({ type: 'hello', body })];
            expect([...template.fill(connectionNonce, observedAddress)]).toEqual(expected);
          }
        },
      ),
    );
  });

  it('hands out bytes that a later Hello does not change', () => {
    const template = new HelloTemplate({
      protocolVersion: 1,
      chainId: 'vision-test',
      genesisHash: new Uint8Array(32),
      publicKey: new Uint8Array(32),
      agent: '',
      listenAddresses: [],
      capabilities: 0n,
      zone: '',
    });
    const first = template.fill(1n, '127.0.0.1:1');
    const copy = first.slice();
    template.fill(2n, '127.0.0.1:22222');
    expect(first).toEqual(copy);
  });
});
