import type { NodeId } from '../support/brand.ts';

/** Who is banned: a node, or (public scope) all of a host. */
export type BanSubject =
  | { readonly kind: 'node-id'; readonly nodeId: NodeId }
  | { readonly kind: 'host'; readonly host: string };
