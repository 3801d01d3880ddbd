import { createNode } from '../../src/create-node.ts';
import type { NodeEvent } from '../../src/core/node/events.ts';
import type { ConnectionView } from '../../src/core/node/views.ts';
import { parsePeerAddress } from '../../src/core/support/peer-address.ts';
import type { RunningNode } from '../../src/runtime/running-node.ts';
import { eventually } from '../support/eventually.ts';

jest.setTimeout(180_000);

const AT_ONCE = 8;
/** Time in which a verdict that differs would show. */
const STAYS_MS = 40;

interface Round {
  /** Which of the two dialled the connection that is left; undefined: the sides do not agree. */
  readonly kept: 'one' | 'other' | undefined;
  /** Both handshakes were under way at once, and one had to go. */
  readonly crossed: boolean;
}

const lasting = (node: RunningNode): ConnectionView[] =>
  node.connections().filter((view) => view.class !== 'feeler');

async function started(
  security: 'plain' | 'tls',
): Promise<{ node: RunningNode; events: NodeEvent[] }> {
  const events: NodeEvent[] = [];
  const node = await createNode({ security, onEvent: (event) => events.push(event) });
  return { node, events };
}

function dial(from: RunningNode, to: RunningNode): void {
  const parsed = parsePeerAddress(`127.0.0.1:${to.p2pPort}`);
  if (!parsed.ok) throw new Error('an address');
  from.command({ kind: 'add-peer', address: parsed.address });
}

/** Two nodes that have never met dial each other in the same moment. */
async function round(security: 'plain' | 'tls'): Promise<Round> {
  const [one, other] = await Promise.all([started(security), started(security)]);
  try {
    dial(one.node, other.node);
    dial(other.node, one.node);
    const isSettled = (): boolean =>
      lasting(one.node).length === 1 && lasting(other.node).length === 1;
    await eventually(isSettled, {
      withinMs: 5_000,
      everyMs: 2,
      what: 'one connection on each side',
    });
    await new Promise((resolve) => setTimeout(resolve, STAYS_MS));
    await eventually(isSettled, { withinMs: 5_000, everyMs: 2, what: 'still one connection' });
    const [mine] = lasting(one.node);
    const [theirs] = lasting(other.node);
    const agree = mine?.direction !== theirs?.direction;
    const crossed = [...one.events, ...other.events].some(
      (event) =>
        (event.kind === 'handshake-rejected' || event.kind === 'disconnected') &&
        event.reason === 'duplicate-connection',
    );
    const dialler = mine?.direction === 'outbound' ? 'one' : 'other';
    return { kept: agree ? dialler : undefined, crossed };
  } finally {
    await Promise.all([one.node.stop(), other.node.stop()]);
  }
}

async function rounds(count: number, security: 'plain' | 'tls'): Promise<Round[]> {
  const done: Round[] = [];
  while (done.length < count) {
    const batch = Array.from({ length: Math.min(AT_ONCE, count - done.length) }, () =>
      round(security),
    );
    done.push(...(await Promise.all(batch)));
  }
  return done;
}

describe('two nodes that dial each other at the same instant', () => {
  it.each([
    ['plain', 800],
    ['tls', 200],
  ] as const)(
    'over %s, %i times, keep one connection, the same on both sides',
    async (security, count) => {
      const all = await rounds(count, security);
      expect(all.filter(({ kept }) => kept === undefined)).toEqual([]);
      const crossed = all.filter((each) => each.crossed).length;
      // Otherwise the test shows nothing.
      expect(crossed).toBeGreaterThan(count / 2);
      process.stderr.write(`${security}: ${crossed} of ${count} crossed\n`);
    },
  );
});
