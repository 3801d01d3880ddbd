import { parseSeedSource, type SeedSource } from '../../core/connectivity/seed-source.ts';
import type { StoredDocuments } from '../../core/address-book/stored-documents.ts';
import type { StoredPeer } from '../../core/address-book/stored-peer.ts';
import type { NodeEffect } from '../../core/node/effects.ts';
import type { NodeEvent } from '../../core/node/events.ts';
import type { NodeInput } from '../../core/node/inputs.ts';
import type { BookPage, BookQuery } from '../../core/node/views.ts';
import { holdsSlot, type ConnectionClass, type Direction } from '../../core/session/connection.ts';
import { unixMillis, type ConnectionId, type Millis } from '../../core/support/brand.ts';
import type { NodeLimits } from '../../core/support/limits.ts';
import { peerAddressOfIp, type PeerAddress } from '../../core/support/peer-address.ts';
import { SeededRandom, type RandomSource } from '../../core/support/random-source.ts';
import type { Sha256 } from '../../core/support/sha256.ts';
import type { ScriptWorld } from '../hostile/scripted-peer.ts';
import type { CreateMachine, Machine } from '../machine.ts';
import type { NetworkHost } from '../network-link.ts';
import { SimulatedStore } from '../simulated-store.ts';
import type { HostPort, ScriptedNetwork } from './scripted-network.ts';

const P2P_PORT = 7_071;
/** In a /16 of its own, between the honest ones and the attackers'. */
const VICTIM_IP = Uint8Array.of(100, 1, 1, 1);
const WALL_CLOCK_START = 1_767_225_600_000;
const KEY_BYTES = 32;
const BOOK_MAX = 100_000;

/** What a stop leaves behind: a start from it is a restart. */
export interface StoreImage {
  readonly peers: readonly StoredPeer[];
  readonly documents: StoredDocuments;
}

export interface VictimOptions {
  /** All that chance decides in this life. */
  readonly seed: number;
  readonly sha256: Sha256;
  readonly createMachine: CreateMachine;
  readonly limits: NodeLimits;
  readonly seeds: readonly PeerAddress[];
  readonly store: StoreImage;
  readonly onEvent?: ((event: NodeEvent, now: Millis) => void) | undefined;
}

interface ShowsBook {
  book(query: BookQuery, now: Millis): BookPage;
}

interface Established {
  readonly direction: Direction;
  readonly class: ConnectionClass;
}

/** The node under attack: a real machine, its disk, and the pump between it and the network. */
export class Victim implements NetworkHost {
  readonly index = 0;
  readonly ip = VICTIM_IP;
  readonly address = peerAddressOfIp(VICTIM_IP, P2P_PORT);
  readonly machine: Machine;
  readonly port: HostPort;
  readonly established = new Map<ConnectionId, Established>();
  private readonly store: SimulatedStore;
  private wakeAt: number | undefined;
  private wakeToken = 0;

  constructor(
    private readonly world: ScriptWorld,
    network: ScriptedNetwork,
    private readonly options: VictimOptions,
  ) {
    const { queue } = world;
    this.store = new SimulatedStore(queue, new SeededRandom(options.seed, 2));
    for (const { address, record } of options.store.peers) {
      if (record !== undefined) this.store.save(address, record);
    }
    for (const [name, text] of Object.entries(options.store.documents)) {
      this.store.saveDocument(name as keyof StoredDocuments, text);
    }
    this.store.flush();
    this.port = network.attach(this, this.address, true);
    this.machine = options.createMachine(
      machineOptions(options, world, new SeededRandom(options.seed, 1)),
      queue.now,
    );
  }

  get limits(): NodeLimits {
    return this.options.limits;
  }

  start(): void {
    const { peers, documents } = this.options.store;
    this.receive({ kind: 'peers-loaded', peers, documents });
  }

  /** What the disk would hold if the process ended now, all writes done. */
  image(): StoreImage {
    this.store.flush();
    return { peers: this.store.load(), documents: this.store.documents() };
  }

  receive(input: NodeInput): void {
    if (input.kind === 'connection-closed') this.established.delete(input.connectionId);
    this.machine.handle(input, this.world.queue.now);
    for (const effect of this.machine.drainEffects()) this.perform(effect);
    this.scheduleWake(this.machine.nextDeadline());
  }

  answeredWithHello(): void {
    // What became of a dial comes with the machine's own events.
  }

  /** Far ends of the connections that hold a slot: ground truth of the network. */
  neighbours(direction: Direction): Uint8Array[] {
    const ips: Uint8Array[] = [];
    for (const [id, one] of this.established) {
      const far = this.port.ends.get(id)?.far;
      if (one.direction !== direction || !holdsSlot(one.class) || far === undefined) continue;
      ips.push(far.owner.host.ip);
    }
    return ips;
  }

  /** Addresses of the tried table; undefined when the machine does not show its book. */
  tried(): string[] | undefined {
    const machine = this.machine as (Machine & Partial<ShowsBook>) | undefined;
    const page = machine?.book?.({ limit: BOOK_MAX }, this.world.queue.now);
    return page?.entries.filter(({ table }) => table === 'tried').map(({ address }) => address);
  }

  private scheduleWake(deadline: Millis | undefined): void {
    if (deadline === undefined || (this.wakeAt !== undefined && this.wakeAt <= deadline)) return;
    const { queue } = this.world;
    this.wakeAt = Math.max(deadline, queue.now);
    this.wakeToken += 1;
    const token = this.wakeToken;
    queue.schedule(this.wakeAt, () => {
      if (this.wakeToken !== token) return;
      this.wakeAt = undefined;
      const next = this.machine.nextDeadline();
      if (next !== undefined && next <= queue.now) this.receive({ kind: 'deadline-reached' });
      else this.scheduleWake(next);
    });
  }

  private perform(effect: NodeEffect): void {
    switch (effect.kind) {
      case 'observe':
        return this.observe(effect.event);
      case 'save-peer':
        return this.store.save(effect.address, effect.record);
      case 'forget-peer':
        return this.store.forget(effect.address);
      case 'save-document':
        return this.store.saveDocument(effect.name, effect.text);
      case 'read-source':
        return this.readSource(effect.sourceIndex, effect.source);
      case 'resolve-host':
      case 'verify-announcement':
      case 'verify-record':
        // No names, announcements and records here: an answer that never comes is one that is not awaited.
        return;
      default:
        if (effect.kind === 'close') this.established.delete(effect.connectionId);
        this.port.perform(effect);
    }
  }

  private readSource(sourceIndex: number, source: SeedSource): void {
    const { queue } = this.world;
    if (source.kind !== 'address') return;
    const result = { ok: true, addresses: [source.address] } as const;
    queue.schedule(queue.now + 1, () => this.receive({ kind: 'source-read', sourceIndex, result }));
  }

  private observe(event: NodeEvent): void {
    if (event.kind === 'connection-established') {
      this.established.set(event.connectionId, { direction: event.direction, class: event.class });
    } else if (event.kind === 'disconnected') {
      this.established.delete(event.connectionId);
    }
    this.options.onEvent?.(event, this.world.queue.now);
  }
}

function machineOptions(
  { sha256, limits, seeds }: VictimOptions,
  { queue, chainId, genesisHash }: ScriptWorld,
  random: RandomSource,
): Parameters<CreateMachine>[0] {
  return {
    chainId,
    genesisHash,
    publicKey: new Uint8Array(KEY_BYTES).fill(1),
    agent: 'vision-node/victim',
    zone: '',
    p2pPort: P2P_PORT,
    seeds: seeds.map(seedOf),
    operatorPeers: [],
    scope: 'auto',
    allowedCidrs: [],
    allowedNameSuffixes: [],
    limits,
    random,
    sha256,
    wallClock: () => unixMillis(Math.floor(WALL_CLOCK_START + queue.now)),
  };
}

function seedOf(address: PeerAddress): SeedSource {
  const parsed = parseSeedSource(address.key);
  if (!parsed.ok) throw new Error(`not a seed: ${address.key}`);
  return parsed.source;
}
