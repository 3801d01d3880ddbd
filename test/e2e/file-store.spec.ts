import { ApiProxy } from './support/api-proxy.ts';
import { fullMeshFault, type Mesh, type PeerView, untilMesh, viewOf } from './support/mesh.ts';
import { monitoringAbsence, Prometheus } from './support/prometheus.ts';
import {
  createRestrictedNamespace,
  deleteNamespace,
  isReady,
  lifeOf,
  Release,
  restartsOf,
} from './support/release.ts';
import { stopPod } from './support/stop-pod.ts';
import { tell, until } from './support/until.ts';

const withoutMonitoring = monitoringAbsence();
if (withoutMonitoring !== undefined) tell(`skipped: scraping, because ${withoutMonitoring}`);
const itWhenMonitored = withoutMonitoring === undefined ? it : it.skip;

const peersOf = async (release: Release, pod: string): Promise<string[]> =>
  (JSON.parse((await release.ops(pod, '/p2p/peers')).body) as { peers: string[] }).peers;

const idsOf = (views: readonly PeerView[]): string[] => views.map(({ nodeId }) => nodeId);

describe('three peers with the file store', () => {
  let api: ApiProxy;
  let release: Release;
  let mesh: Mesh;

  beforeAll(async () => {
    api = await ApiProxy.start();
    const namespace = await createRestrictedNamespace('file');
    release = new Release(api, namespace, 'my');
    await release.install(
      '--set',
      `metrics.serviceMonitor.enabled=${withoutMonitoring === undefined}`,
    );
  });

  afterAll(async () => {
    api.stop();
    await deleteNamespace(release.namespace);
  });

  it('are ready and one connected mesh within 30 s of the installation, without a restart', async () => {
    mesh = await untilMesh(release, 3, 30);
    tell(`mesh of 3 in ${mesh.seconds.toFixed(1)} s after helm install`);

    expect((await release.pods()).map(restartsOf)).toEqual([0, 0, 0]);
  });

  it.each(['/health/startup', '/health/live', '/health/ready', '/health'])(
    'answer %s with ok on both listeners',
    async (path) => {
      const answers = await Promise.all([
        release.ops(release.pod(0), path),
        release.http(release.pod(0), path),
      ]);

      for (const { status, body } of answers) {
        expect(status).toBe(200);
        expect(JSON.parse(body)).toMatchObject({ status: 'ok' });
      }
    },
  );

  it('list each other by their stable names', async () => {
    const domain = `my-vision-node-peers.${release.namespace}.svc.cluster.local:7071`;
    const expected = [1, 2].map((ordinal) => `${release.pod(ordinal)}.${domain}`);

    await until({ what: 'both others in /p2p/peers of pod 0', seconds: 15 }, async () => {
      const listed = await peersOf(release, release.pod(0));
      return listed.toSorted().join() === expected.join() ? undefined : `it lists ${listed.join()}`;
    });
  });

  it('answer operations paths on the operations listener only', async () => {
    expect((await release.http(release.pod(0), '/ops/connections')).status).toBe(404);
    expect((await release.ops(release.pod(0), '/ops/connections')).status).toBe(200);
  });

  itWhenMonitored(
    'are scraped through the ServiceMonitor, each once',
    async () => {
      const prometheus = Prometheus.find(api);
      const pods = [0, 1, 2].map((ordinal) => release.pod(ordinal));
      const { namespace } = release;

      // The operator's reloader looks each three minutes, after the kubelet has renewed its volume.
      await until({ what: 'a target for each pod', seconds: 330 }, async () => {
        const targets = await prometheus.targets(namespace);
        const up = targets.filter(({ health }) => health === 'up');
        const names = up.map(({ labels }) => labels['pod'] ?? '').toSorted();
        const isExact = targets.length === 3 && names.join() === pods.join();
        return isExact ? undefined : `${targets.length} targets, up: ${names.join()}`;
      });
      await until({ what: 'two peers in each pod’s metric', seconds: 30 }, async () => {
        const query = `vision_p2p_peers_connected{namespace="${namespace}"}`;
        const values = (await prometheus.query(query)).map(({ value }) => value[1]);
        return values.join() === '2,2,2' ? undefined : `the series are ${values.join()}`;
      });
    },
    400_000,
  );

  it('take in two more by kubectl scale, and none of the first three notices', async () => {
    const before = (await release.pods()).map(lifeOf);
    await release.scale(5);
    const grown = await untilMesh(release, 5, 60);
    tell(`mesh of 5 in ${grown.seconds.toFixed(1)} s after kubectl scale`);

    expect((await release.pods()).slice(0, 3).map(lifeOf)).toEqual(before);
    expect(idsOf(grown.views).slice(0, 3)).toEqual(idsOf(mesh.views));
  });

  it('stay five, and the same pods, at a helm upgrade after kubectl scale', async () => {
    const before = (await release.pods()).map(lifeOf);
    await release.upgrade(
      ...['--wait', '--timeout', '2m', '--set'],
      `metrics.serviceMonitor.enabled=${withoutMonitoring === undefined}`,
    );

    expect((await release.pods()).map(lifeOf)).toEqual(before);
  });

  it('go on as three when two are scaled away, and forget those within 60 s', async () => {
    const before = (await release.pods()).slice(0, 3).map(lifeOf);
    await release.scale(3);
    await untilMesh(release, 3, 60);
    const ghosts = [3, 4].map((ordinal) => `${release.pod(ordinal)}.`);
    const seconds = await until({ what: 'no ghosts in /p2p/peers', seconds: 60 }, async () => {
      const lists = await Promise.all([0, 1, 2].map((n) => peersOf(release, release.pod(n))));
      const left = lists.flat().filter((peer) => ghosts.some((ghost) => peer.startsWith(ghost)));
      return left.length === 0 ? undefined : `still listed: ${left.join()}`;
    });
    tell(`ghosts gone ${seconds.toFixed(1)} s after the last of them had stopped`);

    expect((await release.pods()).map(lifeOf)).toEqual(before);
  });

  it('stop with exit code 0 within 10 s of SIGTERM, and come back as the same node with stored peers', async () => {
    const pod = release.pod(1);
    const idBefore = (await viewOf(release, pod)).nodeId;
    const stopped = await stopPod(release, pod);
    tell(`exit code ${stopped.exitCode}, ${stopped.seconds} s after SIGTERM`);

    expect(stopped.exitCode).toBe(0);
    // Before the signal nothing may have ended it.
    expect(stopped.seconds).toBeGreaterThanOrEqual(-1);
    expect(stopped.seconds).toBeLessThanOrEqual(10);

    const back = await untilMesh(release, 3, 60);
    tell(`mesh of 3 again ${back.seconds.toFixed(1)} s after the pod was gone`);
    expect(fullMeshFault(back.views)).toBeUndefined();
    expect(back.views[1]?.nodeId).toBe(idBefore);
    expect(await release.log(pod)).toMatch(/Loaded [1-9]\d* persisted peers from database/);
  });
});

describe('a peer alone', () => {
  let api: ApiProxy;
  let release: Release;

  beforeAll(async () => {
    api = await ApiProxy.start();
    release = new Release(api, await createRestrictedNamespace('lone'), 'lone');
    await release.install('--set', 'replicaCount=1,store.type=memory,persistence.enabled=false');
  });

  afterAll(async () => {
    api.stop();
    await deleteNamespace(release.namespace);
  });

  it('has started and is alive but not ready, until it knows that there is nobody else', async () => {
    const pod = release.pod(0);
    await until({ what: 'a started node', seconds: 30 }, async () => {
      const { status } = await release.ops(pod, '/health/startup');
      return status === 200 ? undefined : `/health/startup answers ${status}`;
    });
    const [live, ready] = await Promise.all([
      release.ops(pod, '/health/live'),
      release.ops(pod, '/health/ready'),
    ]);
    expect(live.status).toBe(200);
    expect(ready.status).toBe(503);
    expect(JSON.parse(ready.body)).toMatchObject({ error: { mesh: { status: 'down' } } });

    const seconds = await until({ what: 'a network of one', seconds: 60 }, async () =>
      (await release.pods()).every(isReady) ? undefined : 'the pod is not ready',
    );
    tell(`ready alone ${seconds.toFixed(1)} s later`);
    expect((await release.pods()).map(restartsOf)).toEqual([0]);
  });
});
