import { constants, type KeyObject, type X509Certificate } from 'node:crypto';
import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import {
  connect,
  createSecureContext,
  TLSSocket,
  type SecureContext,
  type SecureContextOptions,
} from 'node:tls';

import type { TlsRefusal } from '../core/session/reasons.ts';
import { ReturningHosts } from './returning-hosts.ts';
import { SessionCache } from './session-cache.ts';

const ALPN_PROTOCOL = 'vision-p2p/1';
const VERSION = 'TLSv1.3';
/** The first is what every peer of ours offers. */
const CURVES = 'X25519:prime256v1';

export interface TlsCredentials {
  /** PEM, the leaf first. */
  readonly certificate: string;
  /** PEM of the private key that the certificate names. */
  readonly privateKey: string;
  /** PEM: peers' certificates must lead to one of these; absent: any self-signed one is good. */
  readonly ca?: string | undefined;
}

export type ProvenPeer =
  | { readonly ok: true; readonly publicKey: Uint8Array }
  | { readonly ok: false; readonly reason: TlsRefusal };

interface FarEnd {
  readonly host: string | undefined;
  readonly port: number | undefined;
}

interface Dial {
  /** Of who gave the ticket that was offered: what is proven if it is taken, and nothing otherwise. */
  readonly resumes: X509Certificate | undefined;
  /** Of who has passed every check. Only its tickets are kept: whoever was refused may send some, too. */
  proven: X509Certificate | undefined;
}

/**
 * Goal: after the handshake each side knows the other's Ed25519 key, and nobody between them reads or
 * changes a byte. Adversary: another protocol, an older TLS, a foreign or expired certificate, a relay.
 * Mechanism: mutual TLS 1.3 (RFC 8446) with ALPN; the certificate is only the envelope of the key.
 * Who comes back a second time gets a ticket, which stands for the key that was proven, and resumes.
 * Bound: OpenSSL's own for handshake messages; the caller's deadline and its number of pending handshakes.
 */
export class TlsChannel {
  private readonly context: SecureContext;
  private readonly strangersContext: SecureContext;
  private readonly returning = new ReturningHosts();
  private readonly sessions = new SessionCache();
  /** Of this side's dials only. */
  private readonly dials = new WeakMap<TLSSocket, Dial>();

  constructor(private readonly credentials: TlsCredentials) {
    const { certificate, privateKey, ca } = credentials;
    const options: SecureContextOptions = {
      cert: certificate,
      key: privateKey,
      minVersion: VERSION,
      maxVersion: VERSION,
      ecdhCurve: CURVES,
      // Without one OpenSSL resumes nobody who has shown a certificate.
      sessionIdContext: ALPN_PROTOCOL,
      ...(ca === undefined ? {} : { ca }),
    };
    this.context = createSecureContext(options);
    const secureOptions = constants.SSL_OP_NO_TICKET;
    this.strangersContext = createSecureContext({ ...options, secureOptions });
  }

  /** Answers a handshake on an accepted connection. */
  accept(stream: Duplex, { host }: FarEnd): TLSSocket {
    const isKnown = this.returning.has(host);
    return new TLSSocket(stream, {
      isServer: true,
      requestCert: true,
      rejectUnauthorized: false,
      secureContext: isKnown ? this.context : this.strangersContext,
      ALPNProtocols: [ALPN_PROTOCOL],
    });
  }

  /** Begins a handshake on a dialled connection. No server name is sent: it would tell who is looked for. */
  connect(stream: Duplex, { host, port }: FarEnd): TLSSocket {
    const endpoint = `${host} ${port}`;
    const session = this.sessions.take(endpoint);
    const secure = connect({
      socket: stream,
      ...(session === undefined ? {} : { session: session.ticket }),
      secureContext: this.context,
      rejectUnauthorized: false,
      checkServerIdentity: () => undefined,
      ALPNProtocols: [ALPN_PROTOCOL],
    });
    const dial: Dial = { resumes: session?.certificate, proven: undefined };
    this.dials.set(secure, dial);
    secure.on('session', (ticket) => {
      const certificate = dial.proven;
      if (certificate !== undefined) this.sessions.put(endpoint, { ticket, certificate });
    });
    return secure;
  }

  private certificateOf(socket: TLSSocket): X509Certificate | undefined {
    const resumed = socket.isSessionReused() ? this.dials.get(socket)?.resumes : undefined;
    return resumed ?? socket.getPeerX509Certificate();
  }

  /** Who is at the far end of a socket whose handshake is complete. */
  peerOf(socket: TLSSocket, host?: string, now = Date.now()): ProvenPeer {
    if (socket.alpnProtocol !== ALPN_PROTOCOL) return refuse('tls-alpn-mismatch');
    const certificate = this.certificateOf(socket);
    if (certificate === undefined) return refuse('tls-certificate-missing');
    const publicKey = keyOf(certificate);
    if (publicKey?.asymmetricKeyType !== 'ed25519') return refuse('tls-key-not-ed25519');
    if (!isCurrent(certificate, now)) return refuse('tls-certificate-expired');
    if (this.credentials.ca !== undefined && !leadsToAuthority(socket)) {
      return refuse('tls-certificate-untrusted');
    }
    const dial = this.dials.get(socket);
    if (dial !== undefined) dial.proven = certificate;
    this.returning.add(host);
    return { ok: true, publicKey: bytesOf(publicKey) };
  }
}

/** As JWK (RFC 8037) a key is its bare 32 bytes; OpenSSL takes 0.1 ms to write the same as DER. */
function bytesOf(publicKey: KeyObject): Uint8Array {
  const { x = '' } = publicKey.export({ format: 'jwk' });
  return Uint8Array.from(Buffer.from(x, 'base64url'));
}

function isCurrent({ validFrom, validTo }: X509Certificate, now: number): boolean {
  return timeOf(validFrom) <= now && now <= timeOf(validTo);
}

/**
 * OpenSSL's verdict on the chain. Node makes `authorized` of it on the dialling side and in `tls.Server`, not
 * for an accepted `TLSSocket`; what cannot be asked is not trusted.
 */
function leadsToAuthority(socket: TLSSocket): boolean {
  const { _handle: handle } = socket as unknown as {
    readonly _handle?: { readonly verifyError?: () => Error | null };
  };
  return handle?.verifyError !== undefined && handle.verifyError() === null;
}

/** Written by OpenSSL and not by the kernel yet, answers to KeyUpdates among it: no stream counts these. */
export function unsentBytesOf(socket: Socket): number {
  const { _handle: handle } = socket as unknown as {
    readonly _handle?: { readonly writeQueueSize?: number } | null;
  };
  return handle?.writeQueueSize ?? 0;
}

/** Reading a key of an unknown kind throws; a peer's certificate must not be able to end this process. */
function keyOf(certificate: X509Certificate): KeyObject | undefined {
  try {
    return certificate.publicKey;
  } catch {
    return undefined;
  }
}

/** The year 27 is written as `27`, which `Date` takes for 2027. @returns NaN for what is no time */
function timeOf(text: string): number {
  return / \d{4} GMT$/.test(text) ? Date.parse(text) : Number.NaN;
}

function refuse(reason: TlsRefusal): ProvenPeer {
  return { ok: false, reason };
}
