/** SHA-256; a pure function that the edge supplies, because the platform's is the fast one. */
export type Sha256 = (bytes: Uint8Array) => Uint8Array;
