import { createCipheriv, createHmac } from 'node:crypto';
import type { Socket } from 'node:net';
import { connect, type TLSSocket } from 'node:tls';
import type { TestIdentity } from './tls-peer.ts';

const CIPHER = 'TLS_AES_128_GCM_SHA256';
const SECRET_LINE = /^CLIENT_TRAFFIC_SECRET_0 \w+ (\w+)/;
const HASH_BYTES = 32;
const KEY_BYTES = 16;
const NONCE_BYTES = 12;
const TAG_BYTES = 16;
/** `update_requested`, and the type of the inner content: a handshake message. */
const KEY_UPDATE = Buffer.from([24, 0, 0, 1, 1, 22]);
const HEADER = Buffer.from([23, 3, 3, 0, KEY_UPDATE.length + TAG_BYTES]);

/** HKDF-Expand-Label (RFC 8446 7.1) of an empty context and one block. */
function expand(secret: Buffer, label: string, length: number): Buffer {
  const name = Buffer.from(`tls13 ${label}`);
  const info = [Buffer.from([0, length, name.length]), name, Buffer.from([0, 1])];
  return createHmac('sha256', secret).update(Buffer.concat(info)).digest().subarray(0, length);
}

/** Asks for new keys without end: Node offers no way to, so the records are made by hand. */
export class KeyUpdates {
  private constructor(
    readonly secure: TLSSocket,
    private readonly raw: Socket,
    private secret: Buffer,
  ) {}

  /** Handshakes over a connected socket; nothing else may be written to it afterwards. */
  static async begin(raw: Socket, identity: TestIdentity): Promise<KeyUpdates> {
    const secure = connect({
      socket: raw,
      rejectUnauthorized: false,
      ALPNProtocols: ['vision-p2p/1'],
      ciphers: CIPHER,
      cert: identity.certificate,
      key: identity.privateKey,
    });
    let secret = '';
    secure.on(
      'keylog',
      (line: Buffer) => (secret = SECRET_LINE.exec(line.toString('latin1'))?.[1] ?? secret),
    );
    await new Promise((resolve, reject) => {
      // Node tells before it has written the last of the handshake.
      secure.once('secureConnect', () => setImmediate(resolve)).once('error', reject);
      raw.once('close', () => reject(new Error('closed')));
    });
    secure.on('error', () => secure.destroy());
    return new KeyUpdates(secure, raw, Buffer.from(secret, 'hex'));
  }

  /** So many records, in one write. */
  send(count: number): void {
    this.raw.write(Buffer.concat(Array.from({ length: count }, () => this.next())));
  }

  private next(): Buffer {
    // The first record of each key: its number is zero, and the nonce is the one derived.
    const key = expand(this.secret, 'key', KEY_BYTES);
    const cipher = createCipheriv('aes-128-gcm', key, expand(this.secret, 'iv', NONCE_BYTES));
    cipher.setAAD(HEADER);
    const body = Buffer.concat([cipher.update(KEY_UPDATE), cipher.final()]);
    this.secret = expand(this.secret, 'traffic upd', HASH_BYTES);
    return Buffer.concat([HEADER, body, cipher.getAuthTag()]);
  }
}
