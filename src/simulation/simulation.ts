import type { NodeEffect } from '../core/node/effects.ts';
import type { NodeEvent } from '../core/node/events.ts';
import { nodeIdOfKey } from '../core/session/node-identity.ts';
import { unixMillis, type Millis } from '../core/support/brand.ts';
import { DEFAULT_LIMITS, type NodeLimits } from '../core/support/limits.ts';
import type { PeerAddress } from '../core/support/peer-address.ts';
import { SeededRandom, uniform } from '../core/support/random-source.ts';
import type { Sha256 } from '../core/support/sha256.ts';
import { EventQueue } from './event-queue.ts';
import { InvariantWatch } from './invariant-watch.ts';
import type { CreateMachine } from './machine.ts';
import { DEFAULT_CONDITIONS, type NetworkConditions } from './network-conditions.ts';
import {
  addressOfNode,
  addressOfSilentHost,
  DEFAULT_NODE_OPTIONS,
  type NodePlan,
} from './node-plan.ts';
import type { NodeWorld } from './node-world.ts';
import { Reachability } from './reachability.ts';
import { SimulatedNetwork } from './simulated-network.ts';
import { SimulatedNode } from './simulated-node.ts';
import { simulatedSign } from './simulated-signature.ts';
import { SimulatedResolver } from './simulated-resolver.ts';
import { SimulatedStore } from './simulated-store.ts';
import { SimulatedValidator } from './simulated-validator.ts';
import { TraceHash } from './trace-hash.ts';

export interface SimulationOptions {
  /** 32 bits: everything random in the run follows from it. */
  readonly seed: number;
  readonly sha256: Sha256;
  readonly createMachine: CreateMachine;
  readonly limits?: Partial<NodeLimits>;
  readonly conditions?: Partial<NetworkConditions>;
  /** Nodes sign records of themselves; others leave them out, which costs less. */
  readonly hasRecords?: boolean;
  /** Called at each sample. */
  readonly onSample?: (simulation: Simulation) => void;
}

export type EventListener = (node: SimulatedNode, event: NodeEvent, now: Millis) => void;

/** Virtual milliseconds between two looks at the whole network. */
const SAMPLE_MS = 100;

const KEY_BYTES = 32;
/** 2026-01-01T00:00:00Z: where the virtual wall clock starts. */
const WALL_CLOCK_START = 1_767_225_600_000;

/** Streams of the seed: what one part draws never shifts what another draws. */
const STREAMS = { network: 1, store: 2, resolver: 3, validator: 4, timers: 5, plan: 6, keys: 7 };
const FIRST_NODE_STREAM = 1_000;
const LIVES_MAX = 1_000;

/** A network of nodes in virtual time; one seed gives one run. */
export class Simulation {
  readonly queue = new EventQueue();
  readonly reachability = new Reachability();
  readonly network: SimulatedNetwork;
  readonly resolver: SimulatedResolver;
  readonly validator: SimulatedValidator;
  readonly nodes: SimulatedNode[] = [];
  readonly places = new Set<string>();
  readonly trace = new TraceHash();
  readonly watch: InvariantWatch;
  /** For what a scenario itself leaves to chance. */
  readonly random: SeededRandom;
  private readonly storeRandom: SeededRandom;
  private readonly keyRandom: SeededRandom;
  private readonly nodeWorld: NodeWorld;
  private readonly listeners: EventListener[] = [];
  private nextSampleAt = SAMPLE_MS;
  private timeMoves = true;

  constructor(private readonly options: SimulationOptions) {
    const { queue } = this;
    const stream = (of: number): SeededRandom => new SeededRandom(options.seed, of);
    const conditions = { ...DEFAULT_CONDITIONS, ...options.conditions };
    this.network = new SimulatedNetwork({
      queue,
      random: stream(STREAMS.network),
      conditions,
      reachability: this.reachability,
    });
    this.resolver = new SimulatedResolver(queue, stream(STREAMS.resolver), this.reachability);
    this.validator = new SimulatedValidator(queue, stream(STREAMS.validator), options.sha256);
    this.storeRandom = stream(STREAMS.store);
    this.keyRandom = stream(STREAMS.keys);
    this.random = stream(STREAMS.plan);
    this.watch = new InvariantWatch(this);
    this.nodeWorld = this.createNodeWorld(stream(STREAMS.timers));
  }

  get now(): Millis {
    return this.queue.now;
  }

  get running(): SimulatedNode[] {
    return this.nodes.filter((node) => node.isAlive);
  }

  /** A node with its own address and key; it has not started yet. */
  addNode(plan: NodePlan): SimulatedNode {
    const index = this.nodes.length;
    const { seed, sha256 } = this.options;
    const publicKey = Uint8Array.from({ length: KEY_BYTES }, () => this.keyRandom.nextU32() & 0xff);
    const address = plan.address ?? addressOfNode(index);
    const sign = this.options.hasRecords === true ? simulatedSign(publicKey, sha256) : undefined;
    const fixed = { ...DEFAULT_NODE_OPTIONS, ...plan, publicKey, sha256, sign };
    const limits = { ...DEFAULT_LIMITS, ...this.options.limits, ...plan.limits };
    const createMachine = (life: number): ReturnType<CreateMachine> =>
      this.options.createMachine(
        {
          ...fixed,
          limits,
          p2pPort: address.port,
          random: new SeededRandom(seed, FIRST_NODE_STREAM + index * LIVES_MAX + life),
          wallClock: () =>
            unixMillis(Math.floor(WALL_CLOCK_START + this.now + node.wallClockOffsetMs)),
        },
        this.now,
      );
    const nodeId = nodeIdOfKey(publicKey, sha256);
    const identity = { index, address, nodeId, limits, createMachine };
    const store = new SimulatedStore(this.queue, this.storeRandom);
    const node: SimulatedNode = new SimulatedNode(identity, store, this.nodeWorld);
    this.nodes.push(node);
    this.places.add(address.key);
    if (plan.name !== undefined) this.resolver.setHost(plan.name, [node.ip]);
    return node;
  }

  /** An address at which nobody ever answers; nodes may be told of it. */
  addSilentHost(): PeerAddress {
    const address = addressOfSilentHost(this.places.size);
    this.network.addSilentHost(address);
    this.places.add(address.key);
    return address;
  }

  at(atMs: number, action: () => void): void {
    this.queue.schedule(atMs, action);
  }

  /** `listener` hears every event of every node. */
  listen(listener: EventListener): void {
    this.listeners.push(listener);
  }

  /** Runs until `done` holds at a sample or `limitMs` have passed. @returns whether it held */
  runUntil(done: () => boolean, limitMs: number): boolean {
    const endAt = this.now + limitMs;
    while (this.timeMoves && this.now < endAt) {
      this.runEvents(Math.min(this.nextSampleAt, endAt));
      if (!this.timeMoves || this.now < this.nextSampleAt) continue;
      this.nextSampleAt += SAMPLE_MS;
      this.watch.sample();
      this.options.onSample?.(this);
      if (done()) return true;
    }
    return false;
  }

  runFor(ms: number): void {
    this.runUntil(() => false, ms);
  }

  private runEvents(untilMs: number): void {
    const { queue } = this;
    for (let at = queue.nextAt; at !== undefined && at <= untilMs; at = queue.nextAt) {
      queue.step();
      if (!this.watch.instant()) {
        this.timeMoves = false;
        return;
      }
    }
    queue.advanceTo(untilMs);
  }

  private createNodeWorld(timerRandom: SeededRandom): NodeWorld {
    const { queue, network, resolver, validator } = this;
    const nodeAt = (index: number): SimulatedNode => this.nodes[index] as SimulatedNode;
    return {
      queue,
      network,
      resolver,
      validator,
      lateness: () => uniform(timerRandom),
      nodeIdOf: (host) => nodeAt(host.index).identity.nodeId,
      onEffect: (index, effect) => this.onEffect(nodeAt(index), effect),
      report: (rule, node, detail) => this.watch.report([{ rule, node, detail }]),
    };
  }

  private onEffect(node: SimulatedNode, effect: NodeEffect): void {
    this.trace.addNumber(this.now);
    this.trace.addNumber(node.index);
    this.trace.add(effect);
    this.watch.effect(node, effect);
    if (effect.kind !== 'observe') return;
    for (const listener of this.listeners) listener(node, effect.event, this.now);
  }
}
