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
  // More local than the connection over which it came (`auto`), or not what the scope allows.
  'narrower-scope',
  'outside-scope',
  // Of a name: at least one address that it has now.
  'resolves-forbidden',
  // Of a host that does not answer: dialled within the last 30 s, or at as many ports as it may be.
  'dialled-lately',
  'too-many-ports',
  // Itself, or what a name leads to.
  'banned',
  'own-address',
  'table-full',
  'source-group-full',
] as const;
export type AddressRefusal = (typeof ADDRESS_REFUSALS)[number];
