import { Module } from '@nestjs/common';

import { NODE_CONFIG } from '../config/config.module.ts';
import type { NodeConfig } from '../config/node-config.ts';
import { hasKeyFile } from './key-file.ts';
import { ephemeralIdentity, loadOrCreateIdentity, type LocalIdentity } from './local-identity.ts';

/** Token of the `LocalIdentity`. */
export const LOCAL_IDENTITY = Symbol('LOCAL_IDENTITY');

/** A throw-away node (memory store) leaves no key behind, but is who the directory says when it has one. */
export function identityOfConfig(store: NodeConfig['store']): LocalIdentity {
  if (store.kind === 'memory' && !hasKeyFile(store.dataDir)) return ephemeralIdentity();
  return loadOrCreateIdentity(store.dataDir);
}

@Module({
  providers: [
    {
      provide: LOCAL_IDENTITY,
      inject: [NODE_CONFIG],
      useFactory: (config: NodeConfig): LocalIdentity => identityOfConfig(config.store),
    },
  ],
  exports: [LOCAL_IDENTITY],
})
export class HandshakeModule {}
