import { AddressRateLimiter } from './address-rate-limiter.ts';

function limiter(addressesMax = 3) {
  const clock = { nowMs: 0 };
  const limits = { perSecond: 5, burst: 10, addressesMax };
  return { clock, limiter: new AddressRateLimiter(limits, () => clock.nowMs) };
}

const takeTimes = (of: AddressRateLimiter, address: string, times: number): number =>
  Array.from({ length: times }, () => of.take(address)).filter(Boolean).length;

it('allows the burst at once, then the rate', () => {
  const { clock, limiter: tested } = limiter();
  expect(takeTimes(tested, '10.0.0.1', 20)).toBe(10);
  clock.nowMs = 1_000;
  expect(takeTimes(tested, '10.0.0.1', 20)).toBe(5);
  clock.nowMs = 3_600_000;
  expect(takeTimes(tested, '10.0.0.1', 20)).toBe(10);
});

it('counts addresses apart, and one of IPv4 in either spelling as one', () => {
  const { limiter: tested } = limiter();
  takeTimes(tested, '10.0.0.1', 10);
  expect(tested.take('10.0.0.2')).toBe(true);
  expect(tested.take('::ffff:10.0.0.1')).toBe(false);
});

it('counts all addresses of an IPv6 /64 as one', () => {
  const { limiter: tested } = limiter();
  takeTimes(tested, '2001:db8:0:1::1', 10);
  expect(tested.take('2001:db8:0:1:ffff::2')).toBe(false);
  expect(tested.take('2001:db8:0:2::1')).toBe(true);
});

it('remembers a bounded number of addresses and forgets the one that asked longest ago', () => {
  const { limiter: tested } = limiter(3);
  takeTimes(tested, '10.0.0.1', 10);
  takeTimes(tested, '10.0.0.2', 1);
  expect(tested.take('10.0.0.1')).toBe(false);
  for (let i = 0; i < 1_000; i += 1) {
    tested.take(`10.1.${i >> 8}.${i & 255}`);
    expect(tested.size).toBeLessThanOrEqual(3);
  }
  expect(tested.take('10.0.0.1')).toBe(true);
});

it('is not fooled by a clock that steps back', () => {
  const { clock, limiter: tested } = limiter();
  clock.nowMs = 10_000;
  takeTimes(tested, '10.0.0.1', 10);
  clock.nowMs = 0;
  expect(tested.take('10.0.0.1')).toBe(false);
});
