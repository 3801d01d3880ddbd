import { BinaryReader, BinaryWriter, getTextEncoding, WireType } from '@bufbuild/protobuf/wire';
import {
  AnnouncePeer,
  BlockAnnouncement,
  Disconnect,
  GetHeaders,
  GetPeers,
  Headers,
  Hello,
  PeerList,
  PeerRecord,
  Ping,
  Pong,
  TransactionAnnouncement,
} from './generated/p2p.ts';
import { messageFault, peerRecordFault } from './message-faults.ts';
import { MESSAGE_RULES, PEER_RECORD_RULES } from './message-rules.ts';
import { FRAME_TYPES } from './message.ts';
import type { Message, MessageType } from './message.ts';
import { scanFields } from './scan-fields.ts';

export type DecodeResult =
  | { readonly ok: true; readonly message: Message }
  /** `detail` is this program's wording: nothing of it comes from the peer. */
  | { readonly ok: false; readonly detail: string };

interface BodyCodec {
  encode(body: never, writer: BinaryWriter): BinaryWriter;
  decode(reader: BinaryReader): unknown;
}

const CODECS: Readonly<Record<MessageType, BodyCodec>> = {
  hello: Hello,
  disconnect: Disconnect,
  ping: Ping,
  pong: Pong,
  'get-peers': GetPeers,
  'peer-list': PeerList,
  'announce-peer': AnnouncePeer,
  'block-announcement': BlockAnnouncement,
  'transaction-announcement': TransactionAnnouncement,
  'get-headers': GetHeaders,
  headers: Headers,
};

/** u32 length, u8 type. */
const FRAME_HEADER_BYTES = 5;
/** A writer's buffer is zeroed when it is made, which takes longer than to encode a Ping: it is used again. */
let spare: BinaryWriter | undefined;
/** A writer that grew beyond this is not kept. */
const SPARE_BYTES_MAX = 8_192;
const FRAME_HEADER = new Uint8Array(FRAME_HEADER_BYTES);

/**
 * One frame: u32 big-endian length of type and body, u8 type, protobuf body.
 * @throws RangeError for numbers outside their type: a fault of the caller, never of a peer.
 */
export function encodeFrame(message: Message): Uint8Array {
  const writer = (spare ?? new BinaryWriter()).raw(FRAME_HEADER);
  // Lost when a number does not fit: what it holds then is half a message.
  spare = undefined;
  const frame = CODECS[message.type].encode(message.body as never, writer).finish();
  if (frame.length <= SPARE_BYTES_MAX) spare = writer;
  const length = frame.length - (FRAME_HEADER_BYTES - 1);
  frame[0] = length >>> 24;
  frame[1] = length >>> 16;
  frame[2] = length >>> 8;
  frame[3] = length;
  frame[4] = FRAME_TYPES[message.type];
  return frame;
}

/**
 * Reads the body of a frame. Never throws: whatever breaks the schema or one of its bounds is a
 * result. The message shares no memory with `body`, so that keeping a key of it does not keep the
 * socket's whole chunk.
 */
export function decodeBody(type: MessageType, body: Uint8Array): DecodeResult {
  const detail = scanFields(body, MESSAGE_RULES[type]);
  if (detail !== undefined) return { ok: false, detail };
  const decoded = decodeScanned(CODECS[type], body);
  if (decoded === undefined) return { ok: false, detail: 'not valid protobuf' };
  const message = { type, body: decoded } as Message;
  const fault = messageFault(message);
  return fault === undefined ? { ok: true, message } : { ok: false, detail: fault };
}

/** The bytes that a signature is over: encoded once, then passed on as they are. */
export function encodePeerRecord(record: PeerRecord): Uint8Array {
  return PeerRecord.encode(record).finish();
}

/** Undefined when it breaks the schema or one of its bounds; never throws. */
export function decodePeerRecord(bytes: Uint8Array): PeerRecord | undefined {
  if (scanFields(bytes, PEER_RECORD_RULES) !== undefined) return undefined;
  const record = decodeScanned(PeerRecord, bytes) as PeerRecord | undefined;
  return record === undefined || peerRecordFault(record) !== undefined ? undefined : record;
}

const SKIPPED = new Uint8Array(0);

/** Fields of bytes are copies; small ones live in V8's own heap, which costs less than one for the body. */
class CopyingReader extends BinaryReader {
  /** Declared here, where the generated decoder would add it: an object that grows costs more. */
  readonly __tsProtoDecodeDepth: number = 0;

  constructor(private readonly body: Uint8Array) {
    super(body, decodeText);
  }

  override bytes(): Uint8Array {
    return super.bytes().slice();
  }

  /**
   * As the base class, but without a view of what was passed over: a frame may hold 30,000 unknown fields. The
   * scan has seen that they end within the body, and that none is a group.
   */
  override skip(wireType: WireType): Uint8Array {
    if (wireType === WireType.Varint) {
      while ((this.body[this.pos] ?? 0) > 0x7f) this.pos += 1;
      this.pos += 1;
    } else if (wireType === WireType.LengthDelimited) {
      const length = this.uint32();
      this.pos += length;
    } else {
      this.pos += wireType === WireType.Bit64 ? 8 : 4;
    }
    return SKIPPED;
  }
}

function decodeScanned(
  codec: { decode(reader: BinaryReader): unknown },
  body: Uint8Array,
): unknown {
  try {
    return codec.decode(new CopyingReader(body));
  } catch {
    // The generated decoder speaks by exceptions; all it can still meet here is invalid UTF-8.
    return undefined;
  }
}

/** As proto3 asks: invalid UTF-8 is an error. ASCII, which is all that peers send, goes the short way. */
function decodeText(bytes: Uint8Array): string {
  for (let i = 0; i < bytes.length; i += 1) {
    if ((bytes[i] as number) > 0x7f) return getTextEncoding().decodeUtf8(bytes, true);
  }
  return String.fromCharCode.apply(undefined, bytes as unknown as number[]);
}
