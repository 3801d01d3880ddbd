import fc from 'fast-check';
import { ADDRESS_SCOPES, scopeOfIp, type AddressScope } from './address-scope.ts';
import { embeddedIpv4 } from './embedded-ipv4.ts';
import { parseIpv4, parseIpv6 } from './ip-address.ts';
import { classOfIp, formsOf } from './ip-class.ts';

const ip = (text: string): Uint8Array => (parseIpv4(text) ?? parseIpv6(text)) as Uint8Array;
const mapped = (text: string): Uint8Array =>
  Uint8Array.of(...Array.from({ length: 10 }, () => 0), 0xff, 0xff, ...ip(text));

describe('addresses at which no peer lives', () => {
  it.each([
    ['unspecified', '0.0.0.0', '::'],
    ['this network', '0.1.2.3'],
    ['link-local', '169.254.0.1', '169.254.255.255', 'fe80::1', 'febf::1'],
    ['multicast', '224.0.0.1', '239.255.255.255', '233.252.0.1', 'ff02::1', 'ff0e::1'],
    ['reserved and broadcast', '240.0.0.1', '255.255.255.254', '255.255.255.255'],
    ['documentation', '192.0.2.1', '198.51.100.1', '203.0.113.255', '2001:db8::1', '3fff::1'],
    ['benchmarks', '198.18.0.1', '198.19.255.255', '2001:2::1'],
    ['protocol assignments', '192.0.0.1', '192.0.0.170', '2001:1::1', '2001:1ff:ffff::1'],
    ['identifiers', '2001:10::1', '2001:20::1', '2001:30::1'],
    ['anycast services', '192.31.196.1', '192.52.193.1', '192.88.99.1', '192.175.48.1'],
    ['IPv6 without routes', '100::1', '100:0:0:1::1', '5f00::1', 'fec0::1', '4000::1', '::2'],
    ['returned', '3ffe::1', '2620:4f:8000::1'],
    ['metadata', '169.254.169.254', '169.254.170.2', '100.100.100.200', '168.63.129.16'],
    ['metadata over IPv6', 'fd00:ec2::254', 'fd00:ec2::253', 'fd20:ce::254', 'fd00:42::42'],
    ['metadata of Oracle', '192.0.0.192', 'fd00:c1::a9fe:a9fe'],
  ])('%s', (_, ...texts) => {
    for (const text of texts) expect([text, classOfIp(ip(text))]).toEqual([text, undefined]);
  });

  it.each([
    ['8.8.8.8', 'public'],
    ['20.0.0.1', 'public'],
    ['99.255.255.255', 'public'],
    ['100.128.0.1', 'public'],
    ['192.0.1.1', 'public'],
    ['192.0.3.1', 'public'],
    ['198.17.255.255', 'public'],
    ['198.20.0.0', 'public'],
    ['203.0.112.255', 'public'],
    ['223.255.255.255', 'public'],
    ['2001:200::1', 'public'],
    ['2001:4860:4860::8888', 'public'],
    ['2a00:1450::1', 'public'],
    ['3fff:1000::1', 'public'],
    ['100.64.0.1', 'private'],
    ['100.100.100.201', 'private'],
    ['10.0.0.1', 'private'],
    ['fd00::1', 'private'],
    ['fc00::1', 'private'],
    ['127.0.0.1', 'loopback'],
    ['::1', 'loopback'],
  ])('%s beside them is %s', (text, expected) => expect(classOfIp(ip(text))).toBe(expected));
});

describe('IPv4 inside IPv6', () => {
  it.each([
    ['compatible', '::10.0.0.1', ['10.0.0.1']],
    ['translated', '::ffff:0:10.0.0.1', ['10.0.0.1']],
    ['NAT64', '64:ff9b::10.0.0.1', ['10.0.0.1']],
    ['local NAT64', '64:ff9b:1::10.0.0.1', ['10.0.0.1']],
    ['6to4', '2002:a00:1::1', ['10.0.0.1']],
    ['Teredo: server and client', '2001:0:808:808:0:0:f5ff:fffe', ['8.8.8.8', '10.0.0.1']],
    ['ISATAP', '2a00:1450::5efe:10.0.0.1', ['10.0.0.1']],
    ['ISATAP of a public address', '2a00:1450::200:5efe:a00:1', ['10.0.0.1']],
    ['nothing', '2a00:1450::a00:1', []],
    ['loopback is not compatible', '::1', []],
  ])('%s: %s', (_, text, inside) => {
    expect(embeddedIpv4(ip(text)).map((bytes) => bytes.join('.'))).toEqual(inside);
  });

  it.each([
    ['64:ff9b::8.8.8.8', 'public'],
    ['64:ff9b::10.0.0.1', 'private'],
    ['64:ff9b::127.0.0.1', 'loopback'],
    ['64:ff9b::169.254.169.254', undefined],
    ['64:ff9b::', undefined],
    ['64:ff9b:1::8.8.8.8', undefined],
    ['2002:808:808::1', 'public'],
    ['2002:7f00:1::1', 'loopback'],
    ['2002:c0a8:101::1', 'private'],
    ['2002:a9fe:a9fe::1', undefined],
    ['2001:0:808:808:0:0:f7f7:f7f7', 'public'],
    ['2001:0:808:808:0:0:80ff:fffe', 'loopback'],
    ['2001:0:a00:1:0:0:f7f7:f7f7', 'private'],
    ['2001:0:808:808:0:0:5601:5601', undefined],
    ['2a00:1450::5efe:10.0.0.1', 'private'],
    ['::8.8.8.8', undefined],
    ['::ffff:0:8.8.8.8', undefined],
  ])('%s is %s by both', (text, expected) => expect(classOfIp(ip(text))).toBe(expected));

  it('a mapped address is judged as the IPv4 address that it is', () => {
    expect(formsOf(mapped('10.0.0.1'))).toEqual([ip('10.0.0.1')]);
    const classes = ['8.8.8.8', '10.0.0.1', '127.0.0.1', '224.0.0.1'].map(mapped).map(classOfIp);
    expect(classes).toEqual(['public', 'private', 'loopback', undefined]);
  });

  it('never makes an address wider than what is inside it, however it is wrapped', () => {
    const wraps: ((v4: Uint8Array) => Uint8Array)[] = [
      (v4) => mapped(v4.join('.')),
      (v4) => ip(`64:ff9b::${v4.join('.')}`),
      (v4) => Uint8Array.of(0x20, 0x02, ...v4, ...Array.from({ length: 10 }, () => 7)),
      (v4) => Uint8Array.of(0x20, 0x01, 0, 0, ...v4, 0, 0, 0, 0, 0xf7, 0xf7, 0xf7, 0xf7),
      (v4) => Uint8Array.of(0x20, 0x01, 0, 0, 8, 8, 8, 8, 0, 0, 0, 0, ...v4.map((b) => b ^ 255)),
      (v4) => Uint8Array.of(0x2a, 0, 0x14, 0x50, 0, 0, 0, 0, 2, 0, 0x5e, 0xfe, ...v4),
    ];
    const rank = (scope: AddressScope | undefined): number =>
      scope === undefined ? -1 : ADDRESS_SCOPES.indexOf(scope);
    const v4 = fc.uint8Array({ minLength: 4, maxLength: 4 });
    const local = fc.constantFrom('127.0.0.1', '10.1.2.3', '169.254.169.254', '0.0.0.0').map(ip);
    fc.assert(
      fc.property(fc.oneof(v4, local), fc.constantFrom(...wraps), (bytes, wrap) => {
        expect(rank(classOfIp(wrap(bytes)))).toBeLessThanOrEqual(rank(classOfIp(bytes)));
      }),
      { numRuns: 2_000 },
    );
  });

  it('the far end of a connection is no neighbour because of what it is wrapped in', () => {
    expect(scopeOfIp(ip('2002:7f00:1::1'))).toBe('public');
    expect(scopeOfIp(ip('64:ff9b::10.0.0.1'))).toBe('public');
  });
});

it('a class is the same as the scope for every address that may be a peer and wraps nothing', () => {
  const bytes = fc.oneof(
    fc.uint8Array({ minLength: 4, maxLength: 4 }),
    fc.uint8Array({ minLength: 16, maxLength: 16 }),
  );
  fc.assert(
    fc.property(bytes, (address) => {
      const found = classOfIp(address);
      fc.pre(found !== undefined && embeddedIpv4(address).length === 0);
      expect(found).toBe(scopeOfIp(address));
    }),
  );
});
