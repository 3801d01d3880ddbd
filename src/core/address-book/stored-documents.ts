/** What a node keeps beside its peers, each one text under the key of this name. */
export const DOCUMENT_NAMES = ['anchors', 'bans', 'book:snapshot'] as const;
export type DocumentName = (typeof DOCUMENT_NAMES)[number];

/** As read from the store; untrusted: it may be old, damaged or somebody else's. */
export type StoredDocuments = Readonly<Partial<Record<DocumentName, string>>>;
