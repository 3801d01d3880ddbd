import type { NodeId, UnixMillis } from '../support/brand.ts';

/** Who is banned: a node, or (public scope) all of a host. */
export type BanSubject =
  | { readonly kind: 'node-id'; readonly nodeId: NodeId }
  | { readonly kind: 'host'; readonly host: string };

export interface Ban {
  readonly subject: BanSubject;
  readonly reason: string;
  readonly by: 'operator' | 'score';
  readonly since: UnixMillis;
  readonly until: UnixMillis;
  /** Bans so far: each doubles the next. */
  readonly count: number;
}

/** Under which a ban is listed and lifted: the node id or the host. */
export function idOf(subject: BanSubject): string {
  return subject.kind === 'node-id' ? subject.nodeId : subject.host;
}
