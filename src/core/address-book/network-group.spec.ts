import { parsePeerAddress } from '../support/peer-address.ts';
import { AddressPolicy } from './address-policy.ts';
import type { NetworkScope } from '../support/network-scope.ts';
import { networkGroupOf } from './network-group.ts';

function group(text: string, scope: NetworkScope = 'auto', zone = ''): string {
  const parsed = parsePeerAddress(text);
  if (!parsed.ok) throw new Error(text);
  const asNumberOf = (ip: Uint8Array): number | undefined => (ip[0] === 9 ? 64_496 : undefined);
  return networkGroupOf(parsed.address, zone, { scope, asNumberOf });
}

it.each([
  ['20.1.2.3:7071', '20.1.0.0/16'],
  ['20.1.255.9:9999', '20.1.0.0/16'],
  ['9.9.9.9:7071', 'AS64496'],
  ['10.1.2.3:7071', '10.1.2.0/24'],
  ['100.64.2.3:7071', '100.64.2.0/24'],
  ['127.0.0.1:7071', '127.0.0.1:7071'],
  ['127.0.0.1:7171', '127.0.0.1:7171'],
  ['[::1]:7071', '[::1]:7071'],
  ['[2a00:1450:1::1]:7071', '2a00:1450::/32'],
  ['[fd00:1:2:3::1]:7071', 'fd00:1:2::/48'],
  ['[64:ff9b::20.1.2.3]:7071', '20.1.0.0/16'],
  ['[2002:1401:203::1]:7071', '20.1.0.0/16'],
  ['[2001:0:808:808:0:0:ebfe:fdfc]:7071', '20.1.0.0/16'],
  ['[2002:909:909::1]:7071', 'AS64496'],
  ['peer.example.org:7071', 'example.org'],
  ['a.b.c.example.org:7071', 'example.org'],
  ['example.org:7071', 'example.org'],
  ['seed:7071', 'seed'],
  ['p-0.peers.ns.svc.cluster.local:7071', 'p-0.peers.ns.svc.cluster.local'],
])('%s is of the group %s', (text, expected) => {
  expect(group(text)).toBe(expected);
  expect(group(text, 'public', 'zone-a')).toBe(expected);
});

it.each([
  ['10.1.2.3:7071', 'zone-a', 'zone zone-a'],
  ['p-0.peers.ns.svc.cluster.local:7071', 'zone-a', 'zone zone-a'],
  ['10.1.2.3:7071', '', '10.1.2.0/24'],
  ['20.1.2.3:7071', '', '20.1.2.0/24'],
  ['[fd00:1:2:3::1]:7071', '', 'fd00:1:2:3::/64'],
  ['p-0.peers.ns.svc.cluster.local:7071', '', 'p-0.peers.ns.svc.cluster.local'],
  ['127.0.0.1:7071', '', '127.0.0.1:7071'],
])('in a cluster %s with the zone %j is of the group %s', (text, zone, expected) => {
  expect(group(text, 'cluster', zone)).toBe(expected);
});

it('a name under a suffix that the operator allows stands for itself', () => {
  const policy = new AddressPolicy({
    scope: 'auto',
    allowedCidrs: [],
    allowedNameSuffixes: ['Lab.Example.org'],
    p2pPort: 7071,
  });
  const groupOf = (text: string): string => {
    const parsed = parsePeerAddress(text);
    if (!parsed.ok) throw new Error(text);
    return policy.groupOf(parsed.address, '');
  };
  expect(groupOf('a.lab.example.org:7071')).toBe('a.lab.example.org');
  expect(groupOf('a.example.org:7071')).toBe('example.org');
});
