import { maskedText, maskedWord, shownPath } from './masked-text.ts';

test.each([
  ['http://me:canary@a.example:1', 'http://***@a.example:1'],
  ['http://me:can/canary@a.example:1', 'http://***@a.example:1'],
  ['http://me:p@canary@a.example:1', 'http://***@a.example:1'],
  ['http://me:p canary\n@a.example:1', 'http://***@a.example:1'],
  ['http://a.example:1/?token=canary\n', 'http://a.example:1/?***'],
  ['rediss://:canary@h#canary', 'rediss://***@h?***'],
  ['me:canary@a.example:1', '***@a.example:1'],
  ['dns+me:canary@a.example:1', '***@a.example:1'],
  ['a.example:1', 'a.example:1'],
  ['', ''],
])('%j is shown as %j', (text, shown) => {
  expect(maskedText(text)).toBe(shown);
});

test.each([
  ['--redis-ulr=redis://:canary@h', '--redis-ulr=***'],
  ['-t=canary', '-t=***'],
  ['redis://:canary@h', 'redis://***@h'],
  ['walk', 'walk'],
  ['--bogus', '--bogus'],
])('the word %j is shown as %j', (word, shown) => {
  expect(maskedWord(word)).toBe(shown);
});

test.each([
  ['/etc/vision/token', '/etc/vision/token'],
  ['./token', './token'],
  ['package.json', 'package.json'],
  ['canary', 'what it names'],
  ['redis://:canary@h', 'what it names'],
])('the path %j is shown as %j', (path, shown) => {
  expect(shownPath(path)).toBe(shown);
});
