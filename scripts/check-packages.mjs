// The rules for what a running node is made of, held against package-lock.json alone: works offline.
// Usage: check-packages.mjs [FOLDER of package.json and package-lock.json]
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const PRODUCTION_PACKAGES_MAX = 150;
/** Their script only looks for the binary that the package brings along; the image is built without it. */
const SCRIPTS_NOT_NEEDED = new Set(['classic-level']);
const EXACT = /^\d+\.\d+\.\d+(-[0-9A-Za-z.-]+)?$/;

const folder = process.argv[2] ?? fileURLToPath(new URL('..', import.meta.url));
const read = (name) => JSON.parse(readFileSync(join(folder, name), 'utf8'));

const nameOf = (path) => path.slice(path.lastIndexOf('node_modules/') + 'node_modules/'.length);

/** Each direct dependency has one version, and it is the one of the lock file. */
function pinFaults(manifest, packages) {
  const { dependencies = {}, devDependencies = {}, overrides = {} } = manifest;
  const direct = Object.entries({ ...dependencies, ...devDependencies });
  return [...direct, ...Object.entries(overrides)].flatMap(([name, version]) => {
    if (!EXACT.test(version)) return [`${name}: "${version}" is no exact version`];
    const locked = packages[`node_modules/${name}`]?.version;
    return locked === version ? [] : [`${name}: ${version}, but ${locked} in package-lock.json`];
  });
}

/** Whatever is installed is what was looked at once. */
function integrityFaults(packages) {
  return Object.entries(packages).flatMap(([path, { integrity }]) =>
    path === '' || /^sha512-/.test(integrity)
      ? []
      : [`${nameOf(path)}: no SHA-512 in the lock file`],
  );
}

function productionFaults(production) {
  const faults = production
    .filter(
      ([path, { hasInstallScript }]) => hasInstallScript && !SCRIPTS_NOT_NEEDED.has(nameOf(path)),
    )
    .map(([path]) => `${nameOf(path)}: has an install script, and no image runs those`);
  if (production.length > PRODUCTION_PACKAGES_MAX) {
    faults.push(`${production.length} production packages, at most ${PRODUCTION_PACKAGES_MAX}`);
  }
  return faults;
}

const { packages } = read('package-lock.json');
// Optional ones are installed too.
const production = Object.entries(packages).filter(([path, { dev }]) => path !== '' && !dev);
const faults = [
  ...pinFaults(read('package.json'), packages),
  ...integrityFaults(packages),
  ...productionFaults(production),
];
for (const fault of faults) console.error(`packages-check: ${fault}`);
if (faults.length === 0) {
  console.log(
    `packages-check: ${production.length} production packages of ${PRODUCTION_PACKAGES_MAX}`,
  );
}
process.exitCode = faults.length === 0 ? 0 : 1;
