import { type DynamicModule, Module, type ModuleMetadata } from '@nestjs/common';
import type { RunningNode } from '../runtime/running-node.ts';
import { ApplicationStatus } from './application-status.ts';
import { DiscoveryFacade } from './discovery-facade.ts';
import { LimitHits } from './limit-hits.ts';

/** Injection token of the one `RunningNode` of an application. */
export const RUNNING_NODE = Symbol('RUNNING_NODE');

export interface DiscoveryModuleOptions {
  readonly imports: NonNullable<ModuleMetadata['imports']>;
  readonly inject: NonNullable<FactoryInjections>;
  /** Starts the node; what it resolves to listens, dials and answers already. */
  readonly start: (...resolved: never[]) => Promise<RunningNode>;
}

type FactoryInjections = Extract<
  NonNullable<ModuleMetadata['providers']>[number],
  { useFactory: unknown }
>['inject'];

/** Runs one node inside Nest and shows it to the operator surface through `DiscoveryFacade`. */
@Module({})
export class DiscoveryModule {
  static forRoot(options: DiscoveryModuleOptions): DynamicModule {
    return {
      module: DiscoveryModule,
      global: true,
      imports: options.imports,
      providers: [
        { provide: ApplicationStatus, useFactory: () => new ApplicationStatus() },
        { provide: LimitHits, useFactory: () => new LimitHits() },
        { provide: RUNNING_NODE, inject: options.inject, useFactory: options.start },
        {
          provide: DiscoveryFacade,
          inject: [RUNNING_NODE, ApplicationStatus],
          useFactory: (node: RunningNode, status: ApplicationStatus) =>
            new DiscoveryFacade(node, status),
        },
      ],
      exports: [RUNNING_NODE, ApplicationStatus, DiscoveryFacade, LimitHits],
    };
  }
}
