import { NodeScript } from '../../../test/support/node-script.ts';
import { parseSeedSource } from '../connectivity/seed-source.ts';
import type { AddressScope } from '../support/address-scope.ts';
import { parsePeerAddress } from '../support/peer-address.ts';

function address(text: string) {
  const parsed = parsePeerAddress(text);
  if (!parsed.ok) throw new Error(text);
  return parsed.address;
}

/** What is dialled of a list that a source gave. */
function dialledOf(seed: string, via?: AddressScope): string[] {
  const parsed = parseSeedSource(seed);
  if (!parsed.ok) throw new Error(seed);
  const script = new NodeScript({ network: { seeds: [parsed.source] } });
  const named = ['127.0.0.1:7171', '10.0.0.7:7071', '8.8.8.8:7071', '8.8.4.4:6379'];
  const result = { ok: true, addresses: named.map(address), ...(via && { via }) } as const;
  script.feed({ kind: 'source-read', sourceIndex: 0, result });
  script.runTo(3_000);
  return script.dialled().sort();
}

it('what a node lists over HTTP is hearsay of the class of its server', () => {
  const url = 'http://seed.example.org:7070';
  expect(dialledOf(url, 'loopback')).toEqual(['10.0.0.7:7071', '127.0.0.1:7171', '8.8.8.8:7071']);
  expect(dialledOf(url, 'private')).toEqual(['10.0.0.7:7071', '8.8.8.8:7071']);
  expect(dialledOf(url, 'public')).toEqual(['8.8.8.8:7071']);
});

it('without a class it is hearsay of the public', () => {
  expect(dialledOf('http://seed.example.org:7070')).toEqual(['8.8.8.8:7071']);
});

it('what the operator’s own names lead to may be anything', () => {
  expect(dialledOf('dnssrv+_p2p._tcp.seed.example.org')).toHaveLength(4);
});
