import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import type { NodeConfig } from '../../src/config/node-config.ts';
import { createPeerStore, storeNodeName } from '../../src/persistence/create-peer-store.ts';
import type { PeerStore } from '../../src/runtime/ports/peer-store.ts';

const NO_REDIS = { url: undefined, urlFile: undefined, keyPrefix: 'vision:', tlsCa: undefined };

describe('choice of the peer store', () => {
  let directory: string;
  const stores: PeerStore[] = [];

  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), 'vision-choice-'));
  });
  afterEach(async () => {
    for (const store of stores.splice(0)) await store.close();
    rmSync(directory, { recursive: true, force: true });
  });

  async function open(change: Partial<NodeConfig['store']>): Promise<PeerStore> {
    const store = await createPeerStore(
      { kind: 'memory', dataDir: join(directory, 'vision_data_7070'), redis: NO_REDIS, ...change },
      {
        chainId: 'testnet',
        nodeName: 'node-0',
        warn: () => undefined,
        onAvailability: () => undefined,
      },
    );
    stores.push(store);
    return store;
  }

  it('follows store.kind', async () => {
    expect((await open({ kind: 'memory' })).kind).toBe('memory');
    expect((await open({ kind: 'file' })).kind).toBe('file');
    const redis = { ...NO_REDIS, url: 'redis://127.0.0.1:1' };
    expect((await open({ kind: 'redis', redis })).kind).toBe('redis');
  });

  it('takes the URL from a file, with the line end that editors leave', async () => {
    const urlFile = join(directory, 'redis-url');
    writeFileSync(urlFile, 'redis://:canary@127.0.0.1:1\n');
    expect((await open({ kind: 'redis', redis: { ...NO_REDIS, urlFile } })).kind).toBe('redis');
  });

  it('refuses a URL file or authority that cannot be read, naming key and file', async () => {
    const missing = join(directory, 'missing');
    await expect(
      open({ kind: 'redis', redis: { ...NO_REDIS, urlFile: missing } }),
    ).rejects.toMatchObject({
      code: 'VN_ERR_CONFIG',
      message: `store.redis.url_file: ${missing} cannot be read`,
    });
    const redis = { ...NO_REDIS, url: 'rediss://127.0.0.1:1', tlsCa: missing };
    await expect(open({ kind: 'redis', redis })).rejects.toMatchObject({ code: 'VN_ERR_CONFIG' });
  });

  it('names the node in Redis after its pod, else after its key', () => {
    expect(storeNodeName({ POD_NAME: 'vision-node-2' }, 'abc')).toBe('vision-node-2');
    expect(storeNodeName({ POD_NAME: '' }, 'abc')).toBe('abc');
    expect(storeNodeName({}, 'abc')).toBe('abc');
  });
});
