import { readFileSync } from 'node:fs';

import type { NodeConfig } from '../config/node-config.ts';
import type { PeerStore } from '../runtime/ports/peer-store.ts';
import { shownPath } from '../support/masked-text.ts';
import { VisionError } from '../support/vision-error.ts';
import { openFilePeerStore } from './file-peer-store.ts';
import { createMemoryPeerStore } from './memory-peer-store.ts';
import { createRedisPeerStore } from './redis-peer-store.ts';

export interface PeerStoreContext {
  readonly chainId: string;
  /** Distinguishes this node from the others of its chain in one Redis. */
  readonly nodeName: string;
  /** One sentence for the operator's log. */
  readonly warn: (sentence: string) => void;
  /** The store went (with the reason, which holds no secret) or is back (without). */
  readonly onAvailability: (fault: string | undefined) => void;
}

/** In a StatefulSet the pod's name outlives its disk; elsewhere the key is the node. */
export function storeNodeName(environment: NodeJS.ProcessEnv, nodeId: string): string {
  return environment['POD_NAME'] || nodeId;
}

/**
 * The store that the configuration asks for. Redis may be away; a file store must be usable.
 * @throws VisionError VN_ERR_DATA_DIR, or VN_ERR_CONFIG for a bad URL or an unreadable file.
 */
export async function createPeerStore(
  store: NodeConfig['store'],
  context: PeerStoreContext,
): Promise<PeerStore> {
  const { warn, onAvailability } = context;
  switch (store.kind) {
    case 'memory':
      return createMemoryPeerStore();
    case 'file':
      return openFilePeerStore({ dataDir: store.dataDir, warn, onAvailability });
    case 'redis':
      return createRedisPeerStore({
        url: redisUrl(store.redis),
        keyPrefix: store.redis.keyPrefix,
        chainId: context.chainId,
        nodeName: context.nodeName,
        warn,
        onAvailability,
        ...tlsCa(store.redis.tlsCa),
      });
  }
}

function redisUrl({ url, urlFile }: NodeConfig['store']['redis']): string {
  if (url !== undefined) return url;
  if (urlFile !== undefined) return readSetting('store.redis.url_file', urlFile).trim();
  throw new VisionError('VN_ERR_CONFIG', 'store.kind is redis, but there is no store.redis.url');
}

function tlsCa(path: string | undefined): { tlsCa?: string } {
  return path === undefined ? {} : { tlsCa: readSetting('store.redis.tls_ca', path) };
}

function readSetting(key: string, path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (cause) {
    throw new VisionError('VN_ERR_CONFIG', `${key}: ${shownPath(path)} cannot be read`, undefined, {
      cause,
    });
  }
}
