import { AsnConvert } from '@peculiar/asn1-schema';
import {
  AlgorithmIdentifier,
  Certificate,
  Name,
  SubjectPublicKeyInfo,
  TBSCertificate,
  Validity,
  Version,
} from '@peculiar/asn1-x509';
import { createPublicKey, generateKeyPairSync, sign, type KeyObject } from 'node:crypto';
import { connect as connectTcp, type Socket } from 'node:net';
import { connect, type ConnectionOptions, type TLSSocket } from 'node:tls';
import { FakePeer } from './fake-peer.ts';

export interface TestIdentity {
  readonly certificate: string;
  readonly privateKey: string;
  /** The last 32 bytes of the public key's encoding: all of it for Ed25519. */
  readonly publicKey: Uint8Array;
}

const SIGNATURES = {
  ed25519: { oid: '1.3.101.112', digest: null, more: {} },
  rsa: {
    oid: '1.2.840.113549.1.1.11',
    digest: 'sha256',
    more: { parameters: Uint8Array.of(5, 0).buffer },
  },
} as const;

/** A key and a self-signed certificate, of a kind and for a time that a node would not choose. */
export function testIdentity(
  kind: keyof typeof SIGNATURES = 'ed25519',
  { from = '2020-01-01', to = '2099-01-01' } = {},
): TestIdentity {
  const privateKey = keyOf(kind);
  const { oid, digest, more } = SIGNATURES[kind];
  const spki = createPublicKey(privateKey).export({ type: 'spki', format: 'der' });
  const algorithm = new AlgorithmIdentifier({ algorithm: oid, ...more });
  const tbsCertificate = new TBSCertificate({
    version: Version.v3,
    serialNumber: Uint8Array.of(1).buffer,
    signature: algorithm,
    issuer: new Name(),
    subject: new Name(),
    validity: new Validity({ notBefore: new Date(from), notAfter: new Date(to) }),
    subjectPublicKeyInfo: AsnConvert.parse(spki, SubjectPublicKeyInfo),
  });
  const signature = sign(digest, Buffer.from(AsnConvert.serialize(tbsCertificate)), privateKey);
  const certificate = new Certificate({
    tbsCertificate,
    signatureAlgorithm: algorithm,
    signatureValue: Uint8Array.from(signature).buffer,
  });
  const base64 = Buffer.from(AsnConvert.serialize(certificate)).toString('base64');
  return {
    certificate: `-----BEGIN CERTIFICATE-----\n${base64}\n-----END CERTIFICATE-----\n`,
    privateKey: privateKey.export({ type: 'pkcs8', format: 'pem' }) as string,
    publicKey: Uint8Array.from(spki.subarray(-32)),
  };
}

function keyOf(kind: keyof typeof SIGNATURES): KeyObject {
  return kind === 'rsa'
    ? generateKeyPairSync('rsa', { modulusLength: 2_048 }).privateKey
    : generateKeyPairSync('ed25519').privateKey;
}

/** Begins a TLS handshake with a port of 127.0.0.1, or over a socket; what comes of it shows in the peer. */
export function dialTls(
  to: number | Socket,
  identity: TestIdentity | undefined,
  changes: ConnectionOptions = {},
): FakePeer {
  const secure: TLSSocket = connect({
    socket:
      typeof to === 'number' ? connectTcp({ host: '127.0.0.1', port: to, noDelay: true }) : to,
    rejectUnauthorized: false,
    ALPNProtocols: ['vision-p2p/1'],
    minVersion: 'TLSv1.2',
    ...(identity === undefined ? {} : { cert: identity.certificate, key: identity.privateKey }),
    ...changes,
  });
  return new FakePeer(secure);
}
