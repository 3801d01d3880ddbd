import { createHash } from 'node:crypto';

import { sha256 } from './sha256.ts';

describe('sha256', () => {
  it('gives the 32 bytes of the digest, whatever is hashed', () => {
    for (let length = 0; length < 300; length += 1) {
      const bytes = Uint8Array.from({ length }, (_, i) => (i * 151 + length * 7) & 0xff);
      const digest = createHash('sha256').update(bytes).digest();
      expect([...sha256(bytes)]).toEqual([...digest]);
    }
  });
});
