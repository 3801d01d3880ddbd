import type { DialFailure, TransportCloseReason } from '../../src/core/session/reasons.ts';
import type { ConnectionId } from '../../src/core/support/brand.ts';
import {
  DEFAULT_TRANSPORT_LIMITS,
  type LimitName,
  type TransportLimits,
} from '../../src/core/support/limits.ts';
import { parsePeerAddress, type PeerAddress } from '../../src/core/support/peer-address.ts';
import type { OpenedConnection, TransportObserver } from '../../src/runtime/ports/transport.ts';
import { TcpTransport } from '../../src/transport/tcp-transport.ts';

/** Keeps what a transport reported, and runs `onReceived` for what came in. */
export class TransportRecorder implements TransportObserver {
  readonly connections: OpenedConnection[] = [];
  readonly failures: { id: ConnectionId; failure: DialFailure }[] = [];
  readonly endings: { id: ConnectionId; reason: TransportCloseReason }[] = [];
  readonly limitHits: LimitName[] = [];
  readonly securedBy = new Map<ConnectionId, Uint8Array>();
  readonly bytesOf = new Map<ConnectionId, number>();
  onOpened: (connection: OpenedConnection) => void = () => undefined;
  onReceived: (id: ConnectionId, bytes: Uint8Array) => void = () => undefined;
  onClosed: (id: ConnectionId, reason: TransportCloseReason) => void = () => undefined;

  opened(connection: OpenedConnection): void {
    this.connections.push(connection);
    this.onOpened(connection);
  }

  secured(connectionId: ConnectionId, publicKey: Uint8Array): void {
    this.securedBy.set(connectionId, publicKey);
  }

  dialFailed(id: ConnectionId, failure: DialFailure): void {
    this.failures.push({ id, failure });
  }

  received(id: ConnectionId, bytes: Uint8Array): void {
    this.bytesOf.set(id, (this.bytesOf.get(id) ?? 0) + bytes.length);
    this.onReceived(id, bytes);
  }

  closed(id: ConnectionId, reason: TransportCloseReason): void {
    this.endings.push({ id, reason });
    this.onClosed(id, reason);
  }

  limitHit(limit: LimitName): void {
    this.limitHits.push(limit);
  }
}

export interface TestTransport {
  readonly transport: TcpTransport;
  readonly seen: TransportRecorder;
  readonly port: number;
  readonly address: PeerAddress;
}

/** A listening transport on a free port of 127.0.0.1. */
export async function startTransport(
  options: { limits?: Partial<TransportLimits>; acceptsPerSecond?: number; host?: string } = {},
): Promise<TestTransport> {
  const seen = new TransportRecorder();
  const transport = new TcpTransport({
    host: options.host ?? '127.0.0.1',
    port: 0,
    limits: { ...DEFAULT_TRANSPORT_LIMITS, ...options.limits },
    acceptsPerSecond: options.acceptsPerSecond ?? 1_000,
  });
  const port = await transport.listen(seen);
  return { transport, seen, port, address: endpoint(`127.0.0.1:${port}`) };
}

export function endpoint(text: string): PeerAddress {
  const result = parsePeerAddress(text);
  if (!result.ok) throw new Error(`not an address: ${text}`);
  return result.address;
}

/** Resolves when the condition holds; fails after `deadlineMs` with the name of what was awaited. */
export async function until(
  what: string,
  condition: () => boolean,
  deadlineMs = 5_000,
): Promise<void> {
  const end = performance.now() + deadlineMs;
  while (!condition()) {
    if (performance.now() > end) throw new Error(`never happened: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}
