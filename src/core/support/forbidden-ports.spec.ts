import { isForbiddenPort } from './forbidden-ports.ts';

it.each([1, 22, 25, 80, 443, 1_023, 2_375, 2_379, 5_432, 6_379, 6_443, 10_250, 11_211, 27_017])(
  'port %d is never taken from a peer',
  (port) => expect(isForbiddenPort(port)).toBe(true),
);

it.each([1_024, 7_070, 7_071, 7_072, 8_080, 8_081, 18_080, 65_535])('port %d may be', (port) =>
  expect(isForbiddenPort(port)).toBe(false),
);

it('no port that a system hands out by itself is denied: the far end of a chance would be', () => {
  const ephemeral = Array.from({ length: 60_999 - 32_768 + 1 }, (_, i) => 32_768 + i);
  expect(ephemeral.filter(isForbiddenPort)).toEqual([]);
});
