import { type DynamicModule, Module } from '@nestjs/common';
import type { NodeConfig } from './node-config.ts';

/** Injection token of the one `NodeConfig` of this process. */
export const NODE_CONFIG = Symbol('NODE_CONFIG');

/** Makes a configuration that was loaded and validated before Nest started available to every module. */
@Module({})
export class ConfigModule {
  static forRoot(config: NodeConfig): DynamicModule {
    return {
      module: ConfigModule,
      global: true,
      providers: [{ provide: NODE_CONFIG, useValue: config }],
      exports: [NODE_CONFIG],
    };
  }
}
