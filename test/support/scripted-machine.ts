import type { NodeEffect } from '../../src/core/node/effects.ts';
import type { NodeInput } from '../../src/core/node/inputs.ts';
import type { Millis } from '../../src/core/support/brand.ts';
import type { Machine } from '../../src/simulation/machine.ts';

/** A machine that does what a test says, in place of a node. */
export class ScriptedMachine implements Machine {
  readonly inputs: string[] = [];
  /** Received on all connections. */
  bytes = 0;
  deadline: Millis | undefined;
  listed: string[] = [];
  effects: NodeEffect[] = [];
  onInput: (input: NodeInput, now: Millis) => void = () => undefined;

  handle(input: NodeInput, now: Millis): void {
    this.inputs.push(input.kind);
    if (input.kind === 'bytes-received') this.bytes += input.bytes.length;
    this.onInput(input, now);
  }

  nextDeadline(): Millis | undefined {
    return this.deadline;
  }

  drainEffects(): NodeEffect[] {
    return this.effects.splice(0);
  }

  snapshot(): ReturnType<Machine['snapshot']> {
    return { book: { newEntries: 0, triedEntries: 0, persisted: 0, newGroups: 0, triedGroups: 0 } };
  }

  book(): ReturnType<Machine['book']> {
    return { entries: [], total: 0, nextCursor: undefined };
  }

  bans(): [] {
    return [];
  }

  peers(): string[] {
    return this.listed;
  }
}
