import { ApiProxy } from './support/api-proxy.ts';
import { untilMesh } from './support/mesh.ts';
import {
  createRestrictedNamespace,
  deleteNamespace,
  Release,
  restartsOf,
} from './support/release.ts';
import { tell, until } from './support/until.ts';

/** Without volumes: whatever a new pod knows, it knows from Redis. */
const REDIS_ONLY = 'store.type=redis,store.redis.dev.enabled=true,persistence.enabled=false';

describe('three peers with the Redis store', () => {
  let api: ApiProxy;
  let release: Release;

  const storedPeers = async (pod: string): Promise<string[]> => {
    const redis = `deployment/${release.statefulSet}-redis`;
    const pattern = `vision:testnet:${pod}:peer:*`;
    const keys = await release.kubectl('exec', redis, '--', 'redis-cli', '--raw', 'keys', pattern);
    return keys.split('\n').filter((key) => key !== '');
  };

  beforeAll(async () => {
    api = await ApiProxy.start();
    release = new Release(api, await createRestrictedNamespace('redis'), 'my');
    await release.install('--set', REDIS_ONLY);
  });

  afterAll(async () => {
    api.stop();
    await deleteNamespace(release.namespace);
  });

  it('mesh within 30 s of the installation', async () => {
    const { seconds } = await untilMesh(release, 3, 30);
    tell(`mesh of 3 in ${seconds.toFixed(1)} s after helm install`);

    expect((await release.pods()).map(restartsOf)).toEqual([0, 0, 0]);
  });

  it('keep their verified peers in Redis, each under its own name', async () => {
    const pods = [0, 1, 2].map((ordinal) => release.pod(ordinal));
    let stored: string[][] = [];
    await until({ what: 'keys in Redis for each pod', seconds: 30 }, async () => {
      stored = await Promise.all(pods.map(storedPeers));
      const counts = stored.map((keys) => keys.length);
      return counts.every((count) => count >= 1) ? undefined : `there are ${counts.join()}`;
    });

    const name = `my-vision-node-[012]\\.my-vision-node-peers\\.${release.namespace}\\.svc`;
    for (const key of stored.flat()) expect(key).toMatch(new RegExp(`:peer:${name}\\.`));
  });

  it('load them again when a pod is deleted', async () => {
    const pod = release.pod(2);
    const before = (await release.pods())[2]?.metadata.uid;
    await release.kubectl('delete', 'pod', pod);
    const { seconds } = await untilMesh(release, 3, 60);
    tell(`mesh of 3 again in ${seconds.toFixed(1)} s`);

    expect((await release.pods())[2]?.metadata.uid).not.toBe(before);
    expect(await release.log(pod)).toMatch(/Loaded [1-9]\d* persisted peers from database/);
  });
});
