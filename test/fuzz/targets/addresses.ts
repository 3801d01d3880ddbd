import { isIP } from 'node:net';
import { parseSeedSource } from '../../../src/core/connectivity/seed-source.ts';
import { parseCidr } from '../../../src/core/support/cidr.ts';
import { formatIp, parseIpv4, parseIpv6 } from '../../../src/core/support/ip-address.ts';
import {
  parseCanonicalPeerAddress,
  parsePeerAddress,
  type PeerAddress,
} from '../../../src/core/support/peer-address.ts';
import { promise, textOf, type FuzzTarget } from '../fuzz-target.ts';

const bytes = (text: string): Uint8Array => new Uint8Array(Buffer.from(text, 'latin1'));

const SPELLINGS = [
  '198.51.100.7:7071',
  '127.1:7071',
  '0x7f.0.0.1:7071',
  '2130706433:7071',
  '[2001:db8::1]:7071',
  '[::ffff:127.0.0.1]:7071',
  '[fe80::1%eth0]:7071',
  'Peer.Example.COM:7071',
  'xn--bcher-kva.example:7071',
  'a.b.c.d.e.f.g:65535',
  'localhost:1',
  'peer.example.:7071',
];

export const addresses: FuzzTarget = {
  name: 'addresses',
  cases: 250_000,
  seeds: SPELLINGS.map(bytes),
  run: (input) => {
    const text = textOf(input);
    const canonical = parseCanonicalPeerAddress(text);
    const lenient = parsePeerAddress(text);
    if (canonical.ok)
      promise(lenient.ok && canonical.address.key === text, 'canonical is as given');
    if (!lenient.ok) return;
    checkAddress(lenient.address, text);
  },
};

function checkAddress({ key, host, port, ip }: PeerAddress, text: string): void {
  promise(Number.isInteger(port) && port >= 1 && port <= 65_535, 'a port');
  promise(host.length <= 253 && /^[0-9a-z:._-]+$/.test(host), 'a host of few characters');
  promise((ip !== undefined) === (isIP(host) !== 0), 'an address is what the system calls one');
  promise(ip?.length !== 4 || key === text || /:ffff:/i.test(text), 'IPv4 in one spelling');
  const again = parseCanonicalPeerAddress(key);
  promise(again.ok && again.address.key === key, 'its key is canonical');
}

export const ips: FuzzTarget = {
  name: 'ips',
  cases: 150_000,
  seeds: [
    ...SPELLINGS,
    '10.0.0.0/8',
    '2001:db8::/32',
    '::',
    '1:2:3:4:5:6:7:8',
    '::ffff:0:0/96',
  ].map((text) => bytes(text.replace(/^\[|\]?:\d+$/g, ''))),
  run: (input) => {
    const text = textOf(input);
    const v4 = parseIpv4(text);
    const v6 = parseIpv6(text);
    if (v4 !== undefined) promise(isIP(text) === 4 && formatIp(v4) === text, 'IPv4 as written');
    if (v6 !== undefined) {
      promise(isIP(text) === 6, 'IPv6 that the system reads, too');
      // A mapped IPv4 address comes back as what it is.
      const again = (v6.length === 4 ? parseIpv4 : parseIpv6)(formatIp(v6));
      promise(again !== undefined && Buffer.compare(again, v6) === 0, 'IPv6 there and back');
    }
    const cidr = parseCidr(text);
    if (cidr !== undefined) promise(cidr.prefixBits <= 8 * cidr.ip.length, 'a prefix that fits');
    const source = parseSeedSource(text);
    if (!source.ok) promise(source.expected.length > 0, 'a seed that is none says what would be');
  },
};
