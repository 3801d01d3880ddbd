import fc from 'fast-check';

import { parseCanonicalPeerAddress } from '../core/support/peer-address.ts';
import { peersOfJson } from './http-peer-list.ts';
import { parseHosts, parseSearchRules, questionsFor } from './resolver-files.ts';
import { addressOfSocketEnd, ipOfText } from './socket-address.ts';

describe('text from outside', () => {
  it('gives canonical peer addresses only, whatever JSON it is', () => {
    const anyText = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.json(),
      fc.array(fc.string()).map((peers) => JSON.stringify({ peers })),
      fc.array(fc.jsonValue()).map((peers) => JSON.stringify({ peers, count: 1 })),
    );
    fc.assert(
      fc.property(anyText, (text) => {
        for (const { key } of peersOfJson(text) ?? []) {
          expect(parseCanonicalPeerAddress(key).ok).toBe(true);
        }
      }),
    );
  });

  it('finds every address of a well-formed list', () => {
    const address = fc
      .tuple(fc.ipV4(), fc.integer({ min: 1, max: 65_535 }))
      .map(([ip, port]) => `${ip}:${port}`);
    fc.assert(
      fc.property(fc.array(address), (peers) => {
        expect(peersOfJson(JSON.stringify({ peers }))?.map(({ key }) => key)).toEqual(peers);
      }),
    );
  });

  it('never breaks the hosts and resolver files’ readers, nor their bounds', () => {
    const words = fc.constantFrom(
      'search',
      'options',
      'domain',
      'ndots:5',
      '127.0.0.1',
      '::1',
      '#',
    );
    const line = fc.array(fc.oneof(words, fc.string())).map((parts) => parts.join(' '));
    fc.assert(
      fc.property(fc.array(line), (lines) => {
        const text = lines.join('\n');
        for (const ips of parseHosts(text).values()) expect(ips.length).toBeLessThanOrEqual(16);
        const rules = parseSearchRules(text);
        expect(rules.ndots).toBeLessThanOrEqual(15);
        expect(questionsFor('a', rules).length).toBeLessThanOrEqual(7);
      }),
    );
  });

  it('reads nothing of a comment, whatever is in it', () => {
    expect(parseHosts('# one\r192.0.2.1 a\n192.0.2.2 b ; two\u2028c')).toEqual(
      new Map([['b', [Uint8Array.of(192, 0, 2, 2)]]]),
    );
    expect(parseSearchRules('# \rsearch x.example').search).toEqual([]);
  });

  it('reads IPv4-mapped and zoned socket addresses', () => {
    expect(addressOfSocketEnd('::ffff:192.0.2.1', 1)?.key).toBe('192.0.2.1:1');
    expect(addressOfSocketEnd('fe80::1%eth0', 1)?.key).toBe('[fe80::1]:1');
    expect(addressOfSocketEnd(undefined, undefined)).toBeUndefined();
    expect(ipOfText('2130706433')).toBeUndefined();
  });
});
