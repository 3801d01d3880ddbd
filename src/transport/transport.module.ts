import { Module } from '@nestjs/common';

import { NODE_CONFIG } from '../config/config.module.ts';
import type { NodeConfig } from '../config/node-config.ts';
import { DEFAULT_LIMITS, DEFAULT_TRANSPORT_LIMITS } from '../core/support/limits.ts';
import type { HostResolver } from '../runtime/ports/host-resolver.ts';
import type { Transport } from '../runtime/ports/transport.ts';
import { DnsHostResolver } from './dns-host-resolver.ts';
import { TcpTransport } from './tcp-transport.ts';

/** Token of the `Transport`. */
export const TRANSPORT = Symbol('TRANSPORT');

/** Token of the `HostResolver`. */
export const HOST_RESOLVER = Symbol('HOST_RESOLVER');

@Module({
  providers: [
    {
      provide: TRANSPORT,
      inject: [NODE_CONFIG],
      useFactory: ({ p2p }: NodeConfig): Transport =>
        new TcpTransport({
          host: p2p.host,
          port: p2p.port,
          limits: DEFAULT_TRANSPORT_LIMITS,
          acceptsPerSecond: DEFAULT_LIMITS.acceptsPerSecond,
        }),
    },
    { provide: HOST_RESOLVER, useFactory: (): HostResolver => new DnsHostResolver() },
  ],
  exports: [TRANSPORT, HOST_RESOLVER],
})
export class TransportModule {}
