/**
 * How local the addresses may be that others name to this node. `auto`: as local as the connection
 * over which they came; `public`: public ones alone; `private`: inside the allowed ranges alone;
 * `cluster`: inside the allowed ranges or under the allowed name suffixes, and only the P2P port.
 */
export const NETWORK_SCOPES = ['auto', 'public', 'private', 'cluster'] as const;
export type NetworkScope = (typeof NETWORK_SCOPES)[number];
