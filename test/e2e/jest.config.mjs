// Cluster tests: need KUBECONFIG, helm, kubectl and an image that the cluster can run. See docs/kubernetes.md.
export default {
  rootDir: '../..',
  displayName: 'e2e',
  testEnvironment: 'node',
  testMatch: ['<rootDir>/test/e2e/**/*.spec.ts'],
  transform: {
    '^.+\\.ts$': [
      '@swc/jest',
      {
        jsc: { target: 'es2022', parser: { syntax: 'typescript' } },
        module: { type: 'commonjs' },
      },
    ],
  },
  maxWorkers: 1,
  testTimeout: 180_000,
  reporters: [['default', { summaryThreshold: 1 }], '<rootDir>/test/support/counting-reporter.cjs'],
};
