import fc from 'fast-check';
import { isLoopbackAddress, isLoopbackHost, isOwnOrigin } from './host-check.ts';

it('lets HTTP/1.0 without a Host header pass', () => {
  expect(isLoopbackHost(undefined)).toBe(true);
});

it('refuses every name that another could own', () => {
  fc.assert(
    fc.property(fc.domain(), fc.nat(65_535), (name, port) => {
      expect(isLoopbackHost(name)).toBe(false);
      expect(isLoopbackHost(`${name}:${port}`)).toBe(false);
      expect(isLoopbackHost(`localhost.${name}`)).toBe(false);
      expect(isLoopbackHost(`127.0.0.1.${name}`)).toBe(false);
      expect(isLoopbackHost(`127.0.0.1:80@${name}`)).toBe(false);
    }),
  );
});

it('knows which sockets come from this machine', () => {
  for (const remote of [
    '127.0.0.1',
    '127.200.0.9',
    '::1',
    '0:0:0:0:0:0:0:1',
    '::ffff:127.0.0.1',
    '::ffff:7f00:1',
  ]) {
    expect([remote, isLoopbackAddress(remote)]).toEqual([remote, true]);
  }
  for (const remote of [
    '',
    '10.0.0.1',
    '::ffff:10.0.0.1',
    '::',
    'fe80::1%lo',
    '1127.0.0.1',
    'localhost',
  ]) {
    expect([remote, isLoopbackAddress(remote)]).toEqual([remote, false]);
  }
});

it('takes only the page that this listener itself has served for its own', () => {
  expect(isOwnOrigin('http://localhost:7072', 'LOCALHOST:7072')).toBe(true);
  expect(isOwnOrigin('http://[::1]:7072', '[::1]:7072')).toBe(true);
  for (const origin of [
    'null',
    '',
    'https://localhost:7072',
    'http://localhost',
    'localhost:7072',
  ]) {
    expect([origin, isOwnOrigin(origin, 'localhost:7072')]).toEqual([origin, false]);
  }
  expect(isOwnOrigin('http://undefined', undefined)).toBe(false);
});
