import type { FuzzTarget } from './fuzz-target.ts';
import { runTarget } from './run-target.ts';
import { addresses, ips } from './targets/addresses.ts';
import { asMap } from './targets/as-map.ts';
import { certificates } from './targets/certificates.ts';
import { dnsAnswers } from './targets/dns-answers.ts';
import { keyFile } from './targets/key-file.ts';
import { latestState } from './targets/latest-state.ts';
import { node } from './targets/node.ts';
import { redisValues } from './targets/redis-values.ts';
import { resolverFiles } from './targets/resolver-files.ts';
import { documents, httpLists, storedPeers } from './targets/stored.ts';
import { toml } from './targets/toml.ts';
import { frameStream, messages, records } from './targets/wire.ts';

/** `make fuzz` goes on for this long and from another seed each time; a test run is always the same. */
const MINUTES = Number(process.env['VISION_FUZZ_MINUTES'] ?? 0);
const ONLY = process.env['VISION_FUZZ_TARGET'];
const TEST_SEED = 1;
const CASES_WANTED = 1_000_000;
const ROUND_CASES = 20_000;

jest.setTimeout(Math.max(10, 2 * MINUTES + 1) * 60_000);

const TARGETS: readonly FuzzTarget[] = [
  frameStream,
  messages,
  records,
  addresses,
  ips,
  storedPeers,
  documents,
  httpLists,
  node,
  toml,
  asMap,
  resolverFiles,
  dnsAnswers,
  redisValues,
  latestState,
  keyFile,
  certificates,
].filter(({ name }) => ONLY === undefined || name === ONLY);

if (MINUTES > 0) {
  it(`every decoder keeps its promises for ${MINUTES} minutes`, () => {
    const until = Date.now() + MINUTES * 60_000;
    let cases = 0;
    for (let seed = Date.now() >>> 0; Date.now() < until; seed += 1) {
      for (const target of TARGETS) {
        const startedAt = Date.now();
        const ran = runTarget(target, Math.min(ROUND_CASES, target.cases), seed);
        cases += ran;
        const perSecond = Math.round((1_000 * ran) / Math.max(1, Date.now() - startedAt));
        process.stderr.write(`${target.name}: ${perSecond} cases/s, ${cases} cases in all\n`);
      }
    }
    expect(cases).toBeGreaterThan(0);
  });
} else {
  let cases = 0;

  it.each(TARGETS)('$name: every promise holds, whatever the bytes', (target) => {
    const ran = runTarget(target, target.cases, TEST_SEED);
    cases += ran;
    expect(ran).toBeGreaterThan(target.cases);
  });

  it('a million cases were run', () => {
    expect(cases).toBeGreaterThanOrEqual(ONLY === undefined ? CASES_WANTED : 1);
  });
}
