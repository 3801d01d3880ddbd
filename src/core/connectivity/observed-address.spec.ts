import { millis } from '../support/brand.ts';
import { DEFAULT_LIMITS } from '../support/limits.ts';
import { ObservedAddress } from './observed-address.ts';

const MINUTE_MS = 60_000;
function observed(votes: readonly (readonly [group: string, host: string])[]): ObservedAddress {
  const address = new ObservedAddress(DEFAULT_LIMITS);
  for (const [group, host] of votes) address.vote(group, host, millis(0));
  return address;
}
const ask = (of: ObservedAddress, peers = 10, now = 1) => of.candidate(peers, millis(now));

it('needs three groups of peers that agree, two in a small network', () => {
  const two = observed([
    ['1.1', '20.0.0.1'],
    ['2.2', '20.0.0.1'],
  ]);
  expect(ask(two)).toBeUndefined();
  expect(ask(two, 5)).toBe('20.0.0.1');
  two.vote('3.3', '20.0.0.1', millis(0));
  expect(ask(two)).toBe('20.0.0.1');
});

it('one group has one vote, however many peers it has', () => {
  const crowd = observed(Array.from({ length: 40 }, () => ['6.6', '66.0.0.1'] as const));
  expect(ask(crowd, 5)).toBeUndefined();
});

it('takes the last vote of a group, and forgets it after ten minutes', () => {
  const moved = observed([
    ['1.1', '20.0.0.1'],
    ['2.2', '20.0.0.1'],
    ['3.3', '20.0.0.1'],
  ]);
  for (const group of ['1.1', '2.2', '3.3']) moved.vote(group, '20.0.0.9', millis(MINUTE_MS));
  expect(ask(moved, 10, MINUTE_MS)).toBe('20.0.0.9');
  expect(ask(moved, 10, 11 * MINUTE_MS)).toBe('20.0.0.9');
  expect(ask(moved, 10, 11 * MINUTE_MS + 1)).toBeUndefined();
});

it('is nothing while two hosts have as many votes', () => {
  const split = observed(
    ['1', '2', '3'].flatMap(
      (i) =>
        [
          [`a${i}`, '20.0.0.1'],
          [`b${i}`, '30.0.0.1'],
        ] as const,
    ),
  );
  expect(ask(split)).toBeUndefined();
});

it('remembers a bounded number of groups, the latest', () => {
  const many = new ObservedAddress(DEFAULT_LIMITS);
  for (let i = 0; i < 10_000; i += 1) many.vote(`group-${i}`, `host-${i % 20}`, millis(0));
  for (const group of ['1.1', '2.2', '3.3', '4.4', '5.5']) many.vote(group, '20.0.0.1', millis(0));
  expect(ask(many)).toBe('20.0.0.1');
});
