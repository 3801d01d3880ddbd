import type {
  AnnouncePeer,
  BlockAnnouncement,
  Disconnect,
  GetHeaders,
  GetPeers,
  Headers,
  Hello,
  PeerList,
  Ping,
  Pong,
  TransactionAnnouncement,
} from './generated/p2p.ts';

/** Everything that one frame can carry. */
export type Message =
  | { readonly type: 'hello'; readonly body: Hello }
  | { readonly type: 'disconnect'; readonly body: Disconnect }
  | { readonly type: 'ping'; readonly body: Ping }
  | { readonly type: 'pong'; readonly body: Pong }
  | { readonly type: 'get-peers'; readonly body: GetPeers }
  | { readonly type: 'peer-list'; readonly body: PeerList }
  | { readonly type: 'announce-peer'; readonly body: AnnouncePeer }
  | { readonly type: 'block-announcement'; readonly body: BlockAnnouncement }
  | { readonly type: 'transaction-announcement'; readonly body: TransactionAnnouncement }
  | { readonly type: 'get-headers'; readonly body: GetHeaders }
  | { readonly type: 'headers'; readonly body: Headers };

export type MessageType = Message['type'];

/** The type byte of a frame: final, never renumbered or reused. */
export const FRAME_TYPES: Readonly<Record<MessageType, number>> = {
  hello: 0x01,
  disconnect: 0x02,
  ping: 0x03,
  pong: 0x04,
  'get-peers': 0x10,
  'peer-list': 0x11,
  'announce-peer': 0x12,
  'block-announcement': 0x20,
  'transaction-announcement': 0x21,
  'get-headers': 0x22,
  headers: 0x23,
};

export const MESSAGE_TYPES = Object.keys(FRAME_TYPES) as readonly MessageType[];

const BY_FRAME_TYPE = new Map(MESSAGE_TYPES.map((type) => [FRAME_TYPES[type], type]));

/** The message of a frame's type byte; undefined for a number that this version does not know. */
export function messageTypeOf(frameType: number): MessageType | undefined {
  return BY_FRAME_TYPE.get(frameType);
}
