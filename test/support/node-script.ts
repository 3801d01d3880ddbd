import { createHash } from 'node:crypto';
import type { StoredDocuments } from '../../src/core/address-book/stored-documents.ts';
import { parseSeedSource } from '../../src/core/connectivity/seed-source.ts';
import type { NodeEffect } from '../../src/core/node/effects.ts';
import type { NodeEvent } from '../../src/core/node/events.ts';
import type { NodeInput } from '../../src/core/node/inputs.ts';
import { PeerNode } from '../../src/core/node/peer-node.ts';
import {
  connectionId,
  millis,
  unixMillis,
  type ConnectionId,
} from '../../src/core/support/brand.ts';
import { DEFAULT_LIMITS, type NodeLimits } from '../../src/core/support/limits.ts';
import { peerAddressOfIp, type PeerAddress } from '../../src/core/support/peer-address.ts';
import { SeededRandom } from '../../src/core/support/random-source.ts';
import { PREFACE } from '../../src/core/wire/frame-decoder.ts';
import type { Hello } from '../../src/core/wire/generated/p2p.ts';
import { encodeFrame } from '../../src/core/wire/message-codec.ts';
import { TraceHash } from '../../src/simulation/trace-hash.ts';

const sha256 = (bytes: Uint8Array): Uint8Array => createHash('sha256').update(bytes).digest();
/** Deadlines at one moment; more is a node that spins. */
const SPIN_ROUNDS = 100;
const GENESIS = new Uint8Array(32).fill(7);
export const OWN = peerAddressOfIp(Uint8Array.of(10, 0, 0, 1), 7071);
/** Address of the scripted peer of a number, private scope. */
export const peerAt = (i: number): PeerAddress =>
  peerAddressOfIp(Uint8Array.of(10, 1, i >> 8, i), 7071);
const keyAt = (i: number): Uint8Array => sha256(Uint8Array.of(i >> 8, i));

/** Preface and Hello of a peer: what a node reads first. */
function handshakeOf(i: number, changes: Partial<Hello> = {}): Uint8Array {
  const body: Hello = {
    protocolVersion: 1,
    chainId: 'lab',
    genesisHash: GENESIS,
    connectionNonce: BigInt(i),
    publicKey: keyAt(i),
    agent: 'peer/1',
    listenAddresses: [],
    capabilities: 7n,
    zone: '',
    observedAddress: '',
    tipHeight: 0n,
    tipHash: new Uint8Array(0),
    ...changes,
  };
  return Buffer.concat([PREFACE, encodeFrame({ type: 'hello', body })]);
}

/** Feeds inputs at virtual times and keeps every effect. */
export class NodeScript {
  readonly effects: NodeEffect[] = [];
  readonly trace = new TraceHash();
  private readonly node: PeerNode;
  private now = 0;
  private accepted = -1;

  constructor(
    options: {
      readonly documents?: StoredDocuments;
      seeds?: number[];
      stored?: number[];
      limits?: Partial<NodeLimits>;
      random?: number;
    } = {},
  ) {
    this.node = new PeerNode(
      {
        chainId: 'lab',
        genesisHash: GENESIS,
        publicKey: keyAt(9_999),
        agent: 'vision-node/test',
        zone: '',
        p2pPort: 7071,
        seeds: (options.seeds ?? []).map((i) => {
          const parsed = parseSeedSource(peerAt(i).key);
          if (!parsed.ok) throw new Error(parsed.expected);
          return parsed.source;
        }),
        operatorPeers: [],
        scope: 'auto',
        allowedCidrs: [],
        allowedNameSuffixes: [],
        limits: { ...DEFAULT_LIMITS, ...options.limits },
        random: new SeededRandom(options.random ?? 1),
        sha256,
        wallClock: () => unixMillis(1_700_000_000_000 + this.now),
      },
      millis(0),
    );
    const peers = (options.stored ?? []).map((i) => ({ address: peerAt(i) }));
    this.feed({ kind: 'peers-loaded', peers, documents: options.documents ?? {} });
  }

  feed(input: NodeInput): void {
    this.node.handle(input, millis(this.now));
    for (const effect of this.node.drainEffects()) {
      this.trace.addNumber(this.now);
      this.trace.add(effect);
      this.effects.push(effect);
    }
  }

  /** Runs every deadline up to a time, and stops there. */
  runTo(time: number): void {
    let rounds = 0;
    let next = this.node.nextDeadline();
    while (next !== undefined && next <= time) {
      rounds = next > this.now ? 0 : rounds + 1;
      if (rounds > SPIN_ROUNDS) throw new Error(`the deadline ${next} never moves on`);
      this.now = Math.max(this.now, next);
      this.feed({ kind: 'deadline-reached' });
      next = this.node.nextDeadline();
    }
    this.now = time;
  }

  of<Kind extends NodeEffect['kind']>(kind: Kind): Extract<NodeEffect, { kind: Kind }>[] {
    return this.effects.filter(
      (effect): effect is Extract<NodeEffect, { kind: Kind }> => effect.kind === kind,
    );
  }

  events<Kind extends NodeEvent['kind']>(kind: Kind): Extract<NodeEvent, { kind: Kind }>[] {
    return this.of('observe')
      .map(({ event }) => event)
      .filter((event): event is Extract<NodeEvent, { kind: Kind }> => event.kind === kind);
  }

  dialled(): string[] {
    return this.of('dial').map(({ endpoint }) => endpoint.key);
  }

  /** The last dial of an address. */
  dialOf(i: number): ConnectionId {
    const dial = this.of('dial').findLast(({ endpoint }) => endpoint.key === peerAt(i).key);
    if (dial === undefined) throw new Error(`${peerAt(i).key} was not dialled`);
    return dial.connectionId;
  }

  refuse(i: number): void {
    this.feed({ kind: 'dial-failed', connectionId: this.dialOf(i), failure: 'connection-refused' });
  }

  /** The dial of a peer opens and its handshake succeeds. */
  answer(i: number): ConnectionId {
    const id = this.dialOf(i);
    this.open(id, 'outbound', peerAt(i));
    this.feed({ kind: 'bytes-received', connectionId: id, bytes: handshakeOf(i) });
    return id;
  }

  /** A peer dials us. */
  accept(i: number, hello: Partial<Hello> = {}): ConnectionId {
    this.accepted += 2;
    const id = connectionId(this.accepted);
    this.open(id, 'inbound', peerAddressOfIp(peerAt(i).ip as Uint8Array, 40_000));
    this.feed({ kind: 'bytes-received', connectionId: id, bytes: handshakeOf(i, hello) });
    return id;
  }

  snapshot() {
    return this.node.snapshot(millis(this.now));
  }

  listed(): string[] {
    return this.node.peers({ state: 'verified', limit: 100 });
  }

  private open(id: ConnectionId, direction: 'inbound' | 'outbound', remote: PeerAddress): void {
    this.feed({ kind: 'connection-opened', connectionId: id, direction, remote, local: OWN });
  }
}
