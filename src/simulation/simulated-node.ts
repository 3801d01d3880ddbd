import type { NodeEffect } from '../core/node/effects.ts';
import type { NodeEvent } from '../core/node/events.ts';
import type { NodeInput } from '../core/node/inputs.ts';
import type { ConnectionClass } from '../core/session/connection.ts';
import type { ConnectionId, Millis, NodeId } from '../core/support/brand.ts';
import { assertNever } from '../core/support/brand.ts';
import type { NodeLimits } from '../core/support/limits.ts';
import type { PeerAddress } from '../core/support/peer-address.ts';
import { EstablishedConnections } from './established-connections.ts';
import { EventLoopStall } from './event-loop-stall.ts';
import type { NetworkHost } from './network-link.ts';
import type { Machine } from './machine.ts';
import type { Attachment, Departure, NetworkEffect } from './simulated-network.ts';
import type { SimulatedStore } from './simulated-store.ts';
import type { NodeWorld } from './node-world.ts';

/** Node timers fire at or a little after the time that was asked for. */
const TIMER_LATE_MS_MAX = 1;
/** The store is read before anything else happens. */
const STORE_READ_MS = 2;
/** An orderly stop takes this long. */
const GOODBYE_MS = 1_000;
/** A machine that still names a past deadline after this many calls in a row makes no progress. */
const STUCK_CALLS_MAX = 100;

export interface NodeIdentity {
  readonly index: number;
  readonly address: PeerAddress;
  readonly nodeId: NodeId;
  readonly limits: NodeLimits;
  /** A machine for a new life: nothing of the last one but its store and its key. */
  readonly createMachine: (life: number) => Machine;
}

/** One node of the network: a `PeerNode`, its address, its disk, and the pump between them. */
export class SimulatedNode implements NetworkHost {
  readonly index: number;
  readonly name: string;
  readonly ip: Uint8Array;
  /** Handshakes completed in this life and not ended since. */
  readonly established = new EstablishedConnections();
  /** Ground truth of all lives: who answered at each address that we dialled. */
  readonly answeredBy = new Map<string, Set<NodeId>>();
  life = 0;
  /** Grows with each connection: who looks at this node can tell that there is something new. */
  changes = 0;
  /** Lives that began. */
  starts = 0;
  /** When this life began. */
  startedAt = 0;
  /** It has said goodbye, or is about to. */
  isLeaving = false;
  /** By how much this node's wall clock is wrong; its monotonic time never is. */
  wallClockOffsetMs = 0;
  machine: Machine | undefined;
  attachment: Attachment | undefined;
  /** Of the machine, since its last input: only an input changes it. */
  private deadline: Millis | undefined;
  private wakeAt: number | undefined;
  private wakeToken = 0;
  private stuckCalls = 0;
  private stall: EventLoopStall | undefined;
  /** The stall that has just ended, until all that waited has been taken. */
  private catchingUp: EventLoopStall | undefined;

  constructor(
    readonly identity: NodeIdentity,
    readonly store: SimulatedStore,
    private readonly world: NodeWorld,
  ) {
    this.index = identity.index;
    this.name = `node-${identity.index}`;
    this.ip = identity.address.ip as Uint8Array;
  }

  get address(): PeerAddress {
    return this.identity.address;
  }

  get isAlive(): boolean {
    return this.machine !== undefined;
  }

  /** Begins a life: the store is read, then the node listens and runs. */
  start(): void {
    this.life += 1;
    const { life } = this;
    const { queue, network } = this.world;
    queue.schedule(queue.now + STORE_READ_MS, () => {
      if (this.life !== life || this.isAlive) return;
      this.starts += 1;
      this.startedAt = queue.now;
      this.isLeaving = false;
      this.machine = this.identity.createMachine(life);
      this.attachment = network.attach(this, this.address.port);
      this.receive({
        kind: 'peers-loaded',
        peers: this.store.load(),
        documents: this.store.documents(),
      });
    });
  }

  /** Ends a life at once, without goodbye; what the store has not made durable is lost. */
  crash(departure: Departure): void {
    this.end(departure);
    this.store.crash();
  }

  /** Goodbye to all peers, a second for it to leave, then the end; the store is flushed. */
  stop(): void {
    const { life } = this;
    const { queue } = this.world;
    this.isLeaving = true;
    this.receive({ kind: 'operator-command', command: { kind: 'drain' } });
    queue.schedule(queue.now + GOODBYE_MS, () => {
      if (this.life !== life) return;
      this.end('reset');
      this.store.flush();
    });
  }

  receive(input: NodeInput): void {
    if (this.stall === undefined) this.take(input);
    else this.stall.hold(input);
  }

  private take(input: NodeInput): void {
    const { machine } = this;
    if (machine === undefined) return;
    if (input.kind === 'connection-opened') this.changes += 1;
    if (input.kind === 'connection-closed') this.established.delete(input.connectionId);
    machine.handle(input, this.world.queue.now);
    this.pump(machine);
  }

  answeredWithHello(endpoint: PeerAddress, listener: NetworkHost): void {
    const ids = this.answeredBy.get(endpoint.key) ?? new Set();
    this.answeredBy.set(endpoint.key, ids.add(this.world.nodeIdOf(listener)));
  }

  /** The event loop stands for this long: then timers that are due run, then what has arrived. */
  stallFor(ms: number): void {
    if (this.machine === undefined || this.stall !== undefined) return;
    const stall = new EventLoopStall();
    this.stall = stall;
    const { queue } = this.world;
    queue.schedule(queue.now + ms, () => this.goOn(stall));
  }

  private end(departure: Departure): void {
    this.life += 1;
    this.machine = undefined;
    this.attachment?.leave(departure);
    this.attachment = undefined;
    this.established.clear();
    this.stall = undefined;
    this.deadline = undefined;
    this.wakeAt = undefined;
    this.wakeToken += 1;
  }

  private goOn(stall: EventLoopStall): void {
    if (this.stall !== stall) return;
    this.catchingUp = stall;
    this.stall = undefined;
    this.wake();
    for (let input = stall.take(); input !== undefined; input = stall.take()) this.take(input);
    this.catchingUp = undefined;
  }

  private pump(machine: Machine): void {
    for (const effect of machine.drainEffects()) {
      this.world.onEffect(this.index, effect);
      this.perform(effect);
    }
    this.deadline = machine.nextDeadline();
    this.scheduleWake(this.deadline);
  }

  private scheduleWake(deadline: Millis | undefined): void {
    if (deadline === undefined || (this.wakeAt !== undefined && this.wakeAt <= deadline)) return;
    const { queue, lateness } = this.world;
    this.wakeAt = Math.max(deadline, queue.now);
    this.wakeToken += 1;
    const token = this.wakeToken;
    queue.schedule(this.wakeAt + lateness() * TIMER_LATE_MS_MAX, () => {
      if (this.wakeToken === token) this.wake();
    });
  }

  private wake(): void {
    if (this.stall !== undefined) return;
    this.wakeAt = undefined;
    if (this.machine === undefined) return;
    const { now } = this.world.queue;
    const { deadline } = this;
    if (deadline !== undefined && deadline <= now) this.reachDeadline(now);
    else this.scheduleWake(deadline);
  }

  private reachDeadline(now: Millis): void {
    this.take({ kind: 'deadline-reached' });
    const next = this.deadline;
    this.stuckCalls = next !== undefined && next <= now ? this.stuckCalls + 1 : 0;
    if (this.stuckCalls <= STUCK_CALLS_MAX) return;
    this.world.report('deadline-in-the-past', this.name, `${this.stuckCalls} calls, still ${next}`);
  }

  private perform(effect: NodeEffect): void {
    const { resolver, validator } = this.world;
    switch (effect.kind) {
      case 'dial':
      case 'cancel-dial':
      case 'send':
      case 'pause-reading':
      case 'resume-reading':
      case 'close':
        return this.performOnNetwork(effect);
      case 'resolve-host': {
        const { requestId } = effect;
        return resolver.resolve(
          { name: effect.host, asker: this.index },
          this.inThisLife((addresses) => ({ kind: 'host-resolved', requestId, addresses })),
        );
      }
      case 'read-source': {
        const { sourceIndex } = effect;
        return resolver.read(
          { source: effect.source, asker: this.index },
          this.inThisLife((result) => ({ kind: 'source-read', sourceIndex, result })),
        );
      }
      case 'save-peer':
        return this.store.save(effect.address, effect.record);
      case 'forget-peer':
        return this.store.forget(effect.address);
      case 'save-document':
        return this.store.saveDocument(effect.name, effect.text);
      case 'verify-announcement': {
        const { verificationId } = effect;
        return validator.verify(
          effect.announcement,
          this.inThisLife((verdict) => ({
            kind: 'announcement-verified',
            verificationId,
            verdict,
          })),
        );
      }
      case 'verify-record': {
        const { verificationId } = effect;
        return validator.verifyRecord(
          effect,
          this.inThisLife((isValid) => ({ kind: 'record-verified', verificationId, isValid })),
        );
      }
      case 'observe':
        return this.note(effect.event);
      default:
        return assertNever(effect);
    }
  }

  private performOnNetwork(effect: NetworkEffect): void {
    if (effect.kind === 'close') this.established.delete(effect.connectionId);
    if (this.attachment?.perform(effect) === true) return;
    if (this.catchingUp?.hasEnded(effect.connectionId) === true) return;
    const detail = `${effect.kind} on connection ${effect.connectionId}`;
    this.world.report('effect-on-ended-connection', this.name, detail);
  }

  private note(event: NodeEvent): void {
    if (event.kind === 'connection-established') {
      this.changes += 1;
      const { direction, class: ofClass } = event;
      this.established.add(event.connectionId, { direction, class: ofClass });
      this.setView(event.connectionId, ofClass);
    } else if (event.kind === 'disconnected') {
      this.established.delete(event.connectionId);
      this.setView(event.connectionId, undefined);
    }
  }

  private setView(id: ConnectionId, view: ConnectionClass | undefined): void {
    const end = this.attachment?.connections.get(id);
    if (end !== undefined) end.view = view;
  }

  /** An answer that comes after a crash belongs to nobody. */
  private inThisLife<Answer>(input: (answer: Answer) => NodeInput): (answer: Answer) => void {
    const { life } = this;
    return (answer) => {
      if (this.life === life) this.receive(input(answer));
    };
  }
}
