import { isIP } from 'node:net';
import fc from 'fast-check';
import { formatIp, parseIpv4, parseIpv6 } from './ip-address.ts';

describe('IPv4 text', () => {
  it('is a dotted quad', () => {
    expect(parseIpv4('192.168.0.255')).toEqual(Uint8Array.of(192, 168, 0, 255));
  });

  it.each(['', '1.2.3', '1.2.3.4.5', '01.2.3.4', '256.1.1.1', '1.2.3.4 ', '0x7f.0.0.1', '1..2.3'])(
    'is not %j',
    (text) => {
      expect(parseIpv4(text)).toBeUndefined();
    },
  );
});

describe('IPv6 text', () => {
  it.each([
    ['::', '::'],
    ['::1', '::1'],
    ['2001:DB8:0:0:1:0:0:1', '2001:db8::1:0:0:1'],
    ['2001:db8:0:1:1:1:1:1', '2001:db8:0:1:1:1:1:1'],
    ['2001:0:0:1:0:0:0:1', '2001:0:0:1::1'],
    ['fe80:0:0:0:0:0:0:0', 'fe80::'],
    ['64:ff9b::192.0.2.33', '64:ff9b::c000:221'],
    ['::ffff:1.2.3.4', '1.2.3.4'],
    ['0:0:0:0:0:ffff:102:304', '1.2.3.4'],
  ])('%s is written %s (RFC 5952)', (text, canonical) => {
    const ip = parseIpv6(text);
    expect(ip && formatIp(ip)).toBe(canonical);
  });

  it.each([
    '',
    ':',
    ':::',
    '1::2::3',
    '1:2:3:4:5:6:7',
    '1:2:3:4:5:6:7:8:9',
    '1:2:3:4:5:6:7:8::',
    '12345::',
    'g::',
    'fe80::1%eth0',
    '::1.2.3',
    '1.2.3.4::',
    '::1.2.3.4:5',
    `::${'0'.repeat(60)}1`,
  ])('is not %j', (text) => {
    expect(parseIpv6(text)).toBeUndefined();
  });

  it('comes back from its own text for any 16 bytes', () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 16, maxLength: 16 }), (ip) => {
        const text = formatIp(ip);
        expect(isIP(text)).toBe(6);
        expect(parseIpv6(text)).toEqual(ip);
      }),
    );
  });

  it('is accepted only where the platform accepts it too', () => {
    const piece = fc.constantFrom('0', '1', 'ab', 'ffff', ':', '::', '1.2.3.4', '00001', 'x');
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 12 }), (pieces) => {
        const text = pieces.join('');
        expect(parseIpv6(text) !== undefined).toBe(isIP(text) === 6);
      }),
      { numRuns: 3_000 },
    );
  });
});
