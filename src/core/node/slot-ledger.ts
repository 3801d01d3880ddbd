import type { DialAttempts } from '../connectivity/dial-attempts.ts';
import { holdsSlot, type ConnectionClass } from '../session/connection.ts';
import type { PeerSession } from '../session/peer-session.ts';
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

export function slotLedgerOf(context: NodeContext, attempts: DialAttempts): SlotLedger {
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
    add(byGroup, groupOfSession(context, session));
  }
  let fresh = 0;
  let doubtful = 0;
  for (const { address, class: ofClass, startedAt } of attempts.all()) {
    add(byClass, ofClass);
    if (!holdsSlot(ofClass)) continue;
    add(byGroup, context.book.get(address.key)?.group ?? address.key);
    if (context.now - startedAt < DOUBTFUL_AFTER_MS) fresh += 1;
    else doubtful += 1;
  }
  return { connected, promised: connected + fresh, doubtful, byClass, byGroup };
}

/** The group under which a connection counts for diversity. */
export function groupOfSession(context: NodeContext, session: PeerSession): string {
  const { dialled } = session;
  const known = dialled === undefined ? undefined : context.book.get(dialled.key);
  return known?.group ?? context.groupOfRemote(session);
}
