import { ADDRESS_SCOPES, type AddressScope } from '../support/address-scope.ts';
import { parsePeerAddress, type PeerAddress } from '../support/peer-address.ts';
import { AddressPolicy } from './address-policy.ts';

function address(text: string): PeerAddress {
  const parsed = parsePeerAddress(text);
  if (!parsed.ok) throw new Error(text);
  return parsed.address;
}
const policyOf = (allowedNameSuffixes: readonly string[] = []): AddressPolicy =>
  new AddressPolicy({ scope: 'auto', allowedCidrs: [], allowedNameSuffixes, p2pPort: 7_071 });
const judge = (text: string, via: AddressScope = 'public', suffixes: readonly string[] = []) =>
  policyOf(suffixes).judgeHearsay(address(text), via);

it.each([
  ['0.0.0.0:7071', 'forbidden-class'],
  ['0.1.2.3:7071', 'forbidden-class'],
  ['224.0.0.1:7071', 'forbidden-class'],
  ['239.255.255.255:7071', 'forbidden-class'],
  ['240.0.0.1:7071', 'forbidden-class'],
  ['255.255.255.255:7071', 'forbidden-class'],
  ['169.254.169.254:7071', 'forbidden-class'],
  ['[::]:7071', 'forbidden-class'],
  ['[ff02::1]:7071', 'forbidden-class'],
  ['[fe80::1]:7071', 'forbidden-class'],
  ['8.8.8.8:22', 'forbidden-port'],
  ['8.8.8.8:1023', 'forbidden-port'],
  ['localhost:7071', 'forbidden-name'],
  ['db:7071', 'forbidden-name'],
  ['x.localhost:7071', 'forbidden-name'],
  ['printer.local:7071', 'forbidden-name'],
  ['metadata.google.internal:7071', 'forbidden-name'],
  ['api.default.svc:7071', 'forbidden-name'],
  ['api.default.svc.cluster.local:7071', 'forbidden-name'],
])('%s is never taken from a peer, however local: %s', (text, reason) => {
  for (const via of ADDRESS_SCOPES) expect(judge(text, via)).toBe(reason);
});

it.each(['8.8.8.8:1024', '[2001:db8::1]:7071', 'seed.example.org:65535'])(
  '%s is taken from any peer',
  (text) => {
    for (const via of ADDRESS_SCOPES) expect(judge(text, via)).toBeUndefined();
  },
);

it('an address is only as local as the connection over which it came', () => {
  const table = ['127.0.0.1:7071', '10.0.0.1:7071', '[fd00::1]:7071', '8.8.8.8:7071'].map((text) =>
    ADDRESS_SCOPES.filter((via) => judge(text, via) === undefined),
  );
  expect(table).toEqual([
    ['loopback'],
    ['loopback', 'link-local', 'private'],
    ['loopback', 'link-local', 'private'],
    ['loopback', 'link-local', 'private', 'public'],
  ]);
});

it('names under a suffix that the operator allows are taken, whole labels only', () => {
  const suffixes = ['vision.svc.cluster.local', '.lab'];
  expect(judge('peer-0.vision.svc.cluster.local:7071', 'private', suffixes)).toBeUndefined();
  expect(judge('a.lab:7071', 'private', suffixes)).toBeUndefined();
  expect(judge('other.svc.cluster.local:7071', 'private', suffixes)).toBe('forbidden-name');
  expect(judge('evilvision.svc.cluster.local:7071', 'private', suffixes)).toBe('forbidden-name');
  expect(judge('a.lab:22', 'private', suffixes)).toBe('forbidden-port');
});

it('is shared only with who could reach it', () => {
  expect(policyOf().mayShare(address('127.0.0.1:7071'), 'loopback')).toBe(true);
  expect(policyOf().mayShare(address('127.0.0.1:7071'), 'private')).toBe(false);
  expect(policyOf().mayShare(address('10.0.0.1:7071'), 'private')).toBe(true);
  expect(policyOf().mayShare(address('10.0.0.1:7071'), 'public')).toBe(false);
  expect(policyOf().mayShare(address('seed.example.org:7071'), 'public')).toBe(true);
});
