import fc from 'fast-check';
import { AsMap, type AsPrefix } from './as-map.ts';
import { cidrContains, parseCidr, type Cidr } from './cidr.ts';
import { parseIpv4, parseIpv6 } from './ip-address.ts';

const ip = (text: string): Uint8Array => (parseIpv4(text) ?? parseIpv6(text)) as Uint8Array;
const prefix = (text: string, asNumber: number): AsPrefix => ({
  ...(parseCidr(text) as Cidr),
  asNumber,
});
function mapOf(prefixes: readonly AsPrefix[]): AsMap {
  const result = AsMap.of(prefixes);
  if (!result.ok) throw new Error(`conflict at ${result.index}`);
  return result.map;
}

it('the longest prefix decides, in any order of lines', () => {
  const lines = [
    prefix('20.0.0.0/8', 1),
    prefix('20.1.0.0/16', 2),
    prefix('20.1.2.0/24', 3),
    prefix('2a00::/16', 4),
    prefix('2a00:1450::/32', 5),
    prefix('255.0.0.0/8', 6),
  ];
  for (const map of [mapOf(lines), mapOf([...lines].reverse())]) {
    const found = [
      ...['19.255.255.255', '20.0.0.0', '20.1.0.0', '20.1.2.0', '20.1.2.255', '20.1.3.0'],
      ...['20.2.0.0', '20.255.255.255', '21.0.0.0', '255.255.255.255', '0.0.0.0'],
      ...['2a00::1', '2a00:1450::1', '2a00:1451::1', '2a01::1', '::'],
    ].map((text) => map.numberOf(ip(text)));
    expect(found).toEqual([
      ...[undefined, 1, 2, 3, 3, 2],
      ...[1, 1, undefined, 6, undefined],
      ...[4, 5, 4, undefined, undefined],
    ]);
  }
});

it('an empty map knows nobody', () => {
  expect(mapOf([]).numberOf(ip('8.8.8.8'))).toBeUndefined();
});

it('one network of two systems is a conflict; a repeated line is not', () => {
  const [a, b] = [prefix('20.0.0.0/8', 1), prefix('2a00::/16', 2)];
  expect(AsMap.of([a, b, a]).ok).toBe(true);
  expect(AsMap.of([a, b, prefix('20.0.0.0/8', 3)])).toEqual({ ok: false, index: 2 });
});

it('finds what a look at every line finds', () => {
  const byte = fc.integer({ min: 0, max: 3 });
  const line = fc.record({ at: byte, next: byte, prefixBits: fc.integer({ min: 0, max: 32 }) });
  fc.assert(
    fc.property(fc.array(line, { maxLength: 12 }), fc.array(byte, { minLength: 4 }), (all, q) => {
      const lines = all.map(({ at, next, prefixBits }, i) => ({
        ip: masked(Uint8Array.of(at << 6, next, at, next), prefixBits),
        prefixBits,
        asNumber: i + 1,
      }));
      const unique = [
        ...new Map(lines.map((one) => [`${one.ip.join('.')}/${one.prefixBits}`, one])).values(),
      ];
      const query = Uint8Array.of((q[0] ?? 0) << 6, q[1] ?? 0, q[2] ?? 0, q[3] ?? 0);
      const longest = unique
        .filter((one) => cidrContains(one, query))
        .reduce<AsPrefix | undefined>(
          (best, one) => (one.prefixBits >= (best?.prefixBits ?? 0) ? one : best),
          undefined,
        );
      expect(mapOf(unique).numberOf(query)).toBe(longest?.asNumber);
    }),
    { numRuns: 1_000 },
  );
});

function masked(bytes: Uint8Array, prefixBits: number): Uint8Array {
  return bytes.map((byte, i) => byte & (0xff00 >> Math.min(8, Math.max(0, prefixBits - 8 * i))));
}
