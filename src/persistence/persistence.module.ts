import { Module } from '@nestjs/common';

import { NODE_CONFIG } from '../config/config.module.ts';
import type { NodeConfig } from '../config/node-config.ts';
import { HandshakeModule, LOCAL_IDENTITY } from '../handshake/handshake.module.ts';
import type { LocalIdentity } from '../handshake/local-identity.ts';
import type { Logger } from '../logging/logger.ts';
import { LOGGER } from '../logging/logging.module.ts';
import type { PeerStore } from '../runtime/ports/peer-store.ts';
import { createPeerStore, storeNodeName } from './create-peer-store.ts';

/** Token of the `PeerStore`. Whoever runs the node closes it. */
export const PEER_STORE = Symbol('PEER_STORE');

@Module({
  imports: [HandshakeModule],
  providers: [
    {
      provide: PEER_STORE,
      inject: [NODE_CONFIG, LOCAL_IDENTITY, LOGGER],
      useFactory: (
        config: NodeConfig,
        identity: LocalIdentity,
        logger: Logger,
      ): Promise<PeerStore> => {
        return createPeerStore(config.store, {
          chainId: config.network.chainId,
          nodeName: storeNodeName(process.env, identity.nodeId),
          warn: (sentence) => logger.warn(sentence),
          onAvailability: (fault) => {
            if (fault === undefined) logger.info('Peer store is back');
            else logger.warn('Peer store is away, working from memory', { reason: fault });
          },
        });
      },
    },
  ],
  exports: [PEER_STORE],
})
export class PersistenceModule {}
