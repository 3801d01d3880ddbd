import { CAPABILITY, PROTOCOL_VERSION } from '../../core/session/hello-verdict.ts';
import type { Direction } from '../../core/session/connection.ts';
import { disconnectFrame, type GoodbyeOptions } from '../../core/session/goodbye.ts';
import type { NodeInput } from '../../core/node/inputs.ts';
import type { WireReason } from '../../core/session/reasons.ts';
import { connectionId, type ConnectionId } from '../../core/support/brand.ts';
import type { PeerAddress } from '../../core/support/peer-address.ts';
import { nextU64, type RandomSource } from '../../core/support/random-source.ts';
import { FrameDecoder, PREFACE } from '../../core/wire/frame-decoder.ts';
import type { GetPeers, Hello } from '../../core/wire/generated/p2p.ts';
import { decodeBody, encodeFrame } from '../../core/wire/message-codec.ts';
import { messageTypeOf, type Message } from '../../core/wire/message.ts';
import type { EventQueue } from '../event-queue.ts';
import type { NetworkHost } from '../network-link.ts';
import type { NetworkEffect } from '../simulated-network.ts';

/** The network under a scripted peer: what an attachment of a simulated network offers. */
export interface NetworkPort {
  /** @returns false when the effect names a connection that is over */
  perform(effect: NetworkEffect): boolean;
}

/** What scripted peers share. */
export interface ScriptWorld {
  readonly queue: EventQueue;
  readonly random: RandomSource;
  readonly chainId: string;
  readonly genesisHash: Uint8Array;
}

/** One connection of a scripted peer. */
export interface ScriptedLink {
  readonly id: ConnectionId;
  readonly direction: Direction;
  readonly remote: PeerAddress;
  readonly decoder: FrameDecoder;
  /** The far side's, once it has come. */
  hello: Hello | undefined;
  /** The peer has given it a slot, for those that count slots. */
  isAdmitted: boolean;
}

const FRAME_BYTES_MAX = 65_536;
const DIAL_TIMEOUT_MS = 10_000;
const KEY_BYTES = 32;
const CAPABILITIES = CAPABILITY.peerExchange | CAPABILITY.announcements | CAPABILITY.redirects;

/** A Ping whose nonce is not zero: u32 length 10, type 3, one fixed64 with its tag. */
const PING_BYTES = 14;
const TYPE_AT = 4;
const PING_TYPE = 3;
const PONG_TYPE = 4;

/**
 * A host that speaks the protocol and has no policy: it answers what it is asked, and a subclass says
 * with what. Cheap enough for tens of thousands: one map, and a decoder per connection.
 */
export class ScriptedPeer implements NetworkHost {
  readonly index: number;
  readonly ip: Uint8Array;
  readonly publicKey: Uint8Array;
  readonly links = new Map<ConnectionId, ScriptedLink>();
  /** Set by whoever puts the peer on a network. */
  port: NetworkPort | undefined;
  private lastDialId = 0;

  constructor(
    readonly world: ScriptWorld,
    readonly address: PeerAddress,
    index = -1,
  ) {
    this.index = index;
    this.ip = address.ip as Uint8Array;
    this.publicKey = keyOf(address);
  }

  receive(input: NodeInput): void {
    switch (input.kind) {
      case 'connection-opened':
        return this.openedLink(input.connectionId, input.direction, input.remote);
      case 'bytes-received':
        return this.received(input.connectionId, input.bytes);
      case 'connection-closed':
        return this.forget(input.connectionId);
      case 'dial-failed':
        return this.dialFailed();
      default:
    }
  }

  answeredWithHello(): void {
    // A scripted peer keeps no books.
  }

  dial(endpoint: PeerAddress): void {
    this.lastDialId += 2;
    const id = connectionId(this.lastDialId);
    this.perform({ kind: 'dial', connectionId: id, endpoint, timeoutMs: DIAL_TIMEOUT_MS });
  }

  send(link: ScriptedLink, message: Message): void {
    this.sendBytes(link.id, encodeFrame(message));
  }

  /** Says why and closes. */
  goodbye(link: ScriptedLink, reason: WireReason, options: GoodbyeOptions = {}): void {
    this.sendBytes(link.id, disconnectFrame(reason, options));
    this.close(link);
  }

  close(link: ScriptedLink, mode: 'flush' | 'abort' = 'flush'): void {
    if (!this.links.has(link.id)) return;
    this.perform({ kind: 'close', connectionId: link.id, mode });
    this.forget(link.id);
  }

  // --- what a subclass may change ---------------------------------------------------------------

  /** A socket is open; a dialler speaks first. */
  protected opened(link: ScriptedLink): void {
    if (link.direction === 'outbound') this.sendHello(link);
  }

  protected helloFor(link: ScriptedLink): Hello {
    return {
      protocolVersion: PROTOCOL_VERSION,
      chainId: this.world.chainId,
      genesisHash: this.world.genesisHash,
      connectionNonce: nextU64(this.world.random),
      publicKey: this.publicKey,
      agent: 'scripted/1',
      listenAddresses: [this.address.key],
      capabilities: CAPABILITIES,
      zone: '',
      observedAddress: link.remote.key,
      tipHeight: 0n,
      tipHash: new Uint8Array(0),
    };
  }

  /** Both Hellos have been sent. */
  protected greeted(_link: ScriptedLink): void {
    // Nothing more to say.
  }

  protected asked(link: ScriptedLink, _request: GetPeers): void {
    this.send(link, { type: 'peer-list', body: { peers: this.peersFor(link), records: [] } });
  }

  protected peersFor(_link: ScriptedLink): string[] {
    return [];
  }

  protected told(_peers: readonly string[]): void {
    // It has no use for addresses.
  }

  protected ended(_link: ScriptedLink): void {
    // Nothing is missed.
  }

  protected dialFailed(): void {
    // Nothing is missed.
  }

  // --- protocol ---------------------------------------------------------------------------------

  protected sendHello(link: ScriptedLink): void {
    const frame = encodeFrame({ type: 'hello', body: this.helloFor(link) });
    const bytes = new Uint8Array(PREFACE.length + frame.length);
    bytes.set(PREFACE);
    bytes.set(frame, PREFACE.length);
    this.sendBytes(link.id, bytes);
  }

  private openedLink(id: ConnectionId, direction: Direction, remote: PeerAddress): void {
    const decoder = new FrameDecoder(FRAME_BYTES_MAX);
    const link = { id, direction, remote, decoder, hello: undefined, isAdmitted: false };
    this.links.set(id, link);
    this.opened(link);
  }

  private received(id: ConnectionId, bytes: Uint8Array): void {
    const link = this.links.get(id);
    if (link === undefined) return;
    if (isPing(bytes) && link.decoder.partialBytes === 0 && link.hello !== undefined) {
      const pong = new Uint8Array(bytes);
      pong[TYPE_AT] = PONG_TYPE;
      this.sendBytes(id, pong);
      return;
    }
    link.decoder.push(bytes);
    while (this.links.has(id)) {
      const step = link.decoder.next();
      if (step === undefined || step.kind === 'fault') return;
      if (step.kind === 'frame') this.frame(link, step.frameType, step.body);
    }
  }

  private frame(link: ScriptedLink, frameType: number, body: Uint8Array): void {
    const type = messageTypeOf(frameType);
    const decoded = type === undefined ? undefined : decodeBody(type, body);
    if (decoded?.ok !== true) return;
    const { message } = decoded;
    switch (message.type) {
      case 'hello':
        link.hello = message.body;
        if (link.direction === 'inbound') this.sendHello(link);
        return this.greeted(link);
      case 'ping':
        return this.send(link, { type: 'pong', body: message.body });
      case 'get-peers':
        return this.asked(link, message.body);
      case 'peer-list':
        return this.told(message.body.peers);
      case 'disconnect':
        return this.close(link);
      default:
    }
  }

  private forget(id: ConnectionId): void {
    const link = this.links.get(id);
    if (link === undefined) return;
    this.links.delete(id);
    this.ended(link);
  }

  private sendBytes(id: ConnectionId, bytes: Uint8Array): void {
    this.perform({ kind: 'send', connectionId: id, bytes });
  }

  private perform(effect: NetworkEffect): void {
    this.port?.perform(effect);
  }
}

/** Whether the dialler only came to verify the address. */
export function isFeeler(link: ScriptedLink): boolean {
  return link.hello !== undefined && (link.hello.capabilities & CAPABILITY.feeler) !== 0n;
}

/** A key of its own for each address, the same in every run. */
function keyOf(address: PeerAddress): Uint8Array {
  const ip = address.ip as Uint8Array;
  return Uint8Array.from(
    { length: KEY_BYTES },
    (_, i) => (ip[i % ip.length] as number) ^ ((i * 37 + address.port) & 0xff),
  );
}

function isPing(bytes: Uint8Array): boolean {
  return bytes.length === PING_BYTES && bytes[TYPE_AT] === PING_TYPE && bytes[3] === 10;
}
