import { DisconnectReason } from '../wire/generated/p2p.ts';

/** Reasons that travel in a `Disconnect`, as stable kebab-case codes for logs, metrics and the API. */
export const WIRE_REASONS = {
  'protocol-version-mismatch': DisconnectReason.PROTOCOL_VERSION_MISMATCH,
  'chain-id-mismatch': DisconnectReason.CHAIN_ID_MISMATCH,
  'genesis-mismatch': DisconnectReason.GENESIS_MISMATCH,
  'self-connection': DisconnectReason.SELF_CONNECTION,
  'duplicate-connection': DisconnectReason.DUPLICATE_CONNECTION,
  'too-many-peers': DisconnectReason.TOO_MANY_PEERS,
  banned: DisconnectReason.BANNED,
  malformed: DisconnectReason.MALFORMED,
  timeout: DisconnectReason.TIMEOUT,
  'shutting-down': DisconnectReason.SHUTTING_DOWN,
  'identity-mismatch': DisconnectReason.IDENTITY_MISMATCH,
  'rate-limited': DisconnectReason.RATE_LIMITED,
  evicted: DisconnectReason.EVICTED,
  'feeler-done': DisconnectReason.FEELER_DONE,
  operator: DisconnectReason.OPERATOR,
  'security-required': DisconnectReason.SECURITY_REQUIRED,
} as const;

export type WireReason = keyof typeof WIRE_REASONS;

/** Why the transport lets nobody in whom TLS has introduced. */
export const TLS_REFUSALS = [
  'tls-alpn-mismatch',
  'tls-certificate-missing',
  'tls-certificate-expired',
  'tls-certificate-untrusted',
  'tls-key-not-ed25519',
] as const;
export type TlsRefusal = (typeof TLS_REFUSALS)[number];

/** How a connection ended without a `Disconnect`. */
export const TRANSPORT_CLOSE_REASONS = [
  ...TLS_REFUSALS,
  // The TLS handshake itself: an older version, an alert, bytes that are none.
  'tls-failed',
  'remote-closed',
  'connection-reset',
  'slow-reader',
  'send-buffer-full',
  'local-closed',
  'transport-error',
] as const;
export type TransportCloseReason = (typeof TRANSPORT_CLOSE_REASONS)[number];

/** What this node alone knows of an ended connection: never sent. */
export const LOCAL_REASONS = ['foreign-protocol', 'unspecified'] as const;
export type LocalReason = (typeof LOCAL_REASONS)[number];

export type CloseReason = WireReason | TransportCloseReason | LocalReason;

/** Why a dial brought no connection. */
export const DIAL_FAILURES = [
  'connection-refused',
  'connection-reset',
  'host-unreachable',
  'dial-timeout',
  'resolve-failed',
  'address-refused',
  // Hearsay had this host dialled a moment ago: no socket was opened.
  'host-dialled-lately',
  // This process has no descriptor, port or memory for a socket.
  'no-resources',
  // A name of hearsay leads to a network that has its share of our slots: no socket was opened.
  'group-taken',
  'transport-error',
] as const;
export type DialFailure = (typeof DIAL_FAILURES)[number];

/** Every value that a `reason` label can take. */
export const CLOSE_REASONS: readonly CloseReason[] = [
  ...(Object.keys(WIRE_REASONS) as WireReason[]),
  ...TRANSPORT_CLOSE_REASONS,
  ...LOCAL_REASONS,
];

const BY_NUMBER = new Map<number, WireReason>(
  Object.entries(WIRE_REASONS).map(([code, number]) => [number, code as WireReason]),
);

/** The code of a number from the wire; an unknown number is `unspecified`. */
export function wireReasonOf(number: number): WireReason | 'unspecified' {
  return BY_NUMBER.get(number) ?? 'unspecified';
}
