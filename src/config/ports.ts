import type { MergedValues } from './merged-values.ts';

interface Ports {
  readonly http: number;
  readonly p2p: number;
  readonly ops: number;
}

/** P2P and operations follow HTTP when they are not set themselves. */
export function portsOf(values: MergedValues): Ports {
  const http = values.integer('http.port');
  const following = (path: string, offset: number): number =>
    values.isSet(path) ? values.integer(path) : http + offset;
  return { http, p2p: following('p2p.port', 1), ops: following('http.ops_port', 2) };
}
