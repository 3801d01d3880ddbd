import { X509Certificate, type KeyObject } from 'node:crypto';
import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { VisionError } from '../support/vision-error.ts';

const CERTIFICATE_FILE = 'node.crt';
/** A chain of a dozen certificates. */
const FILE_BYTES_MAX = 65_536;

/**
 * The certificate of an authority for the node's key in `<dataDir>/node.crt` (PEM, the node's own first, then those
 * between it and the authority); undefined when there is none.
 * @throws VisionError VN_ERR_DATA_DIR when it cannot be read, or is of another key
 */
export function certificateOf(dataDir: string, privateKey: KeyObject): string | undefined {
  const path = join(dataDir, CERTIFICATE_FILE);
  try {
    const stat = statSync(path, { throwIfNoEntry: false });
    if (stat === undefined) return undefined;
    if (!stat.isFile() || stat.size > FILE_BYTES_MAX) throw unusable(path, 'not a certificate');
    const pem = readFileSync(path, 'latin1');
    if (new X509Certificate(pem).checkPrivateKey(privateKey)) return pem;
  } catch (error) {
    throw error instanceof VisionError ? error : unusable(path, (error as Error).message, error);
  }
  throw unusable(path, 'it is of another key than node.key');
}

function unusable(path: string, detail: string, cause?: unknown): VisionError {
  return new VisionError(
    'VN_ERR_DATA_DIR',
    `cannot use the certificate ${path}: ${detail}`,
    'have one made for the key in node.key; without the file the node proves its key by itself',
    { cause },
  );
}
