import type { ConnectionView } from '../core/node/views.ts';

/** One element of `GET /ops/connections`. Texts that the peer chose are JSON strings and no more. */
export interface ConnectionBody {
  readonly id: number;
  readonly node_id: string;
  readonly address: string;
  readonly remote: string;
  readonly direction: string;
  readonly class: string;
  readonly state: string;
  readonly scope: string;
  /** `tls`: the node id is proven; `plain`: it is the peer's claim. */
  readonly security: string;
  /** ISO 8601. */
  readonly since: string;
  readonly age_seconds: number;
  /** null before the first answer to a ping. */
  readonly round_trip_ms: number | null;
  readonly bytes: { readonly received: number; readonly sent: number };
  readonly messages: {
    readonly received: Readonly<Record<string, number>>;
    readonly sent: Readonly<Record<string, number>>;
  };
  readonly score: number;
  readonly agent: string;
  readonly zone: string;
  /** Claims of the peer: where it listens, and as what it sees this node. */
  readonly heard_addresses: { readonly listen: readonly string[]; readonly observed: string };
}

export function connectionBody(view: ConnectionView, nowUnixMs: number): ConnectionBody {
  return {
    id: view.id,
    node_id: view.nodeId,
    address: view.address,
    remote: view.remote,
    direction: view.direction,
    class: view.class,
    state: view.state,
    scope: view.scope,
    security: view.security,
    since: new Date(nowUnixMs - view.ageMs).toISOString(),
    age_seconds: Math.floor(view.ageMs / 1_000),
    round_trip_ms: view.rttMs ?? null,
    bytes: { received: view.bytesReceived, sent: view.bytesSent },
    messages: { received: view.messagesReceived, sent: view.messagesSent },
    score: view.score,
    agent: view.agent,
    zone: view.zone,
    heard_addresses: { listen: view.listenAddresses, observed: view.observedAddress },
  };
}
