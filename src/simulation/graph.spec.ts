import { Components, spreadOf } from './graph.ts';

describe('components', () => {
  it.each([
    ['strangers', 3, [], [[0], [1], [2]]],
    ['a chain', 3, [[1, 0], [1, 2]], [[0, 1, 2]]], // prettier-ignore
    ['two groups and a loner', 6, [[0, 1], [2, 3], [3, 4]], [[0, 1], [2, 3, 4], [5]]], // prettier-ignore
    ['a ring with doubled edges', 3, [[0, 1], [1, 2], [2, 0], [0, 1]], [[0, 1, 2]]], // prettier-ignore
  ] as [string, number, [number, number][], number[][]][])(
    'of %s are told apart',
    (_what, nodes, edges, expected) => {
      const components = new Components(nodes);
      for (const [one, other] of edges) components.join(one, other);
      const members = new Map<number, number[]>();
      for (let node = 0; node < nodes; node += 1) {
        const of = components.of(node);
        members.set(of, [...(members.get(of) ?? []), node]);
      }
      expect([...members.values()]).toEqual(expected);
    },
  );
});

describe('spreadOf', () => {
  it('gives the least, the middle and the greatest', () => {
    expect(spreadOf([9, 1, 5, 7])).toEqual({ min: 1, median: 5, max: 9 });
    expect(spreadOf([])).toEqual({ min: 0, median: 0, max: 0 });
  });
});
