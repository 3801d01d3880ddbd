import type { Disconnect, Hello } from '../wire/generated/p2p.ts';
import { decodeBody } from '../wire/message-codec.ts';
import { messageTypeOf } from '../wire/message.ts';

export type HandshakeFrame =
  | { readonly kind: 'hello'; readonly hello: Hello }
  | { readonly kind: 'disconnect'; readonly disconnect: Disconnect }
  | { readonly kind: 'malformed'; readonly detail: string };

/** Before the handshake is complete only Hello and Disconnect are understood. */
export function readHandshakeFrame(frameType: number, body: Uint8Array): HandshakeFrame {
  const type = messageTypeOf(frameType);
  if (type !== 'hello' && type !== 'disconnect') {
    return { kind: 'malformed', detail: 'a frame before Hello' };
  }
  const decoded = decodeBody(type, body);
  if (!decoded.ok) return { kind: 'malformed', detail: decoded.detail };
  const { message } = decoded;
  return message.type === 'hello'
    ? { kind: 'hello', hello: message.body }
    : { kind: 'disconnect', disconnect: message.body as Disconnect };
}
