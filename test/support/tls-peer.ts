import { AsnConvert, OctetString } from '@peculiar/asn1-schema';
import {
  AlgorithmIdentifier,
  AttributeTypeAndValue,
  AttributeValue,
  BasicConstraints,
  Certificate,
  Extension,
  Extensions,
  id_ce_basicConstraints,
  Name,
  RelativeDistinguishedName,
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

/** Who signs for others: a key and a name. */
export interface TestAuthority {
  readonly certificate: string;
  readonly key: KeyObject;
  readonly name: Name;
}

interface CertificateParts {
  readonly privateKey: KeyObject;
  readonly signer: { readonly key: KeyObject; readonly kind: keyof typeof SIGNATURES };
  readonly issuer: Name;
  readonly subject: Name;
  readonly validity: { readonly from: string; readonly to: string };
  readonly extensions?: Extensions;
}

/** PEM. */
function certificateOf({
  privateKey,
  signer,
  issuer,
  subject,
  validity,
  extensions,
}: CertificateParts) {
  const { oid, digest, more } = SIGNATURES[signer.kind];
  const spki = createPublicKey(privateKey).export({ type: 'spki', format: 'der' });
  const algorithm = new AlgorithmIdentifier({ algorithm: oid, ...more });
  const tbsCertificate = new TBSCertificate({
    version: Version.v3,
    serialNumber: Uint8Array.of(1).buffer,
    signature: algorithm,
    issuer,
    subject,
    validity: new Validity({
      notBefore: new Date(validity.from),
      notAfter: new Date(validity.to),
    }),
    subjectPublicKeyInfo: AsnConvert.parse(spki, SubjectPublicKeyInfo),
    ...(extensions === undefined ? {} : { extensions }),
  });
  const signature = sign(digest, Buffer.from(AsnConvert.serialize(tbsCertificate)), signer.key);
  const certificate = new Certificate({
    tbsCertificate,
    signatureAlgorithm: algorithm,
    signatureValue: Uint8Array.from(signature).buffer,
  });
  const base64 = Buffer.from(AsnConvert.serialize(certificate)).toString('base64');
  return `-----BEGIN CERTIFICATE-----\n${base64}\n-----END CERTIFICATE-----\n`;
}

const EVER = { from: '2020-01-01', to: '2099-01-01' };

function nameOf(text: string): Name {
  const value = new AttributeValue({ utf8String: text });
  return new Name([
    new RelativeDistinguishedName([new AttributeTypeAndValue({ type: '2.5.4.3', value })]),
  ]);
}

/** A certificate authority, its own or under another one; with `isOne` false it signs without being allowed to. */
export function testAuthority(
  text: string,
  { isOne = true, signedBy }: { isOne?: boolean; signedBy?: TestAuthority } = {},
): TestAuthority {
  const key = keyOf('ed25519');
  const name = nameOf(text);
  const extension = new Extension({
    extnID: id_ce_basicConstraints,
    critical: true,
    extnValue: new OctetString(AsnConvert.serialize(new BasicConstraints({ cA: isOne }))),
  });
  const certificate = certificateOf({
    privateKey: key,
    signer: { key: signedBy?.key ?? key, kind: 'ed25519' },
    issuer: signedBy?.name ?? name,
    subject: name,
    validity: EVER,
    extensions: new Extensions([extension]),
  });
  return { certificate, key, name };
}

/** A key, and a certificate that an authority has signed. */
export function certifiedIdentity(
  { key, name }: TestAuthority,
  privateKey = keyOf('ed25519'),
  validity = EVER,
): TestIdentity {
  const signer = { key, kind: 'ed25519' } as const;
  const subject = nameOf('a node');
  return identityOf(
    privateKey,
    certificateOf({ privateKey, signer, issuer: name, subject, validity }),
  );
}

/** A key and a self-signed certificate, of a kind and for a time that a node would not choose. */
export function testIdentity(
  kind: keyof typeof SIGNATURES = 'ed25519',
  validity = EVER,
): TestIdentity {
  const privateKey = keyOf(kind);
  const signer = { key: privateKey, kind };
  const [issuer, subject] = [new Name(), new Name()];
  return identityOf(privateKey, certificateOf({ privateKey, signer, issuer, subject, validity }));
}

function identityOf(privateKey: KeyObject, certificate: string): TestIdentity {
  const spki = createPublicKey(privateKey).export({ type: 'spki', format: 'der' });
  return {
    certificate,
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
