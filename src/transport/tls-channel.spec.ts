import { X509Certificate } from 'node:crypto';
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
  return channel.peerOf(socket as TLSSocket, now);
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
