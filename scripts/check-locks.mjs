// Plants one violation of each rule in a copy of the tree, runs the check that must catch it, and
// prints the line in which the check says so. A file that breaks no rule must pass them all.
import { spawnSync } from 'node:child_process';
import {
  appendFileSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { LOCKS } from './locks.mjs';
import { PLANTED_PACKAGES } from './package-locks.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));
const copy = mkdtempSync(join(tmpdir(), 'vision-node-locks-'));

const CHECKS = {
  lint: ['oxlint', '--type-aware', '--format=unix', 'src', 'test'],
  boundaries: ['depcruise', 'src', '--config', '.dependency-cruiser.cjs', '--progress', 'none'],
  format: ['prettier', '--check', 'src'],
  types: ['tsc', '-p', 'tsconfig.json', '--pretty', 'false'],
  'core-purity': ['tsc', '-p', 'tsconfig.core.json', '--pretty', 'false'],
  'dead-code': ['knip', '--no-progress'],
  packages: ['node', 'scripts/check-packages.mjs', PLANTED_PACKAGES],
};

/** Tracked and new files, without what git ignores. */
function copyTree() {
  const args = [
    '-c',
    'safe.directory=*',
    'ls-files',
    '--cached',
    '--others',
    '--exclude-standard',
    '-z',
  ];
  const listed = spawnSync('git', args, { cwd: root, encoding: 'utf8', maxBuffer: 1 << 26 });
  if (listed.status !== 0) throw new Error(`git ls-files: ${listed.stderr}`);
  for (const path of listed.stdout.split('\0').filter(Boolean)) {
    // Deleted in the working tree but still tracked; or a link, which `node_modules/` does not ignore.
    if (!existsSync(join(root, path)) || path === 'node_modules') continue;
    mkdirSync(dirname(join(copy, path)), { recursive: true });
    cpSync(join(root, path), join(copy, path), { force: true });
  }
  symlinkSync(join(root, 'node_modules'), join(copy, 'node_modules'));
}

/** Appends, so that a violation in an existing file leaves the file working. */
function plant(files) {
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(copy, path)), { recursive: true });
    appendFileSync(join(copy, path), text);
  }
}

/** Whether the check fails, and its output. */
function runCheck(name) {
  const [tool, ...args] = CHECKS[name];
  const command = tool === 'node' ? process.execPath : join(root, 'node_modules', '.bin', tool);
  const result = spawnSync(command, args, { cwd: copy, encoding: 'utf8', maxBuffer: 1 << 28 });
  return { failed: result.status !== 0, output: `${result.stdout}${result.stderr}` };
}

function row(held, check, what, said = '') {
  const columns = [held ? 'holds' : 'OPEN ', check.padEnd(11), what.padEnd(36)];
  return `${columns.join('  ')}  ${said.trim().slice(0, 100)}`.trimEnd();
}

const CONTROL = 'src/core/support/control-of-locks.ts';

function main() {
  copyTree();
  writeFileSync(join(copy, CONTROL), '/** Breaks no rule. */\nexport const control = 1;\n');
  for (const [, , files] of LOCKS) plant(files);
  const results = new Map(Object.keys(CHECKS).map((name) => [name, runCheck(name)]));
  let open = 0;
  for (const [what, check, , expected] of LOCKS) {
    const { failed, output } = results.get(check);
    const said = output.split('\n').find((line) => expected.test(line));
    const isOnlyWarning = said?.includes('[Warning/') ?? false;
    const held = failed && said !== undefined && !isOnlyWarning;
    if (!held) open += 1;
    console.log(row(held, check, what, said));
  }
  for (const [name, { output }] of results) {
    // Nothing uses the control, so dead-code is right to name it.
    if (name === 'dead-code' || !output.includes('control-of-locks')) continue;
    open += 1;
    console.log(row(false, name, 'a file that breaks no rule', 'is complained about'));
  }
  console.log(`\n${LOCKS.length - open} of ${LOCKS.length} locks hold`);
  return open === 0 ? 0 : 1;
}

try {
  process.exitCode = main();
} finally {
  rmSync(copy, { recursive: true, force: true });
}
