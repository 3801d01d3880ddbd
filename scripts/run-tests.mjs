// Builds, then runs every test that needs no cluster. The last line is `N passed, N failed`.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import reporter from '../test/support/counting-reporter.cjs';

const root = fileURLToPath(new URL('..', import.meta.url));

/**
 * Unit specs and simulations are pure computation: they share the cores. Integration specs start
 * processes and measure time: one file after the other, so that they do not starve each other.
 */
const RUNS = [
  { name: 'unit', projects: ['unit'], workers: 2, limitMinutes: 5 },
  { name: 'simulation', projects: ['simulation'], workers: 2, limitMinutes: 25 },
  { name: 'fuzz', projects: ['fuzz'], workers: 1, limitMinutes: 10 },
  { name: 'attacks', projects: ['attacks'], workers: 1, limitMinutes: 8 },
  { name: 'integration', projects: ['integration'], workers: 1, limitMinutes: 25 },
];

const countsFile = join(mkdtempSync(join(tmpdir(), 'vision-node-tests-')), 'counts.jsonl');

/** Exit status, or undefined when the command was ended from outside or ran out of time. */
function run(command, args, options = {}) {
  const result = spawnSync(command, args, { cwd: root, stdio: 'inherit', ...options });
  if (result.error) console.error(`${command}: ${result.error.message}`);
  return result.status ?? undefined;
}

/** Counts of one run; a run that fails without a failed test (crash, time-out) counts as one. */
function runJest({ name, projects, workers, limitMinutes }) {
  console.log(`\n== ${name}`);
  writeFileSync(countsFile, '');
  const jest = join(root, 'node_modules', 'jest', 'bin', 'jest.js');
  const args = [
    jest,
    '--selectProjects',
    ...projects,
    `--maxWorkers=${workers}`,
    '--passWithNoTests',
  ];
  const status = run(process.execPath, args, {
    timeout: limitMinutes * 60_000,
    killSignal: 'SIGKILL',
    env: { ...process.env, VISION_TEST_COUNTS: countsFile },
  });
  const counts = { passed: 0, failed: 0, skipped: 0 };
  for (const line of readFileSync(countsFile, 'utf8').split('\n').filter(Boolean)) {
    for (const [key, value] of Object.entries(JSON.parse(line))) counts[key] += value;
  }
  if (status !== 0 && counts.failed === 0) {
    console.error(
      `${name}: ended with ${status ?? `no status, after at most ${limitMinutes} min`}`,
    );
    counts.failed = 1;
  }
  return counts;
}

function runAll() {
  console.log('== build');
  if (run('npm', ['run', '--silent', 'build']) !== 0) return [{ passed: 0, failed: 1, skipped: 0 }];
  if (run('bash', ['scripts/ensure-redis.sh']) !== 0) {
    console.error('Without redis-server the Redis tests fail; the others go on.');
  }
  return RUNS.map(runJest);
}

const results = runAll();
rmSync(join(countsFile, '..'), { recursive: true });
const total = { passed: 0, failed: 0, skipped: 0 };
for (const counts of results) for (const key of Object.keys(total)) total[key] += counts[key];
console.log(`\n${reporter.countsLine(total)}`);
process.exitCode = total.failed === 0 && total.passed > 0 ? 0 : 1;
