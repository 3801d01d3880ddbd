import type { Registry } from 'prom-client';
import type { NodeEvent } from '../core/node/events.ts';
import { isLasting } from '../core/session/connection.ts';
import { assertNever } from '../core/support/brand.ts';
import { createEventMetrics, type EventMetrics } from './event-metrics.ts';

export interface NodeEventMetricsOptions {
  /** Outbound connections that the node wants at least. */
  readonly outboundMin: number;
  /** When the node was started. */
  readonly startedAtUnixMs: number;
}

type EventOf<Kind extends NodeEvent['kind']> = Extract<NodeEvent, { kind: Kind }>;

/** Counts what the node reports. Labels come from closed sets only, never from a peer's text. */
export class NodeEventMetrics {
  private readonly metrics: EventMetrics;
  private outbound = 0;
  private sawFirstPeer = false;
  private sawMinOutbound = false;

  constructor(
    registry: Registry,
    private readonly options: NodeEventMetricsOptions,
  ) {
    this.metrics = createEventMetrics(registry);
  }

  /** A `NodeEventListener`. */
  readonly observe = (event: NodeEvent, at: number): void => {
    switch (event.kind) {
      case 'connection-established':
        return this.established(event, at);
      case 'disconnected':
        return this.disconnected(event);
      case 'announcement-received':
        return this.announced(event);
      case 'ping-measured':
        return this.metrics.pingSeconds.observe(event.rttMs / 1_000);
      default:
        return this.count(event);
    }
  };

  private count(event: CountedEvent): void {
    switch (event.kind) {
      case 'dial-finished':
        return this.metrics.dials.inc({ source: event.source, outcome: event.outcome });
      case 'handshake-rejected':
        return this.metrics.handshakeRejections.inc({
          direction: event.direction,
          reason: event.reason,
        });
      case 'limit-hit':
        return this.metrics.limitHits.inc({ limit: event.limit });
      case 'address-refused':
        return this.metrics.addressesRefused.inc({ reason: event.reason });
      case 'peer-record':
        return this.metrics.peerRecords.inc({ result: event.result });
      default:
        return uncounted(event);
    }
  }

  private established(event: EventOf<'connection-established'>, at: number): void {
    this.metrics.handshakeSeconds.observe(event.handshakeMs / 1_000);
    const seconds = Math.max(0, at - this.options.startedAtUnixMs) / 1_000;
    if (!this.sawFirstPeer) {
      this.sawFirstPeer = true;
      this.metrics.timeToFirstPeer.set(seconds);
    }
    if (!holdsOutboundSlot(event)) return;
    this.outbound += 1;
    if (this.sawMinOutbound || this.outbound < this.options.outboundMin) return;
    this.sawMinOutbound = true;
    this.metrics.timeToMinOutbound.set(seconds);
  }

  private disconnected(event: EventOf<'disconnected'>): void {
    this.metrics.disconnects.inc({ direction: event.direction, reason: event.reason });
    if (holdsOutboundSlot(event)) this.outbound -= 1;
  }

  private announced(event: EventOf<'announcement-received'>): void {
    if (event.type !== 'block') return;
    this.metrics.announcesReceived.inc();
    if (event.duplicate) this.metrics.dupesDropped.inc();
  }
}

type CountedEvent = Exclude<
  NodeEvent,
  EventOf<'connection-established' | 'disconnected' | 'announcement-received' | 'ping-measured'>
>;
type UncountedEvent = Exclude<
  CountedEvent,
  EventOf<'dial-finished' | 'handshake-rejected' | 'limit-hit' | 'address-refused' | 'peer-record'>
>;

/** Events that another metric already shows, read from the node's snapshot. Named, so that a new one is thought about. */
function uncounted(event: UncountedEvent): void {
  switch (event.kind) {
    case 'peers-loaded':
    case 'no-seeds-configured':
    case 'dials-started':
    case 'peer-list-received':
    case 'peer-verified':
    case 'peer-saved':
    case 'peer-forgotten':
    case 'address-state-changed':
    case 'source-read':
    case 'host-unresolved':
    case 'announcement-accepted':
    case 'announcement-rejected':
    case 'state-changed':
    case 'mesh-joined':
    case 'draining':
    case 'own-address-confirmed':
    case 'banned':
    case 'unbanned':
    case 'late':
      return;
    default:
      assertNever(event);
  }
}

function holdsOutboundSlot(event: EventOf<'connection-established' | 'disconnected'>): boolean {
  return event.direction === 'outbound' && isLasting(event.class);
}
