import fc from 'fast-check';
import { ADDRESS_SCOPES, type AddressScope } from '../support/address-scope.ts';
import { parseCidr, type Cidr } from '../support/cidr.ts';
import { parseIpv4, parseIpv6 } from '../support/ip-address.ts';
import { NETWORK_SCOPES } from '../support/network-scope.ts';
import {
  parseCanonicalPeerAddress,
  parsePeerAddress,
  peerAddressOfIp,
  type PeerAddress,
} from '../support/peer-address.ts';
import { AddressPolicy, type AddressPolicyOptions } from './address-policy.ts';

interface Given extends Partial<Omit<AddressPolicyOptions, 'allowedCidrs'>> {
  readonly cidrs?: readonly string[];
}

function policyOf({ cidrs = [], ...given }: Given = {}): AddressPolicy {
  const allowedCidrs = cidrs.map((text) => parseCidr(text) as Cidr);
  return new AddressPolicy({
    scope: 'auto',
    allowedCidrs,
    allowedNameSuffixes: [],
    p2pPort: 7_071,
    ...given,
  });
}
function address(text: string): PeerAddress {
  const parsed = parsePeerAddress(text);
  if (!parsed.ok) throw new Error(text);
  return parsed.address;
}
const ip = (text: string): Uint8Array => (parseIpv4(text) ?? parseIpv6(text)) as Uint8Array;
const judge = (text: string, via: AddressScope = 'public', given: Given = {}) =>
  policyOf(given).judgeHearsay(address(text), via);
const CLUSTER: Given = {
  scope: 'cluster',
  cidrs: ['10.0.0.0/8', 'fd00::/8'],
  allowedNameSuffixes: ['peers.ns.svc.cluster.local'],
};

describe('hearsay that is refused in every scope, however local the peer', () => {
  it.each([
    ['0.0.0.0:7071', 'forbidden-class'],
    ['224.0.0.1:7071', 'forbidden-class'],
    ['255.255.255.255:7071', 'forbidden-class'],
    ['169.254.169.254:7071', 'forbidden-class'],
    ['100.100.100.200:7071', 'forbidden-class'],
    ['203.0.113.9:7071', 'forbidden-class'],
    ['198.18.0.1:7071', 'forbidden-class'],
    ['[::]:7071', 'forbidden-class'],
    ['[ff02::1]:7071', 'forbidden-class'],
    ['[fe80::1]:7071', 'forbidden-class'],
    ['[2001:db8::1]:7071', 'forbidden-class'],
    ['[fd00:ec2::254]:7071', 'forbidden-class'],
    ['[64:ff9b::a9fe:a9fe]:7071', 'forbidden-class'],
    ['localhost:7071', 'forbidden-name'],
    ['db:7071', 'forbidden-name'],
    ['x.localhost:7071', 'forbidden-name'],
    ['printer.local:7071', 'forbidden-name'],
    ['metadata.google.internal:7071', 'forbidden-name'],
    ['metadata.goog:7071', 'forbidden-name'],
    ['api.default.svc:7071', 'forbidden-name'],
    ['api.default.svc.cluster.local:7071', 'forbidden-name'],
    ['nas.home.arpa:7071', 'forbidden-name'],
    ['1.0.0.127.in-addr.arpa:7071', 'forbidden-name'],
    ['expyuzz4wqqyqhjn.onion:7071', 'forbidden-name'],
    ['wiki.corp:7071', 'forbidden-name'],
    ['router.lan:7071', 'forbidden-name'],
    ['a.test:7071', 'forbidden-name'],
  ])('%s: %s', (text, reason) => {
    for (const scope of NETWORK_SCOPES) {
      for (const via of ADDRESS_SCOPES) {
        expect(judge(text, via, { scope, cidrs: ['0.0.0.0/0', '::/0'] })).toBe(reason);
      }
    }
  });

  it.each(['8.8.8.8:22', '8.8.8.8:1023', '127.0.0.1:6379', 'seed.example.org:10250'])(
    '%s: forbidden-port',
    (text) => {
      for (const scope of NETWORK_SCOPES) {
        for (const via of ADDRESS_SCOPES) {
          expect(judge(text, via, { scope, cidrs: ['0.0.0.0/0'] })).toBe('forbidden-port');
        }
      }
    },
  );

  it.each([
    '2130706433:7071',
    '0x7f000001:7071',
    '017700000001:7071',
    '127.1:7071',
    '127.0.1:7071',
    '0x7f.1:7071',
    '0x7f.0.0.1:7071',
    '0177.0.0.1:7071',
    '127.0.0.1.:7071',
    '127.0.0.01:7071',
    '010.0.0.1:7071',
    'localhost.:7071',
    'LOCALHOST:7071',
    '%31%32%37.0.0.1:7071',
    '127%2e0%2e0%2e1:7071',
    '１２７.0.0.1:7071',
    '127。0。0。1:7071',
    '①②⑦.0.0.1:7071',
    'ⓛocalhost:7071',
    '[::ffff:127.0.0.1]:7071',
    '[::FFFF:7F00:1]:7071',
    '[::127.0.0.1]:7071',
    '[0:0:0:0:0:0:0:1]:7071',
    '[::1%lo]:7071',
    '[fe80::1%25eth0]:7071',
    '::1:7071',
    '127.0.0.1:07071',
    '127.0.0.1:7071 ',
    ' 127.0.0.1:7071',
    'user@127.0.0.1:7071',
    'http://127.0.0.1:7071',
    '127.0.0.1\u0000:7071',
    'a..b:7071',
  ])('%j is no address at all', (text) => {
    expect(parseCanonicalPeerAddress(text).ok).toBe(false);
  });
});

describe('scope auto', () => {
  it.each(['8.8.8.8:1024', '[2a00:1450::1]:7071', 'seed.example.org:65535', '20.0.1.2:7071'])(
    '%s is taken from any peer',
    (text) => {
      for (const via of ADDRESS_SCOPES) expect(judge(text, via)).toBeUndefined();
    },
  );

  it('an address is only as local as the connection over which it came', () => {
    const table = [
      '127.0.0.1:7071',
      '[64:ff9b::127.0.0.1]:7071',
      '10.0.0.1:7071',
      '100.64.0.1:7071',
      '[fd00::1]:7071',
      '[2002:a00:1::1]:7071',
      '8.8.8.8:7071',
    ].map((text) => ADDRESS_SCOPES.filter((via) => judge(text, via) === undefined));
    const asPrivate = ['loopback', 'link-local', 'private'];
    expect(table).toEqual([
      ['loopback'],
      ['loopback'],
      asPrivate,
      asPrivate,
      asPrivate,
      asPrivate,
      ['loopback', 'link-local', 'private', 'public'],
    ]);
    expect(judge('10.0.0.1:7071', 'public')).toBe('narrower-scope');
  });

  it('names under a suffix that the operator allows are taken, whole labels only, any spelling', () => {
    const given = { allowedNameSuffixes: ['Vision.svc.Cluster.local.', '.lab'] };
    const judged = (text: string) => judge(text, 'private', given);
    expect(judged('peer-0.vision.svc.cluster.local:7071')).toBeUndefined();
    expect(judged('a.lab:7071')).toBeUndefined();
    expect(judged('lab:7071')).toBe('forbidden-name');
    expect(judged('vision.svc.cluster.local:7071')).toBe('forbidden-name');
    expect(judged('other.svc.cluster.local:7071')).toBe('forbidden-name');
    expect(judged('evilvision.svc.cluster.local:7071')).toBe('forbidden-name');
    expect(judged('a.lab:22')).toBe('forbidden-port');
  });
});

it('scope public: public addresses alone, whoever names them', () => {
  for (const via of ADDRESS_SCOPES) {
    const judged = (text: string) => judge(text, via, { scope: 'public', cidrs: ['10.0.0.0/8'] });
    expect(judged('8.8.8.8:7071')).toBeUndefined();
    expect(judged('a.example.org:7071')).toBeUndefined();
    expect(judged('10.0.0.1:7071')).toBe('outside-scope');
    expect(judged('127.0.0.1:7071')).toBe('outside-scope');
    expect(judged('[2002:7f00:1::1]:7071')).toBe('outside-scope');
  }
});

it('scope private: inside the allowed ranges alone, wrapped forms included', () => {
  const given: Given = { scope: 'private', cidrs: ['10.1.0.0/16', '2002::/16'] };
  for (const via of ADDRESS_SCOPES) {
    const judged = (text: string) => judge(text, via, given);
    expect(judged('10.1.2.3:7171')).toBeUndefined();
    expect(judged('[2002:a01:203::1]:7171')).toBeUndefined();
    expect(judged('[2002:a02:203::1]:7171')).toBe('outside-scope');
    expect(judged('10.2.0.1:7171')).toBe('outside-scope');
    expect(judged('127.0.0.1:7171')).toBe('outside-scope');
    expect(judged('8.8.8.8:7171')).toBe('outside-scope');
    expect(judged('a.example.org:7171')).toBe('outside-scope');
  }
});

it('scope cluster: allowed names and ranges, and the P2P port alone', () => {
  for (const via of ADDRESS_SCOPES) {
    const judged = (text: string) => judge(text, via, CLUSTER);
    expect(judged('p-0.peers.ns.svc.cluster.local:7071')).toBeUndefined();
    expect(judged('10.9.9.9:7071')).toBeUndefined();
    expect(judged('[fd00::1]:7071')).toBeUndefined();
    expect(judged('p-0.peers.ns.svc.cluster.local:7072')).toBe('forbidden-port');
    expect(judged('10.9.9.9:7171')).toBe('forbidden-port');
    expect(judged('p-0.peers.other.svc.cluster.local:7071')).toBe('forbidden-name');
    expect(judged('a.example.org:7071')).toBe('outside-scope');
    expect(judged('8.8.8.8:7071')).toBe('outside-scope');
  }
  expect(judge('10.9.9.9:443', 'private', { ...CLUSTER, p2pPort: 443 })).toBeUndefined();
});

describe('what a name resolves to', () => {
  const resolved = (answers: readonly string[], via: AddressScope, given: Given = {}) =>
    policyOf(given).judgeResolved(address('a.example.org:7071'), answers.map(ip), via);

  it('may be dialled when all answers are good; without an answer there is nothing to refuse', () => {
    expect(resolved(['8.8.8.8', '2a00:1450::1'], 'public')).toBeUndefined();
    expect(resolved([], 'public')).toBeUndefined();
  });

  it.each(['10.0.0.1', '127.0.0.1', '169.254.169.254', '::1', 'fd00::1', '64:ff9b::7f00:1'])(
    'is refused whole when one answer is %s, wherever it stands',
    (bad) => {
      for (const answers of [[bad], [bad, '8.8.8.8'], ['8.8.8.8', '9.9.9.9', bad]]) {
        expect(resolved(answers, 'public')).toBe('resolves-forbidden');
      }
    },
  );

  it('keeps to the class of the connection over which the name came', () => {
    expect(resolved(['10.0.0.1'], 'private')).toBeUndefined();
    expect(resolved(['127.0.0.1'], 'private')).toBe('resolves-forbidden');
    expect(resolved(['127.0.0.1'], 'loopback')).toBeUndefined();
    expect(resolved(['169.254.169.254'], 'loopback')).toBe('resolves-forbidden');
  });

  it('in a cluster lies inside the allowed ranges, or without any in a private network', () => {
    expect(resolved(['10.0.0.1'], 'private', CLUSTER)).toBeUndefined();
    expect(resolved(['192.168.0.1'], 'private', CLUSTER)).toBe('resolves-forbidden');
    const open: Given = { scope: 'cluster', allowedNameSuffixes: ['example.org'] };
    expect(resolved(['192.168.0.1'], 'private', open)).toBeUndefined();
    expect(resolved(['8.8.8.8'], 'private', open)).toBe('resolves-forbidden');
    expect(resolved(['127.0.0.1'], 'loopback', open)).toBe('resolves-forbidden');
  });

  it('of a stored name is public, unless the operator vouches for the suffix', () => {
    const policy = policyOf({ allowedNameSuffixes: ['peers.lab'] });
    expect(policy.viaOfStored(address('a.example.org:7071'))).toBe('public');
    expect(policy.viaOfStored(address('a.peers.lab:7071'))).toBe('loopback');
  });
});

describe('sharing', () => {
  const shares = (text: string, via: AddressScope, given: Given = {}) =>
    policyOf(given).mayShare(address(text), via);

  it('is with who could reach it', () => {
    expect(shares('127.0.0.1:7071', 'loopback')).toBe(true);
    expect(shares('127.0.0.1:7071', 'private')).toBe(false);
    expect(shares('10.0.0.1:7071', 'private')).toBe(true);
    expect(shares('10.0.0.1:7071', 'public')).toBe(false);
    expect(shares('[2002:a00:1::1]:7071', 'public')).toBe(false);
    expect(shares('seed.example.org:7071', 'public')).toBe(true);
  });

  it('is never of what a peer would refuse, even when the operator named it', () => {
    expect(shares('8.8.8.8:443', 'public')).toBe(false);
    expect(shares('localhost:7071', 'loopback')).toBe(false);
    expect(shares('169.254.1.1:7071', 'loopback')).toBe(false);
    expect(shares('10.0.0.1:7071', 'private', { scope: 'public' })).toBe(false);
    expect(shares('8.8.8.8:7071', 'private', CLUSTER)).toBe(false);
  });

  it('of names that mean something only here stays here', () => {
    const name = 'p-0.peers.ns.svc.cluster.local:7071';
    expect(shares(name, 'private', CLUSTER)).toBe(true);
    expect(shares(name, 'public', CLUSTER)).toBe(false);
  });

  it('never names what a node in the same scope would refuse of us', () => {
    const bytes = fc.oneof(
      fc.uint8Array({ minLength: 4, maxLength: 4 }),
      fc.uint8Array({ minLength: 16, maxLength: 16 }),
      fc.constantFrom('10.1.2.3', '127.0.0.1', '169.254.1.1', 'fd00::1', '::1').map(ip),
    );
    const scope = fc.constantFrom(...NETWORK_SCOPES);
    const port = fc.integer({ min: 1, max: 65_535 });
    fc.assert(
      fc.property(bytes, port, scope, fc.constantFrom(...ADDRESS_SCOPES), (raw, at, net, via) => {
        const policy = policyOf({ scope: net, cidrs: ['10.0.0.0/8', 'fd00::/8'] });
        const candidate = peerAddressOfIp(raw, at);
        const isRefused = policy.judgeHearsay(candidate, via) !== undefined;
        expect(policy.mayShare(candidate, via) && isRefused).toBe(false);
      }),
      { numRuns: 2_000 },
    );
  });
});
