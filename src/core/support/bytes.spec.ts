import fc from 'fast-check';
import { bytesEqual, compareBytes, fromHex, toHex } from './bytes.ts';

describe('hex', () => {
  it('comes back for any bytes, and is what the platform writes', () => {
    fc.assert(
      fc.property(fc.uint8Array(), (bytes) => {
        expect(toHex(bytes)).toBe(Buffer.from(bytes).toString('hex'));
        expect(fromHex(toHex(bytes))).toEqual(bytes);
        expect(fromHex(toHex(bytes).toUpperCase())).toEqual(bytes);
      }),
    );
  });

  it.each(['a', 'abc', 'zz', '0x', ' a', 'a\n'])('is not %j', (text) => {
    expect(fromHex(text)).toBeUndefined();
  });
});

it('bytes are compared as the platform compares them', () => {
  const bytes = fc.uint8Array({ maxLength: 4, max: 2 });
  fc.assert(
    fc.property(bytes, bytes, (a, b) => {
      expect(Math.sign(compareBytes(a, b))).toBe(Buffer.compare(a, b));
      expect(bytesEqual(a, b)).toBe(Buffer.compare(a, b) === 0);
    }),
  );
});
