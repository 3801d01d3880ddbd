import { createHash } from 'node:crypto';
import type {
  DocumentName,
  StoredDocuments,
} from '../../src/core/address-book/stored-documents.ts';
import type { StoredPeer } from '../../src/core/address-book/stored-peer.ts';
import { parseSeedSource } from '../../src/core/connectivity/seed-source.ts';
import type { NodeEffect } from '../../src/core/node/effects.ts';
import type { NodeEvent } from '../../src/core/node/events.ts';
import type { NodeInput } from '../../src/core/node/inputs.ts';
import type { PeerNodeOptions } from '../../src/core/node/node-options.ts';
import type { BookQuery } from '../../src/core/node/views.ts';
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
import { FrameDecoder } from '../../src/core/wire/frame-decoder.ts';
import type { Hello } from '../../src/core/wire/generated/p2p.ts';
import { decodeBody, encodeFrame } from '../../src/core/wire/message-codec.ts';
import { FRAME_TYPES, messageTypeOf, type Message } from '../../src/core/wire/message.ts';
import { TraceHash } from '../../src/simulation/trace-hash.ts';
import { GENESIS, handshakeOf, OWN_KEY } from './script-handshake.ts';

const sha256 = (bytes: Uint8Array): Uint8Array => createHash('sha256').update(bytes).digest();
/** Deadlines at one moment; more is a node that spins. */
const SPIN_ROUNDS = 100;
export const OWN = peerAddressOfIp(Uint8Array.of(10, 0, 0, 1), 7071);
/** Address of the scripted peer of a number, private scope. */
export const peerAt = (i: number): PeerAddress =>
  peerAddressOfIp(Uint8Array.of(10, 1, i >> 8, i), 7071);
/** Address of the scripted peer of a number on the internet, each in a /16 of its own. */
export const publicPeerAt = (i: number): PeerAddress =>
  peerAddressOfIp(Uint8Array.of(20 + (i >> 8), i & 255, 0, 1), 7071);
const OWN_PUBLIC = peerAddressOfIp(Uint8Array.of(150, 0, 0, 1), 7071);

/** Feeds inputs at virtual times and keeps every effect. */
export class NodeScript {
  readonly effects: NodeEffect[] = [];
  readonly trace = new TraceHash();
  private readonly node: PeerNode;
  now = 0;
  private readonly pings = new Map<ConnectionId, bigint>();
  private accepted = -1;
  private readonly peerAt: (i: number) => PeerAddress;

  constructor(
    options: {
      readonly documents?: StoredDocuments;
      seeds?: number[];
      stored?: number[];
      storedNames?: PeerAddress[];
      /** Stored peers, with what is known of them. */
      storedPeers?: StoredPeer[];
      network?: Partial<
        Pick<
          PeerNodeOptions,
          | 'scope'
          | 'allowedCidrs'
          | 'allowedNameSuffixes'
          | 'seeds'
          | 'security'
          | 'advertise'
          | 'sign'
        >
      >;
      limits?: Partial<NodeLimits>;
      random?: number;
      /** Where the scripted peers are; default `peerAt`. */
      peerAt?: (i: number) => PeerAddress;
    } = {},
  ) {
    this.peerAt = options.peerAt ?? peerAt;
    this.node = new PeerNode(
      {
        chainId: 'lab',
        genesisHash: GENESIS,
        publicKey: OWN_KEY,
        agent: 'vision-node/test',
        zone: '',
        p2pPort: 7071,
        seeds: (options.seeds ?? []).map((i) => {
          const parsed = parseSeedSource(this.peerAt(i).key);
          if (!parsed.ok) throw new Error(parsed.expected);
          return parsed.source;
        }),
        operatorPeers: [],
        scope: 'auto',
        allowedCidrs: [],
        allowedNameSuffixes: [],
        ...options.network,
        limits: { ...DEFAULT_LIMITS, ...options.limits },
        random: new SeededRandom(options.random ?? 1),
        sha256,
        wallClock: () => unixMillis(1_700_000_000_000 + this.now),
      },
      millis(0),
    );
    const stored = (options.stored ?? []).map((i) => this.peerAt(i));
    const bare = [...stored, ...(options.storedNames ?? [])].map((address) => ({ address }));
    const peers = [...bare, ...(options.storedPeers ?? [])];
    this.feed({ kind: 'peers-loaded', peers, documents: options.documents ?? {} });
  }

  feed(input: NodeInput): void {
    this.node.handle(input, millis(this.now));
    for (const effect of this.node.drainEffects()) {
      this.trace.addNumber(this.now);
      this.trace.add(effect);
      this.effects.push(effect);
      if (effect.kind === 'send') this.notePing(effect.connectionId, effect.bytes);
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
    const dial = this.of('dial').findLast(({ endpoint }) => endpoint.key === this.peerAt(i).key);
    if (dial === undefined) throw new Error(`${this.peerAt(i).key} was not dialled`);
    return dial.connectionId;
  }

  refuse(i: number): void {
    this.feed({ kind: 'dial-failed', connectionId: this.dialOf(i), failure: 'connection-refused' });
  }

  /** The dial of a peer opens and its handshake succeeds. */
  answer(i: number, hello: Partial<Hello> = {}): ConnectionId {
    const id = this.dialOf(i);
    this.answerAt(i, id, this.peerAt(i), hello);
    return id;
  }

  /** The same for a dial of another address of that peer. */
  answerAt(i: number, id: ConnectionId, remote: PeerAddress, hello: Partial<Hello> = {}): void {
    this.open(id, 'outbound', remote);
    this.feed({ kind: 'bytes-received', connectionId: id, bytes: handshakeOf(i, hello) });
  }

  sayHello(id: ConnectionId, i: number, hello: Partial<Hello>): void {
    this.feed({ kind: 'bytes-received', connectionId: id, bytes: handshakeOf(i, hello) });
  }

  /** A dial opens, and these bytes come back. */
  answerRaw(id: ConnectionId, bytes: Uint8Array): void {
    this.open(id, 'outbound', this.endpointOf(id));
    this.feed({ kind: 'bytes-received', connectionId: id, bytes });
  }

  private endpointOf(id: ConnectionId): PeerAddress {
    const endpoint = this.of('dial').find(({ connectionId: of }) => of === id)?.endpoint;
    if (endpoint === undefined) throw new Error(`no dial ${id}`);
    return endpoint;
  }

  /** A dial leads to this node itself. @param keys that TLS proves at the far ends; absent: plain */
  meetItself(id: ConnectionId, keys: { dialled?: Uint8Array; arriving?: Uint8Array } = {}): void {
    const endpoint = this.endpointOf(id);
    this.open(id, 'outbound', endpoint);
    this.secure(id, keys.dialled);
    this.accepted += 2;
    const inbound = connectionId(this.accepted);
    this.open(inbound, 'inbound', peerAddressOfIp(endpoint.ip as Uint8Array, 40_000));
    this.secure(inbound, keys.arriving);
    this.pass(id, inbound);
    this.pass(inbound, id);
  }

  private secure(id: ConnectionId, publicKey: Uint8Array | undefined): void {
    if (publicKey === undefined) return;
    this.feed({ kind: 'connection-secured', connectionId: id, publicKey });
  }

  /** All that the node sent on one connection arrives on another. */
  private pass(from: ConnectionId, to: ConnectionId): void {
    const chunks = this.of('send').filter(({ connectionId: of }) => of === from);
    for (const { bytes } of chunks) this.feed({ kind: 'bytes-received', connectionId: to, bytes });
  }

  /** A peer dials us. */
  accept(i: number, hello: Partial<Hello> = {}): ConnectionId {
    return this.acceptRaw(i, handshakeOf(i, hello));
  }

  /** A peer dials us and sends these bytes. */
  acceptRaw(i: number, bytes: Uint8Array): ConnectionId {
    this.accepted += 2;
    const id = connectionId(this.accepted);
    this.open(id, 'inbound', peerAddressOfIp(this.peerAt(i).ip as Uint8Array, 40_000));
    this.feed({ kind: 'bytes-received', connectionId: id, bytes });
    return id;
  }

  /** The process stands still: time passes, no deadline is met. */
  stall(ms: number): void {
    this.now += ms;
  }

  send(id: ConnectionId, message: Message): void {
    this.feed({ kind: 'bytes-received', connectionId: id, bytes: encodeFrame(message) });
  }

  /** What the node sent on a connection, its preface left out. */
  sent(id: ConnectionId): Message[] {
    const chunks = this.of('send').filter(({ connectionId: of }) => of === id);
    const decoder = new FrameDecoder(65_536);
    for (const { bytes } of chunks) decoder.push(bytes);
    const messages: Message[] = [];
    for (let step = decoder.next(); step !== undefined; step = decoder.next()) {
      const type = step.kind === 'frame' ? messageTypeOf(step.frameType) : undefined;
      if (step.kind !== 'frame' || type === undefined) continue;
      const decoded = decodeBody(type, step.body);
      if (decoded.ok) messages.push(decoded.message);
    }
    return messages;
  }

  /** Nonce of the last ping on a connection. */
  lastPing(id: ConnectionId): bigint | undefined {
    return this.pings.get(id);
  }

  /** The last document of a name that the node wants kept. */
  document(name: DocumentName): string | undefined {
    return this.of('save-document').findLast((effect) => effect.name === name)?.text;
  }

  bans() {
    return this.node.bans();
  }

  book(query: Partial<BookQuery> = {}) {
    return this.node.book({ limit: 1_000, ...query }, millis(this.now)).entries;
  }

  connections() {
    return this.node.connections(millis(this.now));
  }

  snapshot() {
    return this.node.snapshot(millis(this.now));
  }

  listed(): string[] {
    return this.node.peers({ state: 'verified', limit: 100 });
  }

  /** A ping is a frame by itself, 14 bytes long. */
  private notePing(id: ConnectionId, bytes: Uint8Array): void {
    if (bytes.length !== 14 || bytes[4] !== FRAME_TYPES.ping) return;
    const decoded = decodeBody('ping', bytes.subarray(5));
    if (decoded.ok && decoded.message.type === 'ping') {
      this.pings.set(id, decoded.message.body.nonce);
    }
  }

  private open(id: ConnectionId, direction: 'inbound' | 'outbound', remote: PeerAddress): void {
    this.feed({
      kind: 'connection-opened',
      connectionId: id,
      direction,
      remote,
      local: this.peerAt === peerAt ? OWN : OWN_PUBLIC,
    });
  }
}
