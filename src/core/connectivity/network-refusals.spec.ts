import type { AddressKey } from '../support/brand.ts';
import { NetworkRefusals } from './network-refusals.ts';

const [A, B, C] = ['a.example:1', 'b.example:1', 'c.example:1'] as AddressKey[] as [
  AddressKey,
  AddressKey,
  AddressKey,
];
const isKnown = (): boolean => true;

describe('NetworkRefusals', () => {
  it('stand until each of those that refused is silent', () => {
    const refusals = new NetworkRefusals(8);
    expect(refusals.areStanding(isKnown)).toBe(false);
    refusals.refused(A);
    refusals.refused(B);
    refusals.failed(C, 'dial-timeout');
    refusals.failed(A, 'connection-refused');
    expect(refusals.areStanding(isKnown)).toBe(true);
    refusals.failed(B, 'host-unreachable');
    expect(refusals.areStanding(isKnown)).toBe(false);
  });

  it.each([
    'connection-reset',
    'remote-closed',
    'rate-limited',
    'banned',
    'too-many-peers',
  ] as const)('are not taken back by %s: somebody is there', (reason) => {
    const refusals = new NetworkRefusals(8);
    refusals.refused(A);
    refusals.failed(A, reason);
    expect(refusals.areStanding(isKnown)).toBe(true);
  });

  it('are over for good with the first completed handshake', () => {
    const refusals = new NetworkRefusals(8);
    refusals.refused(A);
    refusals.met();
    refusals.refused(B);
    expect(refusals.areStanding(isKnown)).toBe(false);
  });

  it('of somebody who is no candidate any more do not count', () => {
    const refusals = new NetworkRefusals(8);
    refusals.refused(A);
    refusals.refused(B);
    refusals.forget(B);
    expect(refusals.areStanding((key) => key !== A)).toBe(false);
  });

  it('are bounded: the oldest gives way', () => {
    const refusals = new NetworkRefusals(2);
    for (const key of [A, B, C]) refusals.refused(key);
    refusals.failed(B, 'timeout');
    refusals.failed(C, 'timeout');
    expect(refusals.areStanding(isKnown)).toBe(false);
  });
});
