import { cidrContains, parseCidr, type Cidr } from './cidr.ts';
import { parseIpv4, parseIpv6 } from './ip-address.ts';

const contains = (range: string, ip: string): boolean =>
  cidrContains(parseCidr(range) as Cidr, (parseIpv4(ip) ?? parseIpv6(ip)) as Uint8Array);

describe('a range of addresses', () => {
  it.each([
    ['10.0.0.0/8', '10.255.0.1', true],
    ['10.0.0.0/8', '11.0.0.1', false],
    ['192.168.4.0/22', '192.168.7.255', true],
    ['192.168.4.0/22', '192.168.8.0', false],
    ['0.0.0.0/0', '203.0.113.9', true],
    ['203.0.113.9/32', '203.0.113.9', true],
    ['203.0.113.9/32', '203.0.113.8', false],
    ['fd00::/8', 'fdff::1', true],
    ['fd00::/8', 'fc00::1', false],
    ['::/0', '10.0.0.1', false],
  ])('%s and %s: %s', (range, ip, expected) => expect(contains(range, ip)).toBe(expected));

  it.each([
    '10.0.0.0',
    '10.0.0.0/33',
    '10.0.0.0/-1',
    '10.0.0.0/08',
    '10.0.0/8',
    'fd00::/129',
    '::ffff:10.0.0.0/8',
    '/8',
    '',
  ])('is not %j', (text) => expect(parseCidr(text)).toBeUndefined());
});
