import type { X509Certificate } from 'node:crypto';

/** What a handshake with somebody known begins with. */
export interface KnownSession {
  readonly ticket: Buffer;
  /** With which the peer proved itself when it gave the ticket; OpenSSL does not keep it for diallers. */
  readonly certificate: X509Certificate;
}

/** As many as a node dials within the lifetime of a ticket; with the peer's certificate some 4 KB each. */
const ENDPOINTS_MAX = 256;
/** OpenSSL gives two after a full handshake and none after one that resumes. */
const TICKETS_MAX = 2;

/**
 * Tickets with which known peers skip the costly half of a TLS handshake (RFC 8446 2.2). Each is used once
 * (appendix C.4), so that nobody who listens can tell that two connections are of one node.
 */
export class SessionCache {
  private readonly sessions = new Map<string, KnownSession[]>();

  constructor(private readonly endpointsMax = ENDPOINTS_MAX) {}

  get size(): number {
    return this.sessions.size;
  }

  put(endpoint: string, session: KnownSession): void {
    const older = this.sessions.get(endpoint) ?? [];
    this.sessions.delete(endpoint);
    this.sessions.set(endpoint, [session, ...older].slice(0, TICKETS_MAX));
    if (this.sessions.size <= this.endpointsMax) return;
    const [oldest] = this.sessions.keys();
    if (oldest !== undefined) this.sessions.delete(oldest);
  }

  /** The newest. */
  take(endpoint: string): KnownSession | undefined {
    const sessions = this.sessions.get(endpoint);
    const session = sessions?.shift();
    if (sessions?.length === 0) this.sessions.delete(endpoint);
    return session;
  }
}
