import { GroupUse } from '../connectivity/group-use.ts';
import type { AddressEntry, AddressState } from '../address-book/address-entry.ts';
import type { ConnectionUpkeep } from './connection-upkeep.ts';
import type { Dialer } from './dialer.ts';
import type { NodeContext } from './node-context.ts';
import type { WhyNotConnected } from './views.ts';

export interface WhyNotParts {
  readonly upkeep: ConnectionUpkeep;
  readonly dialer: Dialer;
}

/**
 * Why an address of the book is not connected now: the first that holds, most telling first. Built
 * once for a page of entries, because some facts are counted over all connections.
 */
export function whyNotOf(
  context: NodeContext,
  { upkeep, dialer }: WhyNotParts,
): (entry: AddressEntry) => WhyNotConnected {
  const { promised, doubtful, byGroup } = upkeep.ledger();
  const groups = new GroupUse(byGroup, upkeep.groupsKnown(), context.limits);
  const isFull = promised + doubtful >= context.limits.outboundMax;
  const areSeedsAllowed = upkeep.areSeedsAllowed();
  const isOffline = dialer.outage.isOffline(context.now);
  const planReason = (entry: AddressEntry): WhyNotConnected => {
    if (isFull && !upkeep.isOperatorPeer(entry.address.key)) return 'slots-full';
    if (entry.isOperator && !entry.isVerified && !areSeedsAllowed) return 'seeds-not-needed';
    return groups.hasRoom(entry.group) ? 'next-in-line' : 'group-taken';
  };
  return (entry) => {
    const fixed = standingReason(context, entry) ?? nodeReason(context, entry);
    if (fixed !== undefined) return fixed;
    if (dialer.attempts.has(entry.address.key)) return 'dialing';
    if (isOffline) return 'outage';
    if (dialer.gate.mayDial(entry) !== 'ok') return 'host-dialled-lately';
    return waitingReason(context, entry) ?? planReason(entry);
  };
}

const OPEN_STATES: ReadonlySet<AddressState> = new Set(['connected', 'proven', 'elder']);

/** What time or another dial does not change soon. */
function standingReason(context: NodeContext, entry: AddressEntry): WhyNotConnected | undefined {
  if (OPEN_STATES.has(entry.state)) return 'connected';
  if (entry.state === 'self' || context.isOwn(entry.address.key)) return 'self';
  if (context.isBanned(entry)) return 'banned';
  const isResting = entry.nextDialAt > context.now;
  return entry.state === 'incompatible' && isResting ? 'incompatible' : undefined;
}

/** Its node may be connected already, at this address or another. */
function nodeReason(
  { sessions, book }: NodeContext,
  entry: AddressEntry,
): WhyNotConnected | undefined {
  const { nodeId, address } = entry;
  const session = nodeId === undefined ? undefined : sessions.ofNode(nodeId);
  if (nodeId === undefined || session === undefined) return undefined;
  // Who has dialled us is at the address that was last found to be its own.
  const here = session.dialled ?? book.addressOf(nodeId)?.address;
  const isHere = here?.key === address.key;
  return isHere ? 'connected' : 'node-connected-elsewhere';
}

function waitingReason(context: NodeContext, entry: AddressEntry): WhyNotConnected | undefined {
  if (entry.state === 'quarantined') return 'quarantined';
  if (entry.nextDialAt <= context.now) return undefined;
  if (entry.state === 'draining') return 'draining';
  if (entry.lastReason === 'group-taken') return 'group-taken';
  return entry.lastReason === 'too-many-peers' ? 'peer-was-full' : 'backoff';
}
