import type { Sha256 } from '../support/sha256.ts';
import { headerFault, transactionFault } from '../wire/message-faults.ts';
import type { Message } from '../wire/message.ts';
import type { Announcement } from './announcement.ts';
import { blockHash, transactionId } from './block-hash.ts';

export type AnnouncingMessage = Extract<
  Message,
  { readonly type: 'block-announcement' | 'transaction-announcement' }
>;

/**
 * The announcement of a message, named by its hash. Undefined when the header is missing or a part
 * has the wrong length: impossible for a decoded message, possible for one that an application made.
 */
export function announcementOf(
  message: AnnouncingMessage,
  sha256: Sha256,
): Announcement | undefined {
  if (message.type === 'block-announcement') {
    const { header } = message.body;
    if (header === undefined || headerFault(header) !== undefined) return undefined;
    return { kind: 'block', hash: blockHash(header, sha256), header };
  }
  const transaction = message.body;
  if (transactionFault(transaction) !== undefined) return undefined;
  return { kind: 'transaction', hash: transactionId(transaction, sha256), transaction };
}
