import { createHash } from 'node:crypto';
import type { NodeEvent } from '../../core/node/events.ts';
import { DEFAULT_LIMITS, type NodeLimits } from '../../core/support/limits.ts';
import { peerAddressOfIp, type PeerAddress } from '../../core/support/peer-address.ts';
import { SeededRandom } from '../../core/support/random-source.ts';
import { ScriptedNetwork } from '../attack/scripted-network.ts';
import { Victim } from '../attack/victim.ts';
import { EventQueue } from '../event-queue.ts';
import { createPeerNode } from '../peer-node-machine.ts';
import { AddressFlooder, inventedAddress } from './address-flooder.ts';
import { AttackerPool, isAttackersKey } from './attacker-pool.ts';
import { EclipseAttacker } from './eclipse-attacker.ts';
import { Liar } from './liar.ts';
import { Offender } from './offender.ts';
import { ScriptedPeer, type ScriptWorld } from './scripted-peer.ts';
import { SilentPeer } from './silent-peer.ts';
import { SlotHogger } from './slot-hogger.ts';

const HOSTILE = peerAddressOfIp(Uint8Array.of(60, 1, 1, 1), 7_071);

/** One node whose only seed is one scripted peer; nobody else answers anywhere. */
class Bench {
  readonly queue = new EventQueue();
  readonly world: ScriptWorld = {
    queue: this.queue,
    random: new SeededRandom(1, 9),
    chainId: 'testnet',
    genesisHash: new Uint8Array(32).fill(7),
  };
  readonly knockedAt = new Set<string>();
  readonly network = new ScriptedNetwork(this.queue, {
    hostAt: ({ key }) => {
      this.knockedAt.add(key);
      return undefined;
    },
    latencyMs: () => 10,
  });
  readonly events: NodeEvent[] = [];
  readonly victim: Victim;

  constructor(limits: Partial<NodeLimits> = {}) {
    this.victim = new Victim(this.world, this.network, {
      seed: 1,
      sha256: (bytes) => createHash('sha256').update(bytes).digest(),
      createMachine: createPeerNode,
      limits: { ...DEFAULT_LIMITS, ...limits },
      seeds: [HOSTILE],
      store: { peers: [], documents: {} },
      onEvent: (event) => this.events.push(event),
    });
  }

  add<Peer extends ScriptedPeer>(peer: Peer): Peer {
    peer.port = this.network.attach(peer, peer.address, true);
    return peer;
  }

  run(seconds: number): void {
    if (this.events.length === 0) this.victim.start();
    const until = this.queue.now + seconds * 1_000;
    while ((this.queue.nextAt ?? until) < until) this.queue.step();
    this.queue.advanceTo(until);
  }

  outcomes(of: PeerAddress): string[] {
    return this.events.flatMap((event) =>
      event.kind === 'dial-finished' && event.address === of.key ? [event.outcome] : [],
    );
  }

  get known(): number {
    const { newEntries, triedEntries } = this.victim.machine.snapshot(this.queue.now).book;
    return newEntries + triedEntries;
  }
}

describe('a scripted peer', () => {
  it('completes a handshake, answers pings for hours, and is verified', () => {
    const bench = new Bench();
    bench.add(new ScriptedPeer(bench.world, HOSTILE));
    bench.run(3_600);
    expect(bench.victim.neighbours('outbound')).toEqual([HOSTILE.ip]);
    expect(bench.victim.machine.peers({ state: 'verified', limit: 9 })).toEqual([HOSTILE.key]);
    expect(bench.events.filter((event) => event.kind === 'disconnected')).toEqual([]);
    expect(bench.events.filter((event) => event.kind === 'ping-measured').length).toBeGreaterThan(
      150,
    );
  });

  it('dials, and its claim is verified by the node', () => {
    const bench = new Bench();
    const caller = bench.add(
      new ScriptedPeer(bench.world, peerAddressOfIp(Uint8Array.of(61, 1, 1, 1), 7_071)),
    );
    bench.run(1);
    caller.dial(bench.victim.address);
    bench.run(10);
    expect(bench.victim.neighbours('inbound')).toEqual([caller.ip]);
    expect(bench.outcomes(caller.address)).toContain('connected');
  });
});

describe('a silent peer', () => {
  it('holds up a dial no longer than the deadline of the handshake', () => {
    const bench = new Bench();
    bench.add(new SilentPeer(bench.world, HOSTILE));
    bench.run(11);
    expect(bench.outcomes(HOSTILE)[0]).toBe('timeout');
    expect(bench.victim.machine.peers({ state: 'verified', limit: 9 })).toEqual([]);
  });
});

describe('a liar', () => {
  it('of another genesis is refused as such', () => {
    const bench = new Bench();
    bench.add(new Liar(bench.world, HOSTILE, 'genesis'));
    bench.run(5);
    expect(bench.outcomes(HOSTILE)).toEqual(['genesis-mismatch']);
  });

  it('that invents addresses gets none of them verified', () => {
    const bench = new Bench();
    bench.add(new Liar(bench.world, HOSTILE, 'invention'));
    bench.run(120);
    expect(bench.known).toBeGreaterThan(50);
    expect(bench.victim.machine.peers({ state: 'verified', limit: 99 })).toEqual([HOSTILE.key]);
  });

  it('that claims a third party lets it be dialled, and not be taken for a peer', () => {
    const bench = new Bench();
    const third = inventedAddress(1);
    const liar = bench.add(new Liar(bench.world, HOSTILE, 'third-party', [third]));
    bench.run(2);
    liar.dial(bench.victim.address);
    bench.run(60);
    expect(bench.knockedAt).toContain(third.key);
    expect(bench.victim.machine.peers({ state: 'verified', limit: 9 })).not.toContain(third.key);
  });

  it('that sees a node elsewhere makes it look there, and not say that it lives there', () => {
    const bench = new Bench({ observedVotesSmall: 1 });
    const third = inventedAddress(1);
    bench.add(new Liar(bench.world, HOSTILE, 'observation', [third]));
    bench.run(30);
    expect(bench.knockedAt).toContain(third.key);
    expect(bench.events.map(({ kind }) => kind)).not.toContain('own-address-confirmed');
  });

  it('that is another node each time is one address of one node', () => {
    const bench = new Bench();
    const liar = bench.add(new Liar(bench.world, HOSTILE, 'identity'));
    bench.run(1);
    for (let i = 0; i < 5; i += 1) liar.dial(bench.victim.address);
    bench.run(30);
    expect(bench.victim.machine.peers({ state: 'verified', limit: 9 })).toEqual([HOSTILE.key]);
  });
});

describe('an offender', () => {
  it('comes back whenever it is sent away, until it is banned', () => {
    const bench = new Bench();
    const offender = bench.add(new Offender(bench.world, HOSTILE));
    bench.run(1);
    offender.pester(bench.victim.address);
    bench.run(120);
    expect(bench.victim.machine.bans().map(({ id }) => id)).toContain(HOSTILE.host);
    expect(offender.visits).toBeGreaterThan(1);
    expect(offender.lists).toBeLessThan(20);
    const { lists } = offender;
    bench.run(600);
    expect(offender.lists).toBe(lists);
  });
});

describe('an address flooder', () => {
  it('gets nothing into the book by lists that nobody asked for', () => {
    const bench = new Bench();
    const flooder = bench.add(
      new AddressFlooder(bench.world, HOSTILE, { addresses: 5_000, unsolicitedPerSecond: 20 }),
    );
    bench.run(4);
    // It is sent away long before it has named all.
    expect(flooder.named).toBeLessThan(1_500);
    // What was asked for: the question after the handshake and one or two more.
    expect(bench.known).toBeLessThan(400);
  });
});

describe('a slot hogger', () => {
  it('takes slots and gives nothing', () => {
    const bench = new Bench();
    const hogger = bench.add(new SlotHogger(bench.world, HOSTILE));
    bench.run(2);
    hogger.besiege(bench.victim.address, 3);
    bench.run(60);
    expect(hogger.held).toBeGreaterThanOrEqual(3);
    expect(bench.known).toBe(1);
  });
});

describe('an eclipse attacker', () => {
  it('answers with its own kind alone, never with one address twice', () => {
    const bench = new Bench();
    const pool = new AttackerPool(1_000, 4);
    bench.add(new EclipseAttacker(bench.world, HOSTILE, { pool }));
    const named: number[] = [];
    bench.run(60);
    for (const event of bench.events) {
      if (event.kind === 'peer-list-received') named.push(event.peerCount);
    }
    expect(named.length).toBeGreaterThan(2);
    expect(new Set(named)).toEqual(new Set([100]));
    expect([...bench.knockedAt].every(isAttackersKey)).toBe(true);
  });

  it('has so many addresses in so many groups, each with its own number', () => {
    const pool = new AttackerPool(4_096, 300);
    const keys = Array.from({ length: 4_096 }, (_, index) => pool.key(index));
    expect(new Set(keys).size).toBe(4_096);
    expect(new Set(keys.map((key) => key.split('.', 2).join('.'))).size).toBe(300);
    for (const index of [0, 299, 300, 4_095]) {
      expect(pool.indexOf(pool.address(index).ip as Uint8Array)).toBe(index);
    }
    expect(pool.indexOf(Uint8Array.of(101, 0, 200, 200))).toBeUndefined();
  });
});
