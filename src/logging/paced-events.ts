import type { NodeEvent, NodeState } from '../core/node/events.ts';

const SECOND_MS = 1_000;
/** A start goes through two states at once. */
const STATES_PER_SECOND = 2;
const DIALS_PER_SECOND = 1;

/**
 * Goal: how this node fares is told, and does not fill the log. Adversary: comes, goes and names
 * addresses, so that the state turns and dials start at its pace. Mechanism: so many lines a second;
 * what is too much waits for the next event after that second, only the last state, and all dials in
 * one line. Bound: three values. Cost: O(1) per event.
 */
export class PacedEvents {
  private readonly states = new Pace(STATES_PER_SECOND);
  private readonly dials = new Pace(DIALS_PER_SECOND);
  private toldState: NodeState | undefined;
  private heldState: NodeState | undefined;
  private heldDials = 0;

  /** What is to be told now that this event has come. */
  pass(event: NodeEvent, at: number): readonly NodeEvent[] {
    if (event.kind === 'state-changed') {
      this.toldState ??= event.from;
      this.heldState = event.to;
      return this.due(at);
    }
    if (event.kind === 'dials-started') {
      this.heldDials += event.attemptingConnections;
      return this.due(at);
    }
    return [...this.due(at), event];
  }

  private due(at: number): NodeEvent[] {
    const events: NodeEvent[] = [];
    const { toldState: from, heldState: to } = this;
    if (from === to) this.heldState = undefined;
    else if (from !== undefined && to !== undefined && this.states.admits(at)) {
      events.push({ kind: 'state-changed', from, to });
      this.toldState = to;
      this.heldState = undefined;
    }
    if (this.heldDials > 0 && this.dials.admits(at)) {
      events.push({ kind: 'dials-started', attemptingConnections: this.heldDials });
      this.heldDials = 0;
    }
    return events;
  }
}

/** So many in any second. A clock that has gone back makes the past worthless. */
class Pace {
  private passedAt: number[] = [];

  constructor(private readonly max: number) {}

  admits(at: number): boolean {
    this.passedAt = this.passedAt.filter((time) => at >= time && at - time < SECOND_MS);
    if (this.passedAt.length >= this.max) return false;
    this.passedAt.push(at);
    return true;
  }
}
