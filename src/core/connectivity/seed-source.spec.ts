import fc from 'fast-check';
import { parseSeedSource } from './seed-source.ts';

it.each([
  ['1.2.3.4:7071', { kind: 'address', text: '1.2.3.4:7071' }],
  [' Seed.Example.org:7071 ', { kind: 'address', text: 'seed.example.org:7071' }],
  ['[2001:DB8::1]:7071', { kind: 'address', text: '[2001:db8::1]:7071' }],
  ['dns+seeds.example.org:7071', { kind: 'dns', host: 'seeds.example.org', port: 7071 }],
  ['dnssrv+_p2p._tcp.Seeds.Example.org', { kind: 'dnssrv', name: '_p2p._tcp.seeds.example.org' }],
  ['http://a.example:7070', { kind: 'http', url: 'http://a.example:7070' }],
  ['HTTP://a.example/', { kind: 'http', url: 'http://a.example:80' }],
  ['https://A.example', { kind: 'http', url: 'https://a.example:443' }],
  ['https://[::1]:7070', { kind: 'http', url: 'https://[::1]:7070' }],
])('%j is read', (text, source) => {
  expect(parseSeedSource(text)).toMatchObject({ ok: true, source });
});

it.each([
  '',
  'host',
  'host:0',
  '127.1:7071',
  'dns+host',
  'dnssrv+seeds.example.org',
  'dnssrv+_p2p._sctp.example.org',
  'http://',
  'http://a.example/path',
  'http://user@a.example',
  'http://a.example?x=1',
  'http://2130706433:80',
  'ftp://a.example:21',
])('%j is refused, with what was expected', (text) => {
  expect(parseSeedSource(text)).toEqual({
    ok: false,
    expected: expect.stringContaining('host:port'),
  });
});

it('never throws, whatever is written', () => {
  const prefix = fc.constantFrom('', 'dns+', 'dnssrv+', 'http://', 'https://');
  fc.assert(
    fc.property(prefix, fc.string({ unit: 'binary' }), (start, rest) => {
      const result = parseSeedSource(start + rest);
      const url = result.ok && result.source.kind === 'http' ? result.source.url : 'http://none';
      expect(new URL(url).pathname).toBe('/');
    }),
    { numRuns: 1_000 },
  );
});
