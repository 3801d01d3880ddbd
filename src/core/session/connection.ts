export const DIRECTIONS = ['inbound', 'outbound'] as const;
export type Direction = (typeof DIRECTIONS)[number];

/**
 * What a connection is for. `open`: an ordinary slot; `operator`: a `--peer` beside the slots;
 * `feeler`: only verifies an address; `surplus`: inbound past the last slot, gets a peer list and goes.
 */
export const CONNECTION_CLASSES = ['open', 'operator', 'feeler', 'surplus'] as const;
export type ConnectionClass = (typeof CONNECTION_CLASSES)[number];
