// A process of its own, so that neither honest peers nor the node share an event loop with who attacks.
// The parent sends what to attack, then that it is over, and gets the findings.
import { setMaxListeners } from 'node:events';
import type { Findings, Target } from './adversary.ts';
import { ADVERSARIES, type AdversaryName } from './adversaries.ts';

export type Order =
  | {
      readonly kind: 'attack';
      readonly names: readonly AdversaryName[];
      readonly target: Target;
    }
  | { readonly kind: 'stop' };

export type Answer =
  | { readonly kind: 'ready' }
  | { readonly kind: 'findings'; readonly findings: Readonly<Record<string, Findings>> };

const over = new AbortController();
const tell = (answer: Answer): void => void process.send?.(answer);

async function attack(names: readonly AdversaryName[], target: Target): Promise<void> {
  const found = await Promise.all(
    names.map(async (name) => [name, await ADVERSARIES[name]().attack(target, over.signal)]),
  );
  tell({ kind: 'findings', findings: Object.fromEntries(found) });
  process.disconnect();
}

process.on('message', (order: Order) => {
  if (order.kind === 'stop') over.abort();
  else void attack(order.names, order.target);
});
process.on('disconnect', () => process.exit());
// Hundreds of connections listen to the end of one attack.
setMaxListeners(0, over.signal);
tell({ kind: 'ready' });
