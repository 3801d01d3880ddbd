// Violations of the rules for packages, in a folder of their own: see locks.mjs.

/** Where check-packages looks for them. */
export const PLANTED_PACKAGES = 'planted-packages';

const plain = { version: '1.0.0', integrity: 'sha512-x' };
const many = Array.from({ length: 150 }, (_, i) => [`node_modules/p${i}`, plain]);
const manifest = { dependencies: { range: '^1.0.0', other: '1.0.1' } };
const packages = {
  '': manifest,
  'node_modules/range': plain,
  'node_modules/other': plain,
  'node_modules/scripted': { ...plain, hasInstallScript: true },
  'node_modules/nested/node_modules/unhashed': { version: '1.0.0', dev: true },
  ...Object.fromEntries(many),
};

export const PACKAGE_LOCKS = [
  [
    'a range of versions',
    'packages',
    {
      [`${PLANTED_PACKAGES}/package.json`]: JSON.stringify(manifest),
      [`${PLANTED_PACKAGES}/package-lock.json`]: JSON.stringify({ packages }),
    },
    /range: "\^1\.0\.0" is no exact version/,
  ],
  ['another version in the lock file', 'packages', {}, /other: 1\.0\.1, but 1\.0\.0/],
  ['an install script', 'packages', {}, /scripted: has an install script/],
  ['a package without a hash', 'packages', {}, /unhashed: no SHA-512/],
  ['153 production packages', 'packages', {}, /153 production packages, at most 150/],
];
