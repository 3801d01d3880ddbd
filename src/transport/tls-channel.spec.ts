import { X509Certificate } from 'node:crypto';
import { Socket } from 'node:net';
import type { TLSSocket } from 'node:tls';

import { fixedPrivateKey } from '../../test/support/fixed-identity.ts';
import { nodeCertificate } from '../handshake/node-certificate.ts';
import { TlsChannel } from './tls-channel.ts';

const key = fixedPrivateKey();
const certificate = nodeCertificate(key, 'node');
const channel = new TlsChannel({
  certificate,
  privateKey: key.export({ type: 'pkcs8', format: 'pem' }) as string,
});

/** After a handshake in which the peer has shown this certificate. */
function peerOf(shown: X509Certificate, now?: number) {
  const socket: Partial<TLSSocket> = {
    alpnProtocol: 'vision-p2p/1',
    isSessionReused: () => false,
    getPeerX509Certificate: () => shown,
  };
  return channel.peerOf(socket as TLSSocket, undefined, now);
}

/** The node's certificate with other bytes in place of some. */
function changed(from: string, to: string): X509Certificate {
  const hex = new X509Certificate(certificate).raw.toString('hex');
  expect(hex).toContain(from);
  return new X509Certificate(Buffer.from(hex.replace(from, to), 'hex'));
}

describe('the key of a peer’s certificate', () => {
  it('is its Ed25519 key', () => {
    expect(peerOf(new X509Certificate(certificate))).toMatchObject({ ok: true });
  });

  it('is refused when it is of a kind that nobody knows', () => {
    const unknown = changed('300506032b6570032100', '300506032b6501032100');
    expect(peerOf(unknown)).toEqual({ ok: false, reason: 'tls-key-not-ed25519' });
  });
});

describe('a certificate', () => {
  const hexOf = (text: string): string => Buffer.from(text).toString('hex');
  const until = (end: string) => changed(hexOf('99991231235959Z'), hexOf(end));
  const end = Date.parse('2027-01-15T08:00:00Z');

  it('is good to its last second', () => {
    const shown = until('20270115080000Z');
    expect(peerOf(shown, end)).toMatchObject({ ok: true });
    expect(peerOf(shown, end + 1)).toEqual({ ok: false, reason: 'tls-certificate-expired' });
  });

  it('of the year 27 is not taken for one of 2027', () => {
    const shown = until('00270115080000Z');
    expect(peerOf(shown, end)).toEqual({ ok: false, reason: 'tls-certificate-expired' });
  });
});

describe('a ticket', () => {
  /** A dial of an endpoint, up to the end of its handshake, in which the far end shows or resumes something. */
  function dial(shown: X509Certificate | undefined, isSessionReused = false): TLSSocket {
    const socket = new Socket();
    const secure = channel.connect(socket, { host: undefined, port: undefined });
    Object.defineProperties(secure, {
      alpnProtocol: { value: 'vision-p2p/1' },
      isSessionReused: { value: () => isSessionReused },
      getPeerX509Certificate: { value: () => shown },
    });
    return secure;
  }
  const honest = new X509Certificate(certificate);
  // A whole session (SSL_SESSION_ASN1 of OpenSSL): what it cannot read stays in its queue of errors, where the
  // next call that looks there takes it for its own failure.
  const ticket = Buffer.from(`302f020101020203040402130104000420${'07'.repeat(32)}`, 'hex');

  it('stands for who gave it, and not for who was there before', () => {
    const first = dial(honest);
    expect(channel.peerOf(first).ok).toBe(true);
    first.emit('session', ticket);
    // Somebody else answers there, is refused, and gives a ticket all the same.
    const impostor = dial(undefined);
    expect(channel.peerOf(impostor)).toEqual({ ok: false, reason: 'tls-certificate-missing' });
    impostor.emit('session', ticket);
    const resumed = dial(undefined, true);
    expect(channel.peerOf(resumed)).toEqual({ ok: false, reason: 'tls-certificate-missing' });
    for (const secure of [first, impostor, resumed]) secure.destroy();
  });

  it('is not kept of somebody who has proven nothing yet', () => {
    const early = dial(honest);
    early.emit('session', ticket);
    const resumed = dial(undefined, true);
    expect(channel.peerOf(resumed).ok).toBe(false);
    for (const secure of [early, resumed]) secure.destroy();
  });
});
