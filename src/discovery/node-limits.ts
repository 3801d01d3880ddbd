import type { NodeConfig } from '../config/node-config.ts';
import { DEFAULT_LIMITS, type NodeLimits } from '../core/support/limits.ts';

/** The bounds of the node, with what the operator configured in place of the defaults. */
export function nodeLimitsOf(config: NodeConfig): NodeLimits {
  const { discovery, readiness } = config;
  return {
    ...DEFAULT_LIMITS,
    outboundMin: discovery.minOutboundConnections,
    outboundMax: discovery.maxOutboundConnections,
    dialTimeoutMs: discovery.connectionTimeoutSeconds * 1_000,
    reconnectionIntervalMs: discovery.reconnectionIntervalSeconds * 1_000,
    inboundMax: config.p2p.maxInboundConnections,
    readyPeersMin: readiness.minPeers,
    loneNodeMs: readiness.loneNodeSeconds * 1_000,
    readyMaxWaitMs: readiness.maxWaitSeconds * 1_000,
  };
}
