import { ADDRESS_SCOPES, isSameOrWider, scopeOfIp } from './address-scope.ts';
import { parseIpv4, parseIpv6 } from './ip-address.ts';

it.each([
  ['127.0.0.1', 'loopback'],
  ['127.255.255.255', 'loopback'],
  ['169.254.1.1', 'link-local'],
  ['10.255.0.1', 'private'],
  ['172.15.255.255', 'public'],
  ['172.16.0.0', 'private'],
  ['172.31.255.255', 'private'],
  ['172.32.0.0', 'public'],
  ['192.168.1.1', 'private'],
  ['192.169.0.0', 'public'],
  ['100.63.255.255', 'public'],
  ['100.64.0.0', 'private'],
  ['100.127.255.255', 'private'],
  ['100.128.0.0', 'public'],
  ['8.8.8.8', 'public'],
  ['::1', 'loopback'],
  ['::2', 'public'],
  ['fe80::1', 'link-local'],
  ['febf::1', 'link-local'],
  ['fec0::1', 'public'],
  ['fc00::1', 'private'],
  ['fdff::1', 'private'],
  ['2001:db8::1', 'public'],
  ['::ffff:10.0.0.1', 'private'],
])('%s is %s', (text, scope) => {
  expect(scopeOfIp((parseIpv4(text) ?? parseIpv6(text)) as Uint8Array)).toBe(scope);
});

it('a node hears of addresses as wide as its own, or wider', () => {
  const allowed = ADDRESS_SCOPES.map((via) =>
    ADDRESS_SCOPES.filter((candidate) => isSameOrWider(candidate, via)),
  );
  expect(allowed).toEqual([
    ['loopback', 'link-local', 'private', 'public'],
    ['link-local', 'private', 'public'],
    ['private', 'public'],
    ['public'],
  ]);
});
