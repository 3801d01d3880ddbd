export { createNode, type CreateNodeOptions } from './create-node.ts';
export type { NodeEvent } from './core/node/events.ts';
export type { OperatorCommand } from './core/node/inputs.ts';
export type { ConnectionView, NodeSnapshot } from './core/node/views.ts';
export type { ChainValidator } from './runtime/ports/chain-validator.ts';
export type { HostResolver } from './runtime/ports/host-resolver.ts';
export type { PeerStore, StoreChange, StoreHealth } from './runtime/ports/peer-store.ts';
export type { NodeEventListener, PeerQuery, RunningNode } from './runtime/running-node.ts';
export { VisionError, type VisionErrorCode } from './support/vision-error.ts';
