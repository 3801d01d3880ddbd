import { constants, type KeyObject, type X509Certificate } from 'node:crypto';
import type { Socket } from 'node:net';
import { connect, createSecureContext, TLSSocket, type SecureContext } from 'node:tls';

import type { TlsRefusal } from '../core/session/reasons.ts';

const ALPN_PROTOCOL = 'vision-p2p/1';
const VERSION = 'TLSv1.3';
/** The first is what every peer of ours offers. */
const CURVES = 'X25519:prime256v1';
/** RFC 8410: the key is the last 32 bytes of its SubjectPublicKeyInfo. */
const PUBLIC_KEY_BYTES = 32;

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

/**
 * Goal: after the handshake each side knows the other's Ed25519 key, and nobody between them reads or
 * changes a byte. Adversary: another protocol, an older TLS, a foreign or expired certificate, a relay.
 * Mechanism: mutual TLS 1.3 (RFC 8446) with ALPN; the certificate is only the envelope of the key.
 * Bound: OpenSSL's own for handshake messages; the caller's deadline and its number of pending handshakes.
 */
export class TlsChannel {
  private readonly context: SecureContext;

  constructor(private readonly credentials: TlsCredentials) {
    const { certificate, privateKey, ca } = credentials;
    this.context = createSecureContext({
      cert: certificate,
      key: privateKey,
      minVersion: VERSION,
      maxVersion: VERSION,
      ecdhCurve: CURVES,
      // Nobody resumes: tickets would be two records and their keys for nothing.
      secureOptions: constants.SSL_OP_NO_TICKET,
      ...(ca === undefined ? {} : { ca }),
    });
  }

  /** Answers a handshake on an accepted socket; what was read of it must have been unshifted. */
  accept(socket: Socket): TLSSocket {
    return new TLSSocket(socket, {
      isServer: true,
      requestCert: true,
      rejectUnauthorized: false,
      secureContext: this.context,
      ALPNProtocols: [ALPN_PROTOCOL],
    });
  }

  /** Begins a handshake on a connected socket. No server name is sent: it would tell who is looked for. */
  connect(socket: Socket): TLSSocket {
    return connect({
      socket,
      secureContext: this.context,
      rejectUnauthorized: false,
      checkServerIdentity: () => undefined,
      ALPNProtocols: [ALPN_PROTOCOL],
    });
  }

  /** Who is at the far end of a socket whose handshake is complete. */
  peerOf(socket: TLSSocket, now = Date.now()): ProvenPeer {
    if (socket.alpnProtocol !== ALPN_PROTOCOL) return refuse('tls-alpn-mismatch');
    const certificate = socket.getPeerX509Certificate();
    if (certificate === undefined) return refuse('tls-certificate-missing');
    const publicKey = keyOf(certificate);
    if (publicKey?.asymmetricKeyType !== 'ed25519') return refuse('tls-key-not-ed25519');
    const isCurrent = timeOf(certificate.validFrom) <= now && now <= timeOf(certificate.validTo);
    if (!isCurrent) return refuse('tls-certificate-expired');
    if (this.credentials.ca !== undefined && !socket.authorized) {
      return refuse('tls-certificate-untrusted');
    }
    const spki = publicKey.export({ type: 'spki', format: 'der' });
    return { ok: true, publicKey: Uint8Array.from(spki.subarray(-PUBLIC_KEY_BYTES)) };
  }
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
