import { createPublicKey, X509Certificate, type KeyObject } from 'node:crypto';
import type { TLSSocket } from 'node:tls';
import { AsnConvert } from '@peculiar/asn1-schema';
import { Certificate, SubjectPublicKeyInfo } from '@peculiar/asn1-x509';
import { TLS_REFUSALS } from '../../../src/core/session/reasons.ts';
import { nodeCertificate } from '../../../src/handshake/node-certificate.ts';
import { TlsChannel, type ProvenPeer } from '../../../src/transport/tls-channel.ts';
import { fixedPrivateKey } from '../../support/fixed-identity.ts';
import { promise, type FuzzTarget } from '../fuzz-target.ts';

const ALPN_PROTOCOL = 'vision-p2p/1';
const NOW = Date.parse('2027-01-15T08:00:00Z');
const KEY = fixedPrivateKey();
const CERTIFICATE = nodeCertificate(KEY, 'node');
const CHANNEL = new TlsChannel({
  certificate: CERTIFICATE,
  privateKey: KEY.export({ type: 'pkcs8', format: 'pem' }) as string,
});

const derOf = (pem: string): Buffer => new X509Certificate(pem).raw;

/** The certificate of a key that no node has. */
function withKey(key: KeyObject): Buffer {
  const certificate = AsnConvert.parse(derOf(CERTIFICATE), Certificate);
  const spki = key.export({ type: 'spki', format: 'der' });
  certificate.tbsCertificate.subjectPublicKeyInfo = AsnConvert.parse(spki, SubjectPublicKeyInfo);
  return Buffer.from(AsnConvert.serialize(certificate));
}

function withTexts(...changes: readonly (readonly [from: string, to: string])[]): Buffer {
  const hex = changes.reduce(
    (text, [from, to]) => text.replaceAll(from, to),
    derOf(CERTIFICATE).toString('hex'),
  );
  return Buffer.from(hex, 'hex');
}

const hexOf = (text: string): string => Buffer.from(text).toString('hex');
const base64url = (length: number): string => Buffer.alloc(length, 0xc5).toString('base64url');
const P256 = createPublicKey({
  key: {
    kty: 'EC',
    crv: 'P-256',
    x: 'f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU',
    y: 'x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0',
  },
  format: 'jwk',
});
const RSA = createPublicKey({ key: { kty: 'RSA', n: base64url(64), e: 'AQAB' }, format: 'jwk' });
/** SubjectPublicKeyInfo of an Ed25519 key, up to the key (RFC 8410). */
const SPKI_HEAD = '302a300506032b6570032100';

export const certificates: FuzzTarget = {
  name: 'certificates',
  cases: 30_000,
  seeds: [
    derOf(CERTIFICATE),
    derOf(nodeCertificate(fixedPrivateKey(9), '0123456789abcdef0123456789abcdef01234567')),
    derOf(nodeCertificate(KEY, '\0\u202e\n')),
    withKey(P256),
    withKey(RSA),
    withTexts([SPKI_HEAD, SPKI_HEAD.replace('2b6570', '2b656e')]),
    withTexts([SPKI_HEAD, SPKI_HEAD.replace('2b6570', '2b6501')]),
    withTexts([hexOf('99991231235959Z'), hexOf('20261231235959Z')]),
    withTexts([hexOf('99991231235959Z'), hexOf('20270115080000Z')]),
    withTexts([hexOf('99991231235959Z'), hexOf('20270115075959Z')]),
    withTexts([hexOf('99991231235959Z'), hexOf('20271331235959Z')]),
    withTexts([hexOf('700101000000Z'), hexOf('490101000000Z')]),
  ].map((der) => new Uint8Array(der)),
  run: (bytes) => {
    const certificate = readable(bytes);
    // OpenSSL ends a handshake in which it cannot read the certificate.
    if (certificate === undefined) return;
    const peer = peerOf({ certificate });
    if (peer.ok) checkPeer(peer.publicKey, bytes);
    else promise(TLS_REFUSALS.includes(peer.reason), 'a known refusal');
    promise(!peerOf({ certificate, alpnProtocol: 'h2' }).ok, 'no peer of another protocol');
    promise(!peerOf({ certificate: undefined }).ok, 'no peer without a certificate');
  },
};

function readable(bytes: Uint8Array): X509Certificate | undefined {
  try {
    return new X509Certificate(bytes);
  } catch {
    return undefined;
  }
}

interface Handshake {
  readonly certificate: X509Certificate | undefined;
  readonly alpnProtocol?: string;
}

/** What a node makes of a finished handshake. */
function peerOf({ certificate, alpnProtocol = ALPN_PROTOCOL }: Handshake): ProvenPeer {
  const socket: Partial<TLSSocket> = {
    alpnProtocol,
    isSessionReused: () => false,
    getPeerX509Certificate: () => certificate,
  };
  return CHANNEL.peerOf(socket as TLSSocket, undefined, NOW);
}

/** OpenSSL clears the bits at the end of a key that its BIT STRING calls unused. */
function checkPeer(publicKey: Uint8Array, bytes: Uint8Array): void {
  promise(publicKey.length === 32, 'a key of 32 bytes');
  const unmasked = publicKey.subarray(0, -1);
  promise(Buffer.from(bytes).includes(Buffer.from(unmasked)), 'the key that the certificate has');
  const other = readByOther(bytes);
  if (other === undefined) return;
  const { subjectPublicKeyInfo, validity } = other.tbsCertificate;
  const read = new Uint8Array(subjectPublicKeyInfo.subjectPublicKey);
  const [last = 0, lastRead = 0] = [publicKey.at(-1), read.at(-1)];
  promise(
    Buffer.compare(read.subarray(0, -1), unmasked) === 0 && (last & lastRead) === last,
    'the key that another reader finds',
  );
  promise(subjectPublicKeyInfo.algorithm.algorithm === '1.3.101.112', 'an Ed25519 key');
  const [from, to] = [validity.notBefore.getTime(), validity.notAfter.getTime()];
  promise(from.getTime() <= NOW && NOW <= to.getTime(), 'a certificate of today');
}

/** A reader of ASN.1 that is not OpenSSL. It takes less for a certificate. */
function readByOther(bytes: Uint8Array): Certificate | undefined {
  try {
    return AsnConvert.parse(bytes, Certificate);
  } catch {
    return undefined;
  }
}
