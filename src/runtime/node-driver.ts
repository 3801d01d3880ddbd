import type { NodeEffect } from '../core/node/effects.ts';
import type { NodeEvent } from '../core/node/events.ts';
import type { NodeInput } from '../core/node/inputs.ts';
import type { PeerNode } from '../core/node/peer-node.ts';
import { assertNever, millis, unixMillis, type Millis } from '../core/support/brand.ts';
import { signedRecordBytes } from '../core/wire/peer-record.ts';
import { isSignedBy } from '../support/ed25519.ts';
import type { ChainValidator } from './ports/chain-validator.ts';
import type { HostResolver } from './ports/host-resolver.ts';
import type { PeerStore, StoreChange } from './ports/peer-store.ts';
import type { Transport } from './ports/transport.ts';
import type { NodeEventListener } from './running-node.ts';

/** The core runs at least this often, so that its age tells whether it is alive. */
const HEARTBEAT_MS = 1_000;

export interface NodeDriverPorts {
  readonly transport: Transport;
  readonly resolver: HostResolver;
  readonly store: PeerStore;
  readonly validator: ChainValidator;
}

/** Monotonic milliseconds. */
export function monotonicNow(): Millis {
  return millis(performance.now());
}

/**
 * Pumps a `PeerNode` on real time: inputs from the ports go in, effects go out to the ports, one timer
 * stands for the next deadline. Inputs that arise while effects are carried out wait their turn.
 */
export class NodeDriver {
  private readonly listeners = new Set<NodeEventListener>();
  private readonly queue: NodeInput[] = [];
  private storeChanges: StoreChange[] = [];
  private timer: NodeJS.Timeout | undefined;
  private timerAt = Number.POSITIVE_INFINITY;
  private isPumping = false;
  private isStopped = false;
  private lastRunAt = monotonicNow();

  constructor(
    private readonly node: PeerNode,
    private readonly ports: NodeDriverPorts,
  ) {}

  get heartbeatAgeMs(): number {
    return monotonicNow() - this.lastRunAt;
  }

  subscribe(listener: NodeEventListener): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  /** Hands one input to the core and carries out what it wants. */
  submit(input: NodeInput): void {
    if (this.isStopped) return;
    this.queue.push(input);
    if (this.isPumping) return;
    this.isPumping = true;
    try {
      for (let next = this.queue.shift(); next !== undefined; next = this.queue.shift()) {
        this.node.handle(next, monotonicNow());
        for (const effect of this.node.drainEffects()) this.carryOut(effect);
      }
    } finally {
      this.isPumping = false;
    }
    this.lastRunAt = monotonicNow();
    this.flushStore();
    this.armTimer();
  }

  /** No more inputs, timers or effects. */
  stop(): void {
    this.isStopped = true;
    clearTimeout(this.timer);
  }

  private carryOut(effect: NodeEffect): void {
    const { transport } = this.ports;
    switch (effect.kind) {
      case 'send':
        return transport.send(effect.connectionId, effect.bytes);
      case 'observe':
        return this.publish(effect.event);
      case 'close':
        return transport.close(effect.connectionId, effect.mode);
      case 'dial':
        return transport.dial(
          effect.connectionId,
          effect.endpoint,
          effect.timeoutMs,
          effect.isPlain,
        );
      case 'cancel-dial':
        return transport.cancelDial(effect.connectionId);
      case 'pause-reading':
        return transport.pauseReading(effect.connectionId);
      case 'resume-reading':
        return transport.resumeReading(effect.connectionId);
      case 'save-peer':
        this.storeChanges.push({ kind: 'save', address: effect.address, record: effect.record });
        return;
      case 'forget-peer':
        this.storeChanges.push({ kind: 'forget', address: effect.address });
        return;
      case 'save-document':
        this.storeChanges.push({ kind: 'document', name: effect.name, text: effect.text });
        return;
      case 'resolve-host':
      case 'read-source':
      case 'verify-announcement':
        return this.ask(effect);
      case 'verify-record':
        return this.verifyRecord(effect);
      default:
        return assertNever(effect);
    }
  }

  /** The effects whose answer comes later, as an input. */
  private ask(
    effect: Extract<NodeEffect, { kind: 'resolve-host' | 'read-source' | 'verify-announcement' }>,
  ): void {
    const { resolver, validator } = this.ports;
    switch (effect.kind) {
      case 'resolve-host': {
        const { requestId } = effect;
        void resolver
          .resolve(effect.host)
          .then((addresses) => this.submit({ kind: 'host-resolved', requestId, addresses }));
        return;
      }
      case 'read-source': {
        const { sourceIndex } = effect;
        void resolver
          .readSource(effect.source)
          .then((result) => this.submit({ kind: 'source-read', sourceIndex, result }));
        return;
      }
      default: {
        const { verificationId } = effect;
        const rejected = { valid: false, fault: 'rejected-by-application' } as const;
        void validator.validate(effect.announcement).then(
          (verdict) => this.submit({ kind: 'announcement-verified', verificationId, verdict }),
          () => this.submit({ kind: 'announcement-verified', verificationId, verdict: rejected }),
        );
      }
    }
  }

  private verifyRecord(effect: Extract<NodeEffect, { kind: 'verify-record' }>): void {
    const { verificationId, publicKey, signed } = effect;
    const { record, signature } = signed;
    void isSignedBy({ publicKey, signature, bytes: signedRecordBytes(record) }).then((isValid) =>
      this.submit({ kind: 'record-verified', verificationId, isValid }),
    );
  }

  private publish(event: NodeEvent): void {
    const at = unixMillis(Date.now());
    for (const listener of this.listeners) listener(event, at);
  }

  private flushStore(): void {
    if (this.storeChanges.length === 0) return;
    const changes = this.storeChanges;
    this.storeChanges = [];
    this.ports.store.apply(changes);
  }

  /** One timer; set anew only when the next deadline comes before it. */
  private armTimer(): void {
    if (this.isStopped) return;
    const now = monotonicNow();
    const next = Math.min(this.node.nextDeadline() ?? Number.POSITIVE_INFINITY, now + HEARTBEAT_MS);
    if (this.timer !== undefined && this.timerAt <= next) return;
    clearTimeout(this.timer);
    this.timerAt = next;
    this.timer = setTimeout(() => this.deadlineReached(), Math.max(0, Math.ceil(next - now)));
  }

  private deadlineReached(): void {
    this.timer = undefined;
    this.submit({ kind: 'deadline-reached' });
  }
}
