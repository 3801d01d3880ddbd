import type { ConfigKey } from './config-key.ts';
import { HTTP_KEYS, P2P_KEYS } from './listener-keys.ts';
import { DISCOVERY_KEYS, NETWORK_KEYS } from './network-keys.ts';
import { OPERATION_KEYS, STORE_KEYS } from './operation-keys.ts';

/** Read from the working directory when no flag names another; may be missing. */
export const DEFAULT_FILES = { seeds: 'config/seed_peers.toml', node: 'config/node.toml' } as const;

/** The one list from which files, environment, flags, help and documentation are read. */
export const CONFIG_KEYS: readonly ConfigKey[] = [
  ...DISCOVERY_KEYS,
  ...NETWORK_KEYS,
  ...HTTP_KEYS,
  ...P2P_KEYS,
  ...STORE_KEYS,
  ...OPERATION_KEYS,
];

export const KEY_BY_PATH: ReadonlyMap<string, ConfigKey> = new Map(
  CONFIG_KEYS.map((key) => [key.path, key]),
);
