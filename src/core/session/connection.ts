export const DIRECTIONS = ['inbound', 'outbound'] as const;
export type Direction = (typeof DIRECTIONS)[number];

/**
 * What a connection is for. Outbound slots: `anchor` (connected before the last stop), `elder` (known
 * for long and proven), `open` (drawn anew); `open` is also every ordinary inbound slot. `operator`: a
 * `--peer` beside the slots; `feeler`: only verifies an address; `surplus`: inbound past the last
 * slot, gets a peer list and goes.
 */
export const CONNECTION_CLASSES = [
  'anchor',
  'elder',
  'open',
  'operator',
  'feeler',
  'surplus',
] as const;
export type ConnectionClass = (typeof CONNECTION_CLASSES)[number];

/** Classes that take one of the outbound or inbound slots. */
export const SLOT_CLASSES = ['anchor', 'elder', 'open'] as const satisfies ConnectionClass[];

/** Whether such a connection takes a slot. */
export function holdsSlot(ofClass: ConnectionClass | undefined): boolean {
  return ofClass === 'open' || ofClass === 'anchor' || ofClass === 'elder';
}

/** Whether such a connection is meant to stay: a slot, or a `--peer` beside them. */
export function isLasting(ofClass: ConnectionClass | undefined): boolean {
  return holdsSlot(ofClass) || ofClass === 'operator';
}
