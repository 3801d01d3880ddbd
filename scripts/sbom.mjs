// Prints the bill of materials of a running node as CycloneDX JSON, from package.json and
// package-lock.json alone: offline, and the same bytes for the same files.
// `npm sbom --omit=dev` by itself leaves out each package that a development dependency needs too, and
// fails where those are not installed; so npm gets a lock file without them, and its list is counted.
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const read = (name) =>
  JSON.parse(readFileSync(fileURLToPath(new URL(`../${name}`, import.meta.url)), 'utf8'));

const manifest = withoutDevelopment(read('package.json'));
const lock = read('package-lock.json');
const production = Object.entries(lock.packages).filter(([, { dev }]) => !dev);

function withoutDevelopment({ devDependencies: _devDependencies, overrides: _overrides, ...rest }) {
  return rest;
}

/** npm names the whole after its folder. */
function npmSbom() {
  const directory = mkdtempSync(join(tmpdir(), 'vision-sbom-'));
  try {
    const folder = join(directory, manifest.name);
    const [[, own], ...others] = production;
    const packages = Object.fromEntries([['', withoutDevelopment(own)], ...others]);
    mkdirSync(folder);
    writeFileSync(join(folder, 'package.json'), JSON.stringify(manifest));
    writeFileSync(join(folder, 'package-lock.json'), JSON.stringify({ ...lock, packages }));
    const args = [
      'sbom',
      '--package-lock-only',
      '--sbom-format=cyclonedx',
      '--sbom-type=application',
    ];
    const { status, stdout, stderr } = spawnSync('npm', args, { cwd: folder, encoding: 'utf8' });
    if (status !== 0) throw new Error(`npm sbom: ${stderr}`);
    return JSON.parse(stdout);
  } finally {
    rmSync(directory, { recursive: true });
  }
}

/** Fails when a package of the lock file is missing: a list that is short says nothing. */
function checkComplete({ components }) {
  const listed = new Set(components.map(({ name, version }) => `${name}@${version}`));
  const missing = production
    .filter(([path]) => path !== '')
    .map(([path, { version }]) => `${path.replace(/^.*node_modules\//, '')}@${version}`)
    .filter((name) => !listed.has(name));
  if (missing.length > 0) throw new Error(`not in the bill of materials: ${missing.join(', ')}`);
}

const { serialNumber: _serialNumber, ...sbom } = npmSbom();
delete sbom.metadata.timestamp;
checkComplete(sbom);
process.stdout.write(`${JSON.stringify(sbom, null, 2)}\n`);
