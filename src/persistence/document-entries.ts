import { isUtf8 } from 'node:buffer';

import {
  DOCUMENT_NAMES,
  type DocumentName,
  type StoredDocuments,
} from '../core/address-book/stored-documents.ts';

/**
 * The largest document that is written or read: a snapshot of a full address book (20,480 addresses of
 * about 100 bytes) is half of it. More would cost a start its two seconds, a write to a Redis on a slow
 * line its second, and the event loop a pause that peers notice.
 */
export const DOCUMENT_BYTES_MAX = 4_194_304;

/** One document and how long it is in a store. */
export interface SizedDocument {
  readonly name: DocumentName;
  readonly text: string;
  readonly bytes: number;
}

/** What a store found under a document's key: its bytes, or that they are too many to be read. */
export type DocumentValue = Uint8Array | 'oversized' | undefined;

/** undefined when the text is too long for a store. */
export function sizedDocument(name: DocumentName, text: string): SizedDocument | undefined {
  const bytes = Buffer.byteLength(text);
  return bytes > DOCUMENT_BYTES_MAX ? undefined : { name, text, bytes };
}

export function oversizedSentence(name: DocumentName): string {
  return `The stored document "${name}" is over ${DOCUMENT_BYTES_MAX} bytes: ignored`;
}

/**
 * The readable documents among what a store holds. What is too long or no UTF-8 is left out, and told.
 * @param warn gets one sentence for each of these
 */
export function documentsOf(
  valueOf: (name: DocumentName) => DocumentValue,
  warn: (sentence: string) => void,
): StoredDocuments {
  const documents: Partial<Record<DocumentName, string>> = {};
  for (const name of DOCUMENT_NAMES) {
    const value = valueOf(name);
    if (value === undefined || value.length === 0) continue;
    if (value === 'oversized' || value.length > DOCUMENT_BYTES_MAX) {
      warn(oversizedSentence(name));
      continue;
    }
    const text = decodeText(value);
    if (text === undefined) warn(`The stored document "${name}" is no text: ignored`);
    else documents[name] = text;
  }
  return documents;
}

function decodeText(bytes: Uint8Array): string | undefined {
  return isUtf8(bytes) ? Buffer.from(bytes).toString('utf8') : undefined;
}
