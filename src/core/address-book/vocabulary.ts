/** Where an address came from, in the order in which sources are dialled. */
export const PEER_SOURCES = ['stored', 'peer', 'seed', 'exchange', 'inbound'] as const;
export type PeerSource = (typeof PEER_SOURCES)[number];

/** Why an address that somebody named is not kept. */
export const ADDRESS_REFUSALS = [
  'malformed-address',
  'malformed-host',
  'malformed-port',
  'not-canonical',
  'forbidden-class',
  'forbidden-port',
  'forbidden-name',
  'narrower-scope',
  'own-address',
  'table-full',
] as const;
export type AddressRefusal = (typeof ADDRESS_REFUSALS)[number];
