import { AsnConvert } from '@peculiar/asn1-schema';
import {
  AlgorithmIdentifier,
  AttributeTypeAndValue,
  AttributeValue,
  Certificate,
  Name,
  RelativeDistinguishedName,
  SubjectPublicKeyInfo,
  TBSCertificate,
  Validity,
  Version,
} from '@peculiar/asn1-x509';
import { createPublicKey, sign, type KeyObject } from 'node:crypto';

/** RFC 8410. */
const ED25519 = '1.3.101.112';
const COMMON_NAME = '2.5.4.3';
/** Nobody reads it: a node is its key, not its serial number. */
const SERIAL_NUMBER = Uint8Array.of(1).buffer;
/** RFC 5280 4.1.2.5: the time of a certificate that has no well-defined end. */
const NO_EXPIRY = new Date('9999-12-31T23:59:59Z');
/** Before any clock that a node may run with, so that a wrong one does not make it a stranger. */
const ALWAYS_VALID = new Date('1970-01-01T00:00:00Z');

/**
 * A self-signed X.509 certificate (RFC 5280) whose key is the node's: the same bytes each time, since
 * an Ed25519 signature has no randomness.
 * @param privateKey Ed25519
 * @param name common name, for people who look at a handshake
 * @returns PEM
 */
export function nodeCertificate(privateKey: KeyObject, name: string): string {
  const algorithm = new AlgorithmIdentifier({ algorithm: ED25519 });
  const subject = nameOf(name);
  const spki = createPublicKey(privateKey).export({ type: 'spki', format: 'der' });
  const tbsCertificate = new TBSCertificate({
    version: Version.v3,
    serialNumber: SERIAL_NUMBER,
    signature: algorithm,
    issuer: subject,
    subject,
    validity: new Validity({ notBefore: ALWAYS_VALID, notAfter: NO_EXPIRY }),
    subjectPublicKeyInfo: AsnConvert.parse(spki, SubjectPublicKeyInfo),
  });
  const signed = Buffer.from(AsnConvert.serialize(tbsCertificate));
  const certificate = new Certificate({
    tbsCertificate,
    signatureAlgorithm: algorithm,
    signatureValue: bufferOf(sign(null, signed, privateKey)),
  });
  const base64 = Buffer.from(AsnConvert.serialize(certificate)).toString('base64');
  const lines = base64.match(/.{1,64}/g) ?? [];
  return ['-----BEGIN CERTIFICATE-----', ...lines, '-----END CERTIFICATE-----', ''].join('\n');
}

function nameOf(text: string): Name {
  const value = new AttributeValue({ utf8String: text });
  const attribute = new AttributeTypeAndValue({ type: COMMON_NAME, value });
  return new Name([new RelativeDistinguishedName([attribute])]);
}

function bufferOf(bytes: Buffer): ArrayBuffer {
  return Uint8Array.from(bytes).buffer;
}
