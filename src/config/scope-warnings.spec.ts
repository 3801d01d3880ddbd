import { ConfigBench } from '../../test/support/config-bench.ts';

let bench: ConfigBench;
beforeAll(() => {
  bench = new ConfigBench();
});
afterAll(() => bench.remove());

test.each([
  ['[network]\nscope = "cluster"', 'no range or suffix is allowed'],
  ['[network]\nscope = "private"', 'no range or suffix is allowed'],
  ['[network]\nallowed_cidrs = ["10.0.0.0/8"]', 'has no effect: network.scope is auto'],
  ['[p2p]\nport = 443', 'p2p.port: peers do not take the port 443'],
  ['[p2p]\nadvertise = "a.example.org:6379"', 'p2p.advertise: peers do not take the port 6379'],
  ['[p2p]\nadvertise = "169.254.1.1:7071"', 'p2p.advertise: peers do not take an address'],
  ['[network]\nscope = "public"\n[p2p]\nadvertise = "10.0.0.5:7071"', '10.0.0.5 is not public'],
])('%j is allowed and hardly meant', (node, expected) => {
  const { warnings } = bench.load({ node });
  expect(warnings).toHaveLength(1);
  expect(warnings[0]).toContain(expected);
});

test.each([
  '[network]\nscope = "cluster"\nallowed_name_suffixes = ["a.svc.cluster.local"]\n[p2p]\nport = 443',
  '[network]\nscope = "private"\nallowed_cidrs = ["10.0.0.0/8"]',
  '[network]\nscope = "auto"\nallowed_name_suffixes = ["lab"]',
  '[p2p]\nport = 443\nadvertise = "a.example.org:7071"',
  '[p2p]\nadvertise = "10.0.0.5:7071"',
  '[network]\nscope = "public"\n[p2p]\nadvertise = "a.example.org:7071"',
])('%j is nothing to warn of', (node) => {
  expect(bench.load({ node }).warnings).toEqual([]);
});
