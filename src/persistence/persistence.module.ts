import { Logger, Module } from '@nestjs/common';

import { NODE_CONFIG } from '../config/config.module.ts';
import type { NodeConfig } from '../config/node-config.ts';
import { HandshakeModule, LOCAL_IDENTITY } from '../handshake/handshake.module.ts';
import type { LocalIdentity } from '../handshake/local-identity.ts';
import type { PeerStore } from '../runtime/ports/peer-store.ts';
import { createPeerStore, storeNodeName } from './create-peer-store.ts';

/** Token of the `PeerStore`. Whoever runs the node closes it. */
export const PEER_STORE = Symbol('PEER_STORE');

@Module({
  imports: [HandshakeModule],
  providers: [
    {
      provide: PEER_STORE,
      inject: [NODE_CONFIG, LOCAL_IDENTITY],
      useFactory: (config: NodeConfig, identity: LocalIdentity): Promise<PeerStore> => {
        const logger = new Logger('PeerStore');
        return createPeerStore(config.store, {
          chainId: config.network.chainId,
          nodeName: storeNodeName(process.env, identity.nodeId),
          warn: (sentence) => logger.warn(sentence),
        });
      },
    },
  ],
  exports: [PEER_STORE],
})
export class PersistenceModule {}
