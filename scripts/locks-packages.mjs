// The violations of what the production tree may hold; rows as in locks.mjs.

const folder = 'planted-packages';
const entry = (more) => ({ version: '1.0.0', integrity: 'sha512-planted', ...more });
const crowd = Object.fromEntries(
  Array.from({ length: 151 }, (_, i) => [`node_modules/planted-${i}`, entry({})]),
);
const packages = {
  '': {},
  ...crowd,
  'node_modules/planted-script': entry({ hasInstallScript: true }),
  'node_modules/planted-hash': { version: '1.0.0' },
  'node_modules/planted-tool': { version: '1.0.0', dev: true, hasInstallScript: true },
};

export const PACKAGE_LOCKS = [
  [
    'a dependency without exact version',
    'packages',
    {
      [`${folder}/package.json`]: JSON.stringify({ dependencies: { 'planted-range': '^1.0.0' } }),
      [`${folder}/package-lock.json`]: JSON.stringify({ packages }),
    },
    /planted-range has no exact version/,
  ],
  ['151 production packages', 'packages', {}, /153 packages, at most 150/],
  ['an install script', 'packages', {}, /planted-script has an install script/],
  ['a package without hash', 'packages', {}, /planted-hash has no integrity hash/],
];
