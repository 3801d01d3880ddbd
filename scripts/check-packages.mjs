// What the production tree may hold, read from package-lock.json alone: how many packages, exact versions, no install
// scripts that it needs. `--audit` asks the registry for known weaknesses, too.
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

const PACKAGES_MAX = 150;
/** Ships its binaries; the script only builds where there is none (docs: the image installs without scripts). */
const SCRIPTS_NOT_NEEDED = new Set(['node_modules/classic-level']);
const EXACT = /^\d+\.\d+\.\d+(-[\w.]+)?$/;

const args = process.argv.slice(2);
const folder = args.find((arg) => !arg.startsWith('--')) ?? '.';
const read = (name) => JSON.parse(readFileSync(join(folder, name), 'utf8'));

const faults = [];
const { packages } = read('package-lock.json');
const { dependencies = {}, devDependencies = {} } = read('package.json');

for (const [name, version] of Object.entries({ ...dependencies, ...devDependencies })) {
  if (!EXACT.test(version)) faults.push(`package.json: ${name} has no exact version: ${version}`);
}
const production = Object.entries(packages).filter(
  ([path, entry]) => path !== '' && entry.dev !== true && entry.devOptional !== true,
);
if (production.length > PACKAGES_MAX) {
  faults.push(`production tree: ${production.length} packages, at most ${PACKAGES_MAX}`);
}
for (const [path, entry] of production) {
  if (entry.hasInstallScript === true && !SCRIPTS_NOT_NEEDED.has(path)) {
    faults.push(`production tree: ${path} has an install script`);
  }
  if (entry.integrity === undefined) faults.push(`production tree: ${path} has no integrity hash`);
}

/** High and critical weaknesses; undefined when the registry answers no such questions. */
function weaknesses() {
  const { stdout } = spawnSync('npm', ['audit', '--omit=dev', '--json'], { encoding: 'utf8' });
  try {
    return JSON.parse(stdout).metadata?.vulnerabilities;
  } catch {
    return undefined;
  }
}

if (args.includes('--audit')) {
  const found = weaknesses();
  if (found === undefined) console.log('audit: SKIPPED, the registry offers no audit');
  else if (found.high + found.critical > 0) {
    faults.push(`audit: ${found.critical} critical and ${found.high} high in the production tree`);
  } else console.log('audit: nothing high or critical');
}
for (const fault of faults) console.error(fault);
console.log(`packages: ${production.length} in the production tree`);
process.exit(faults.length === 0 ? 0 : 1);
