/**
 * Names that mean something only inside somebody's network, or no host at all: special-use names
 * (RFC 6761, 6762, 7686, 8375, 9476), names that ICANN keeps out of the root because networks use
 * them by themselves, and those of cluster and cloud resolvers.
 */
const LOCAL_SUFFIXES: readonly string[] = [
  '.localhost',
  '.localdomain',
  '.local',
  '.internal',
  '.intranet',
  '.private',
  '.corp',
  '.home',
  '.lan',
  '.mail',
  '.svc',
  '.pod',
  '.cluster.local',
  '.consul',
  '.arpa',
  '.onion',
  '.alt',
  '.test',
  '.example',
  '.invalid',
];

/** Public names of the places where a cloud hands out credentials. */
const METADATA_NAMES: ReadonlySet<string> = new Set(['metadata.goog']);

/** Whether a name is never taken from a peer, unless the operator allows its suffix. */
export function isLocalName(host: string): boolean {
  if (!host.includes('.') || METADATA_NAMES.has(host)) return true;
  return LOCAL_SUFFIXES.some((suffix) => host.endsWith(suffix));
}
