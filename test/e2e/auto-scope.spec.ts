import { ApiProxy } from './support/api-proxy.ts';
import { untilMesh } from './support/mesh.ts';
import {
  createRestrictedNamespace,
  deleteNamespace,
  Release,
  restartsOf,
} from './support/release.ts';
import { tell, until } from './support/until.ts';

const AUTO = 'config.extra.network.scope=auto,persistence.enabled=false';

describe('three peers with the scope of a laptop, auto', () => {
  let api: ApiProxy;
  let release: Release;

  beforeAll(async () => {
    api = await ApiProxy.start();
    release = new Release(api, await createRestrictedNamespace('auto'), 'my');
    await release.install('--set', AUTO);
  });

  afterAll(async () => {
    api.stop();
    await deleteNamespace(release.namespace);
  });

  it('mesh within 30 s of the installation, without a restart', async () => {
    const { seconds } = await untilMesh(release, 3, 30);
    tell(`mesh of 3 with scope auto in ${seconds.toFixed(1)} s after helm install`);

    expect((await release.pods()).map(restartsOf)).toEqual([0, 0, 0]);
  });

  it.each([0, 1, 2])('list the two others to whoever asks pod %i', async (ordinal) => {
    await until({ what: 'both others in /p2p/peers', seconds: 30 }, async () => {
      const { body } = await release.ops(release.pod(ordinal), '/p2p/peers');
      const { peers } = JSON.parse(body) as { peers: string[] };
      return peers.length === 2 ? undefined : `there are ${peers.join()}`;
    });
  });
});
