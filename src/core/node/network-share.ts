import type { DialAttempt, DialAttempts } from '../connectivity/dial-attempts.ts';
import { GroupUse } from '../connectivity/group-use.ts';
import { holdsSlot } from '../session/connection.ts';
import type { PeerAddress } from '../support/peer-address.ts';
import type { NodeContext } from './node-context.ts';
import { groupsKnownTo, hidesNetwork, slotLedgerOf } from './slot-ledger.ts';

/**
 * Goal: names give nobody more of our slots than his addresses do. Adversary: one host behind any number
 * of names and domains. Mechanism: before a name of hearsay is dialled, the network of the address that it
 * resolved to must have room, all connections and dials in progress counted. Below the minimum it is let
 * through at its second turn: by then whoever else there is had his. Bound: no state. Cost: O(slots).
 */
export function isNetworkTaken(
  context: NodeContext,
  attempts: DialAttempts,
  attempt: DialAttempt,
  endpoint: PeerAddress,
): boolean {
  const { key } = attempt.address;
  if (attempt.via === undefined || !holdsSlot(attempt.class)) return false;
  if (!hidesNetwork(context, attempt.address, endpoint)) return false;
  const { limits, policy, book } = context;
  const ledger = slotLedgerOf(context, attempts, key);
  const groups = new GroupUse(ledger.byGroup, groupsKnownTo(context), limits);
  if (groups.hasRoom(policy.groupOf(endpoint, ''))) return false;
  const isSecondTurn = book.get(key)?.lastReason === 'group-taken';
  return !isSecondTurn || ledger.connected >= limits.outboundMin;
}
