import type { Registry } from 'prom-client';
import { ADDRESS_REFUSALS, PEER_SOURCES } from '../core/address-book/vocabulary.ts';
import { RECORD_RESULTS } from '../core/node/events.ts';
import { DIRECTIONS } from '../core/session/connection.ts';
import { CLOSE_REASONS } from '../core/session/reasons.ts';
import { LIMIT_NAMES } from '../core/support/limits.ts';
import { closedCounter, closedGauge, histogram } from './closed-metrics.ts';
import { DIAL_OUTCOMES } from './labels.ts';

/** From a network card's speed to the handshake's own timeout. */
const HANDSHAKE_BUCKETS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5];
const PING_BUCKETS = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 5];

/** The metrics that follow the node's events, all series at 0. */
export function createEventMetrics(registry: Registry) {
  return {
    announcesReceived: closedCounter(registry, {
      name: 'vision_p2p_announces_received',
      help: 'Well-formed block announcements received.',
    }),
    dupesDropped: closedCounter(registry, {
      name: 'vision_p2p_dupes_dropped',
      help: 'Block announcements whose hash had been seen before.',
    }),
    dials: closedCounter(registry, {
      name: 'vision_p2p_dials_total',
      help: 'Dials ended, by where the address came from and what became of it.',
      labels: { source: PEER_SOURCES, outcome: DIAL_OUTCOMES },
    }),
    disconnects: closedCounter(registry, {
      name: 'vision_p2p_disconnects_total',
      help: 'Established connections ended, by who had dialled and why.',
      labels: { direction: DIRECTIONS, reason: CLOSE_REASONS },
    }),
    handshakeRejections: closedCounter(registry, {
      name: 'vision_p2p_handshake_rejections_total',
      help: 'Handshakes that failed, by who had dialled and why.',
      labels: { direction: DIRECTIONS, reason: CLOSE_REASONS },
    }),
    limitHits: closedCounter(registry, {
      name: 'vision_p2p_limit_hits_total',
      help: 'Times that a bound was met.',
      labels: { limit: LIMIT_NAMES },
    }),
    addressesRefused: closedCounter(registry, {
      name: 'vision_p2p_addresses_refused_total',
      help: 'Addresses named by peers that were not kept.',
      labels: { reason: ADDRESS_REFUSALS },
    }),
    peerRecords: closedCounter(registry, {
      name: 'vision_p2p_peer_records_total',
      help: 'Signed records of nodes about themselves that peers sent, by what became of them.',
      labels: { result: RECORD_RESULTS },
    }),
    ...durations(registry),
  };
}

/** What takes how long. */
function durations(registry: Registry) {
  return {
    handshakeSeconds: histogram(
      registry,
      {
        name: 'vision_p2p_handshake_seconds',
        help: 'From an open connection to a completed handshake.',
      },
      HANDSHAKE_BUCKETS,
    ),
    pingSeconds: histogram(
      registry,
      { name: 'vision_p2p_ping_seconds', help: 'Round trips measured.' },
      PING_BUCKETS,
    ),
    timeToFirstPeer: closedGauge(registry, {
      name: 'vision_p2p_time_to_first_peer_seconds',
      help: 'From the start to the first completed handshake; 0 until then.',
    }),
    timeToMinOutbound: closedGauge(registry, {
      name: 'vision_p2p_time_to_min_outbound_seconds',
      help: 'From the start to the wanted minimum of outbound connections; 0 until then.',
    }),
  };
}

export type EventMetrics = ReturnType<typeof createEventMetrics>;
