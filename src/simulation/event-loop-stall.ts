import type { NodeInput } from '../core/node/inputs.ts';
import type { ConnectionId } from '../core/support/brand.ts';

/**
 * A process that does not get to run for a while: what arrives waits in the kernel, timers are late,
 * and a connection that ends meanwhile is not yet known to have ended.
 */
export class EventLoopStall {
  private readonly inputs: NodeInput[] = [];
  private readonly ended = new Set<ConnectionId>();

  hold(input: NodeInput): void {
    this.inputs.push(input);
    if (input.kind === 'connection-closed') this.ended.add(input.connectionId);
  }

  /** The node was about to be told that this connection is over. */
  hasEnded(id: ConnectionId): boolean {
    return this.ended.has(id);
  }

  /** The next of what has waited, in order of arrival. */
  take(): NodeInput | undefined {
    return this.inputs.shift();
  }
}
