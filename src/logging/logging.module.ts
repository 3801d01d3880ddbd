import { type DynamicModule, Module } from '@nestjs/common';
import type { Logger } from './logger.ts';

/** Injection token of the one `Logger` of this process. */
export const LOGGER = Symbol('LOGGER');

/** Makes the logger that was built from the configuration before Nest started available to every module. */
@Module({})
export class LoggingModule {
  static forRoot(logger: Logger): DynamicModule {
    return {
      module: LoggingModule,
      global: true,
      providers: [{ provide: LOGGER, useValue: logger }],
      exports: [LOGGER],
    };
  }
}
