import { createPublicKey, generateKeyPairSync, sign, type KeyObject } from 'node:crypto';

import type { NodeId } from '../core/support/brand.ts';
import { certificateOf } from './certificate-file.ts';
import { loadOrCreateKeyFile } from './key-file.ts';
export { keyFileOf } from './key-file.ts';
import { nodeCertificate } from './node-certificate.ts';
import { nodeIdOf } from './node-id.ts';

/** Who this node is: an Ed25519 key (RFC 8032). */
export interface LocalIdentity {
  /** 32 bytes. */
  readonly publicKey: Uint8Array;
  readonly nodeId: NodeId;
  /** @returns the signature, 64 bytes. */
  sign(bytes: Uint8Array): Uint8Array;
  /** Whether somebody else than the node has signed its certificate. */
  readonly isCertified: boolean;
  /** What TLS needs: PEM of the certificate, self-signed unless there is another, and of the key. For this process alone. */
  credentials(): { readonly certificate: string; readonly privateKey: string };
}

/** RFC 8410: the key is the last 32 bytes of its SubjectPublicKeyInfo. */
const PUBLIC_KEY_BYTES = 32;

/**
 * The identity in `<dataDir>/node.key`, made at the first start; the directory is made when missing.
 * With `<dataDir>/node.crt` beside it an authority answers for the key.
 * @throws VisionError VN_ERR_DATA_DIR when the directory cannot be used, or a file cannot be read
 * or is no Ed25519 key: a node never takes a new identity because its old one is damaged.
 */
export function loadOrCreateIdentity(dataDir: string): LocalIdentity {
  const privateKey = loadOrCreateKeyFile(dataDir);
  return identityOf(privateKey, certificateOf(dataDir, privateKey));
}

/** An identity that ends with the process. */
export function ephemeralIdentity(): LocalIdentity {
  return identityOf(generateKeyPairSync('ed25519').privateKey);
}

function identityOf(privateKey: KeyObject, certificate?: string): LocalIdentity {
  const spki = createPublicKey(privateKey).export({ type: 'spki', format: 'der' });
  const publicKey = Uint8Array.from(spki.subarray(-PUBLIC_KEY_BYTES));
  const nodeId = nodeIdOf(publicKey);
  return {
    publicKey,
    nodeId,
    isCertified: certificate !== undefined,
    sign: (bytes) => new Uint8Array(sign(null, bytes, privateKey)),
    credentials: () => ({
      certificate: certificate ?? nodeCertificate(privateKey, nodeId),
      privateKey: privateKey.export({ type: 'pkcs8', format: 'pem' }) as string,
    }),
  };
}
