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
function peerOf(shown: X509Certificate) {
  const socket: Partial<TLSSocket> = {
    alpnProtocol: 'vision-p2p/1',
    getPeerX509Certificate: () => shown,
  };
  return channel.peerOf(socket as TLSSocket);
}

describe('the key of a peer’s certificate', () => {
  it('is its Ed25519 key', () => {
    expect(peerOf(new X509Certificate(certificate))).toMatchObject({ ok: true });
  });

  it('is refused when it is of a kind that nobody knows', () => {
    const hex = new X509Certificate(certificate).raw.toString('hex');
    const unknown = hex.replace('300506032b6570032100', '300506032b6501032100');
    expect(unknown).not.toBe(hex);
    expect(peerOf(new X509Certificate(Buffer.from(unknown, 'hex')))).toEqual({
      ok: false,
      reason: 'tls-key-not-ed25519',
    });
  });
});
