import { helm, run } from './support/command.ts';
import { createRestrictedNamespace, deleteNamespace } from './support/release.ts';
import { monitoringAbsence } from './support/prometheus.ts';

const CHART = 'charts/vision-node';
const STORES: readonly (readonly [name: string, args: readonly string[]])[] = [
  ['file', []],
  ['memory', ['--set', 'store.type=memory,persistence.enabled=false']],
  ['redis', ['--set', 'store.type=redis,store.redis.dev.enabled=true']],
];

describe('the chart', () => {
  let namespace = '';

  beforeAll(async () => {
    namespace = await createRestrictedNamespace('chart');
  });

  afterAll(async () => {
    await deleteNamespace(namespace);
  });

  it.each(STORES)('passes helm lint --strict with the store %s', async (_name, args) => {
    const said = await helm('lint', '--strict', CHART, ...args);

    expect(said).toContain('0 chart(s) failed');
    expect(said).not.toContain('[WARNING]');
  });

  it.each(STORES)(
    'is admitted without a warning where Pod Security is restricted, with the store %s',
    async (_name, args) => {
      const monitor = `metrics.serviceMonitor.enabled=${monitoringAbsence() === undefined}`;
      const rendering = ['template', 'dry', CHART, '--namespace', namespace, '--set', monitor];
      const objects = await helm(...rendering, ...args);
      const dryRun = ['apply', '--dry-run=server', '--validate=strict', '--filename', '-'];
      const { stdout, stderr } = await run('kubectl', ['-n', namespace, ...dryRun], objects);

      expect(stdout).toContain('statefulset.apps/dry-vision-node created (server dry run)');
      expect(stderr).toBe('');
    },
  );

  it('renders the same pods for any number of peers', async () => {
    const { stdout } = await run('k8s/check-pod-template.sh', [CHART]);

    expect(stdout).toContain('the same for any number of peers');
  });
});
