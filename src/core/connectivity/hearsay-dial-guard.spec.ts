import fc from 'fast-check';
import { millis } from '../support/brand.ts';
import type { NetworkScope } from '../support/network-scope.ts';
import { parsePeerAddress, type PeerAddress } from '../support/peer-address.ts';
import { HearsayDialGuard } from './hearsay-dial-guard.ts';

const LIMITS = { hearsayDialIntervalMs: 30_000, hearsayPortsMax: 3, hearsayHostsMax: 100 };

function address(text: string): PeerAddress {
  const parsed = parsePeerAddress(text);
  if (!parsed.ok) throw new Error(text);
  return parsed.address;
}

function guarded(scope: NetworkScope = 'auto') {
  const guard = new HearsayDialGuard(scope, LIMITS);
  const may = (text: string, now: number) => guard.mayDial(address(text), millis(now));
  const dial = (text: string, now: number) => {
    const verdict = may(text, now);
    if (verdict === 'ok') guard.dialled(address(text), millis(now));
    return verdict;
  };
  return { guard, may, dial };
}

it('a host that does not answer is dialled once in 30 s, whatever the port', () => {
  const { dial } = guarded();
  expect(dial('20.0.0.1:7071', 0)).toBe('ok');
  expect(dial('20.0.0.1:7071', 29_999)).toBe('dialled-lately');
  expect(dial('20.0.0.1:7171', 29_999)).toBe('dialled-lately');
  expect(dial('20.0.0.2:7071', 1)).toBe('ok');
  expect(dial('20.0.0.1:7171', 30_000)).toBe('ok');
});

it('at three ports ever, and these again', () => {
  const { dial } = guarded();
  const ports = [7071, 7171, 7271, 7371].map((port, i) => dial(`10.0.0.1:${port}`, i * 30_000));
  expect(ports).toEqual(['ok', 'ok', 'ok', 'too-many-ports']);
  expect(dial('10.0.0.1:7371', 9e9)).toBe('too-many-ports');
  expect(dial('10.0.0.1:7171', 9e9)).toBe('ok');
});

it('a port that answers as a peer does is forgotten, the silent ones beside it are not', () => {
  const { guard, dial, may } = guarded();
  dial('20.0.0.1:7071', 0);
  guard.answered(address('20.0.0.1:7071'));
  expect(guard.size).toBe(0);
  expect(dial('20.0.0.1:5001', 1)).toBe('ok');
  expect(may('20.0.0.1:7071', 2)).toBe('dialled-lately');
  expect(dial('20.0.0.1:5002', 40_000)).toBe('ok');
  expect(dial('20.0.0.1:5003', 80_000)).toBe('ok');
  guard.answered(address('20.0.0.1:7071'));
  expect(may('20.0.0.1:5004', 9e9)).toBe('too-many-ports');
});

it('an IPv4 host is the same host inside IPv6', () => {
  const { dial } = guarded();
  expect(dial('20.0.0.1:7071', 0)).toBe('ok');
  expect(dial('[64:ff9b::20.0.0.1]:7071', 1)).toBe('dialled-lately');
  expect(dial('[2002:1400:1::1]:7171', 1)).toBe('dialled-lately');
  expect(dial('[2002:1400:1::2]:7171', 1)).toBe('dialled-lately');
});

it.each([
  ['loopback', 'auto', '127.0.0.1'],
  ['loopback', 'auto', '[::1]'],
  ['a cluster', 'cluster', '10.0.0.1'],
] as const)('%s is exempt', (_, scope, host) => {
  const { guard, dial } = guarded(scope);
  for (let i = 0; i < 20; i += 1) expect(dial(`${host}:${7_000 + i}`, i)).toBe('ok');
  expect(guard.size).toBe(0);
});

it('is asked about the addresses of a name, not about the name', () => {
  const { guard, dial } = guarded();
  expect([dial('a.example.org:7071', 0), dial('a.example.org:7071', 0)]).toEqual(['ok', 'ok']);
  expect(guard.size).toBe(0);
});

it('remembers as many hosts as it may, those dialled last', () => {
  const { guard, dial, may } = guarded();
  for (let i = 0; i < 150; i += 1) dial(`20.0.${i}.1:7071`, i);
  expect(guard.size).toBe(100);
  expect(may('20.0.49.1:7071', 150)).toBe('ok');
  expect(may('20.0.50.1:7071', 150)).toBe('dialled-lately');
});

it('keeps both bounds for any hearsay', () => {
  const step = fc.record({
    port: fc.integer({ min: 1_024, max: 1_034 }),
    pauseMs: fc.integer({ min: 0, max: 40_000 }),
  });
  fc.assert(
    fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
      const { dial } = guarded();
      const dials: { port: number; at: number }[] = [];
      let at = 0;
      for (const { port, pauseMs } of steps) {
        at += pauseMs;
        if (dial(`20.0.0.1:${port}`, at) === 'ok') dials.push({ port, at });
      }
      expect(new Set(dials.map(({ port }) => port)).size).toBeLessThanOrEqual(3);
      const pauses = dials.slice(1).map((one, i) => one.at - (dials[i]?.at ?? 0));
      expect(Math.min(30_000, ...pauses)).toBe(30_000);
    }),
  );
});
