import type { DialAttempts } from '../connectivity/dial-attempts.ts';
import { holdsSlot, type ConnectionClass } from '../session/connection.ts';
import type { PeerSession } from '../session/peer-session.ts';
import { scopeOfIp } from '../support/address-scope.ts';
import type { AddressKey } from '../support/brand.ts';
import type { PeerAddress } from '../support/peer-address.ts';
import type { NodeContext } from './node-context.ts';

/** A dial this old, and still not open, is likely to fail: another one may start beside it. */
const DOUBTFUL_AFTER_MS = 1_000;

/** Who holds the outbound slots: connections and dials in progress, counted once per plan. */
export interface SlotLedger {
  readonly connected: number;
  /** Connections, and dials that have just begun. */
  readonly promised: number;
  readonly doubtful: number;
  readonly byClass: ReadonlyMap<ConnectionClass, number>;
  readonly byGroup: ReadonlyMap<string, number>;
}

/** @param except a dial that is not counted */
export function slotLedgerOf(
  context: NodeContext,
  attempts: DialAttempts,
  except?: AddressKey,
): SlotLedger {
  const byClass = new Map<ConnectionClass, number>();
  const byGroup = new Map<string, number>();
  const add = <Key>(counts: Map<Key, number>, key: Key): void => {
    counts.set(key, (counts.get(key) ?? 0) + 1);
  };
  let connected = 0;
  for (const session of context.sessions.connected()) {
    if (session.direction !== 'outbound') continue;
    add(byClass, session.class);
    if (!holdsSlot(session.class)) continue;
    connected += 1;
    for (const group of groupsOfSession(context, session)) add(byGroup, group);
  }
  let fresh = 0;
  let doubtful = 0;
  for (const { address, class: ofClass, startedAt } of attempts.all()) {
    if (address.key === except) continue;
    add(byClass, ofClass);
    if (!holdsSlot(ofClass)) continue;
    for (const group of groupsOfDial(context, address, attempts)) add(byGroup, group);
    if (context.now - startedAt < DOUBTFUL_AFTER_MS) fresh += 1;
    else doubtful += 1;
  }
  return { connected, promised: connected + fresh, doubtful, byClass, byGroup };
}

/** Among how many address groups the slots are shared. */
export function groupsKnownTo({ book }: NodeContext): number {
  return Math.max(book.groupCount('new'), book.groupCount('tried'));
}

/** The group under which a connection counts for diversity. */
export function groupOfSession(context: NodeContext, session: PeerSession): string {
  const { dialled, remote } = session;
  const isHidden = dialled === undefined || hidesNetwork(context, dialled, remote);
  const known = isHidden ? undefined : context.book.get(dialled.key);
  return known?.group ?? context.groupOfRemote(session);
}

/**
 * Whether a dialled address is a name and says nothing of the network that it leads to. Inside a private
 * network or a cluster the names are the operator's, and many machines share a network.
 */
export function hidesNetwork(
  { options }: NodeContext,
  dialled: PeerAddress,
  { ip }: PeerAddress,
): boolean {
  if (dialled.kind !== 'name' || options.scope === 'cluster') return false;
  return ip !== undefined && scopeOfIp(ip) === 'public';
}

/** A name takes a slot of its domain and of the network behind it. */
function groupsOfSession(context: NodeContext, session: PeerSession): Set<string> {
  const groups = new Set([groupOfSession(context, session)]);
  const named =
    session.dialled === undefined ? undefined : context.book.get(session.dialled.key)?.group;
  return named === undefined ? groups : groups.add(named);
}

function groupsOfDial(
  context: NodeContext,
  address: PeerAddress,
  attempts: DialAttempts,
): Set<string> {
  const groups = new Set([context.book.get(address.key)?.group ?? address.key]);
  if (address.kind !== 'name') return groups;
  for (const endpoint of attempts.endpointsOf(address.key)) {
    if (hidesNetwork(context, address, endpoint)) groups.add(context.policy.groupOf(endpoint, ''));
  }
  return groups;
}
