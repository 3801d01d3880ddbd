import { type DynamicModule, Module, type ModuleMetadata } from '@nestjs/common';

import { NODE_CONFIG } from '../config/config.module.ts';
import type { NodeConfig } from '../config/node-config.ts';
import { DEFAULT_LIMITS, DEFAULT_TRANSPORT_LIMITS } from '../core/support/limits.ts';
import type { HostResolver } from '../runtime/ports/host-resolver.ts';
import type { Transport } from '../runtime/ports/transport.ts';
import { DnsHostResolver } from './dns-host-resolver.ts';
import { TcpTransport } from './tcp-transport.ts';
import { TlsChannel, type TlsCredentials } from './tls-channel.ts';

/** Token of the `Transport`. */
export const TRANSPORT = Symbol('TRANSPORT');

/** Token of the `HostResolver`. */
export const HOST_RESOLVER = Symbol('HOST_RESOLVER');

/** Who can say what this node proves itself with. */
export interface CredentialsHolder {
  credentials(): TlsCredentials;
}

export interface TransportModuleOptions {
  readonly imports: NonNullable<ModuleMetadata['imports']>;
  /** Token of a `CredentialsHolder`; it is asked only when the configuration wants TLS. */
  readonly identity: symbol;
}

@Module({})
export class TransportModule {
  static forRoot({ imports, identity }: TransportModuleOptions): DynamicModule {
    return {
      module: TransportModule,
      imports,
      providers: [
        { provide: TRANSPORT, inject: [NODE_CONFIG, identity], useFactory: transportOf },
        { provide: HOST_RESOLVER, useFactory: (): HostResolver => new DnsHostResolver() },
      ],
      exports: [TRANSPORT, HOST_RESOLVER],
    };
  }
}

function transportOf({ p2p }: NodeConfig, identity: CredentialsHolder): Transport {
  return new TcpTransport({
    host: p2p.host,
    port: p2p.port,
    limits: DEFAULT_TRANSPORT_LIMITS,
    acceptsPerSecond: DEFAULT_LIMITS.acceptsPerSecond,
    channel:
      p2p.security === 'plain'
        ? undefined
        : new TlsChannel({ ...identity.credentials(), ca: p2p.tlsCa }),
  });
}
