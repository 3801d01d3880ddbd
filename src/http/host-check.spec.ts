import fc from 'fast-check';
import { isLoopbackBinding, isLoopbackHost } from './host-check.ts';

it('knows which listen addresses are loopback', () => {
  for (const host of ['127.0.0.1', '127.5.0.1', 'localhost', '::1']) {
    expect([host, isLoopbackBinding(host)]).toEqual([host, true]);
  }
  for (const host of ['0.0.0.0', '::', '10.0.0.1', '127.example.com']) {
    expect([host, isLoopbackBinding(host)]).toEqual([host, false]);
  }
});

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
