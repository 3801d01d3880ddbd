import { componentSizes, spreadOf } from './graph.ts';

describe('componentSizes', () => {
  it.each([
    ['nobody', [], [], []],
    ['strangers', [1, 2, 3], [], [1, 1, 1]],
    ['a chain', [1, 2, 3], [[2, 1], [2, 3]], [3]], // prettier-ignore
    ['two groups and a loner', [1, 2, 3, 4, 5, 6], [[1, 2], [3, 4], [4, 5]], [3, 2, 1]], // prettier-ignore
    ['a ring with doubled edges', [1, 2, 3], [[1, 2], [2, 3], [3, 1], [1, 2]], [3]], // prettier-ignore
    ['edges to nodes that are gone', [1, 2], [[1, 9], [9, 2]], [1, 1]], // prettier-ignore
  ] as [string, number[], [number, number][], number[]][])(
    'counts %s',
    (_what, nodes, edges, sizes) => {
      expect(componentSizes(nodes, edges)).toEqual(sizes);
    },
  );
});

describe('spreadOf', () => {
  it('gives the least, the middle and the greatest', () => {
    expect(spreadOf([9, 1, 5, 7])).toEqual({ min: 1, median: 5, max: 9 });
    expect(spreadOf([])).toEqual({ min: 0, median: 0, max: 0 });
  });
});
