import { dialFailureOf } from './socket-faults.ts';

it.each([
  ['ECONNREFUSED', 'connection-refused'],
  ['EMFILE', 'no-resources'],
  ['ENFILE', 'no-resources'],
  ['ENOBUFS', 'no-resources'],
  ['ENOMEM', 'no-resources'],
  ['EADDRNOTAVAIL', 'no-resources'],
  ['EPERM', 'transport-error'],
])('%s of a dial is %s', (code, failure) => {
  expect(dialFailureOf(Object.assign(new Error(code), { code }))).toBe(failure);
});
