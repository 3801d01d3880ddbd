import fc from 'fast-check';
import { parseJson } from './json-text.ts';

const ANY = { depthMax: 64, valuesMax: 10_000 };

it('reads what JSON.parse reads', () => {
  fc.assert(
    fc.property(fc.json({ maxDepth: 4 }), (text) => {
      expect(parseJson(text, ANY)).toEqual(JSON.parse(text));
    }),
  );
});

it('never throws, and takes no text that is no JSON', () => {
  fc.assert(fc.property(fc.string(), (text) => void parseJson(text, ANY)));
  for (const text of ['', '[', '{"a"', '"\\', ']', '[1,]']) {
    expect(parseJson(text, ANY)).toBeUndefined();
  }
});

it.each([
  ['[[1]]', 2, 2],
  ['{"a":[],"b":{}}', 2, 4],
  ['["[[[{,", "\\"[[,", "\\\\"]', 1, 3],
  ['"x"', 0, 0],
])('%s is %d deep and has %d brackets and commas', (text, depthMax, valuesMax) => {
  expect(parseJson(text, { depthMax, valuesMax })).toEqual(JSON.parse(text));
  expect(parseJson(text, { depthMax: depthMax - 1, valuesMax })).toBeUndefined();
  expect(parseJson(text, { depthMax, valuesMax: valuesMax - 1 })).toBeUndefined();
});
