import { MESSAGE_TYPES, type MessageType } from '../wire/message.ts';

/** Bytes and messages that moved, by type: a fixed number of counters; each adds to its parent's. */
export class SessionTraffic {
  bytesReceived = 0;
  bytesSent = 0;
  /** Messages received, then messages sent, then frames of types that this version does not know. */
  private readonly counts: number[] = EMPTY.slice();

  constructor(private readonly parent?: SessionTraffic) {}

  addReceived(byteCount: number): void {
    this.bytesReceived += byteCount;
    this.parent?.addReceived(byteCount);
  }

  addSent(byteCount: number): void {
    this.bytesSent += byteCount;
    this.parent?.addSent(byteCount);
  }

  countReceived(type: MessageType): void {
    this.count(INDEX_OF[type]);
  }

  countSent(type: MessageType): void {
    this.count(SENT + INDEX_OF[type]);
  }

  countUnknown(): void {
    this.count(UNKNOWN);
  }

  messagesReceived(): Record<string, number> {
    return { ...byName(this.counts, 0), unknown: this.counts[UNKNOWN] as number };
  }

  messagesSent(): Record<string, number> {
    return byName(this.counts, SENT);
  }

  private count(index: number): void {
    this.counts[index] = (this.counts[index] as number) + 1;
    this.parent?.count(index);
  }
}

const SENT = MESSAGE_TYPES.length;
const UNKNOWN = 2 * MESSAGE_TYPES.length;
const EMPTY: readonly number[] = Array.from({ length: UNKNOWN + 1 }, () => 0);

const INDEX_OF = Object.fromEntries(MESSAGE_TYPES.map((type, index) => [type, index])) as Record<
  MessageType,
  number
>;

function byName(counts: readonly number[], from: number): Record<string, number> {
  return Object.fromEntries(
    MESSAGE_TYPES.map((type, index) => [type, counts[from + index] as number]),
  );
}
