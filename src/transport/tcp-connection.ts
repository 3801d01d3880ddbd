import type { Socket } from 'node:net';

import type { TransportCloseReason } from '../core/session/reasons.ts';
import type { ConnectionId } from '../core/support/brand.ts';
import type { LimitName } from '../core/support/limits.ts';
import { PacedBytes, type BytesTaker } from '../support/paced-bytes.ts';
import { listenTo, stopListeningTo, type SocketListener } from './shared-handlers.ts';
import { closeReasonOf } from './socket-faults.ts';
import { closeByReset } from './socket-reset.ts';
import type { TcpConnectionOwner } from './tcp-connection-owner.ts';
import { unsentBytesOf, type ProvenPeer, type TlsChannel } from './tls-channel.ts';
import { TlsIntake, type TlsIntakeOwner } from './tls-intake.ts';
import { writeTogether } from './write-together.ts';

/** First byte of a TLS record that holds a handshake (RFC 8446 5.1). */
const TLS_HANDSHAKE = 0x16;
/** What a closing peer may still send before it is no longer read; keeps a reset from eating our goodbye. */
const DISCARD_BYTES_MAX = 262_144;

/** `either`: accepted, and the first byte tells. */
export type Greeting = 'plain' | 'tls' | 'either';

/** `open`: reports; `failing`: destroyed, its report is due; `ending`: closed by us, nothing is reported. */
type Stage = 'open' | 'failing' | 'ending' | 'gone';

/**
 * Goal: one open socket with a bounded write side.
 * Adversary: a peer that asks and never reads; one that never closes; one that floods a closing socket.
 * Mechanism: what is read is handled in pieces, as the event loop has time, and an end after all of them; bytes
 * of a tick are written at once; above `sendBufferPauseBytes` waiting nothing more is read; above
 * `sendBufferBytesMax` the socket is reset.
 * With a channel it speaks TLS: when dialled at once, when accepted if the first byte says so, and nothing
 * is written before the far end's key is known. Who waits for that too long is closed by the core's deadline.
 * Bound: `sendBufferBytesMax` waiting for writing, plus what one tick adds before it is written.
 * Cost: one object per connection; handlers are shared, timers exist only for a closing socket.
 */
export class TcpConnection implements BytesTaker, SocketListener, TlsIntakeOwner {
  private socket: Socket;
  /** With TLS: what OpenSSL gets comes by here. */
  private intake: TlsIntake | undefined;
  private stage: Stage = 'open';
  /** Accepted, and its first byte tells whether TLS is spoken. */
  private isSniffing = false;
  /** The far end is not known yet: nothing is written. */
  private isShakingHands = false;
  private queue: Uint8Array[] | undefined;
  private queuedBytes = 0;
  private discardedBytes = 0;
  private pausedByCore = false;
  private isCongested = false;
  private failure: TransportCloseReason | undefined;
  private flushTimer: NodeJS.Timeout | undefined;
  private readonly unread: PacedBytes;

  constructor(
    readonly id: ConnectionId,
    private readonly raw: Socket,
    greeting: Greeting,
    private readonly owner: TcpConnectionOwner<TcpConnection>,
  ) {
    const { channel } = owner;
    this.unread = new PacedBytes(this, owner.limits.readPieceBytes);
    const isSecure = channel !== undefined && greeting === 'tls';
    this.isSniffing = greeting === 'either';
    this.socket = isSecure ? this.shakeHands(channel, 'connect') : this.hearOf(raw);
  }

  get waitingBytes(): number {
    const { socket } = this;
    if (this.intake === undefined) return this.queuedBytes + socket.writableLength;
    // OpenSSL answers by itself, too.
    return this.queuedBytes + Math.max(socket.writableLength, unsentBytesOf(socket));
  }

  send(bytes: Uint8Array): void {
    if (this.stage !== 'open' || bytes.length === 0) return;
    if (this.queue === undefined) {
      this.queue = [bytes];
      this.owner.dirty(this);
    } else {
      this.queue.push(bytes);
    }
    this.queuedBytes += bytes.length;
    if (this.waitingBytes <= this.owner.limits.sendBufferBytesMax) return;
    this.flush();
    if (this.waitingBytes > this.owner.limits.sendBufferBytesMax) {
      this.fail('send-buffer-full', 'send-buffer');
    }
  }

  /** Hands everything queued to the socket in one write. */
  flush(): void {
    const frames = this.queue;
    if (frames === undefined || this.isShakingHands) return;
    const bytes = this.queuedBytes;
    this.queue = undefined;
    this.queuedBytes = 0;
    if (!this.socket.writable) return;
    writeTogether(this.socket, frames, bytes);
    this.noteCongestion();
  }

  private noteCongestion(): void {
    if (this.isCongested || this.waitingBytes <= this.owner.limits.sendBufferPauseBytes) return;
    this.isCongested = true;
    this.applyReading();
    this.owner.congested(this);
  }

  /** Reads again when at most half of the pause threshold is waiting. @returns whether it does. */
  relieveIfDrained(): boolean {
    if (!this.isCongested) return true;
    if (this.waitingBytes > this.owner.limits.sendBufferPauseBytes / 2) return false;
    this.isCongested = false;
    this.applyReading();
    this.owner.relieved(this);
    return true;
  }

  setReading(isWanted: boolean): void {
    this.pausedByCore = !isWanted;
    this.applyReading();
  }

  /** Resets the socket; `closed` is reported with this reason. */
  fail(reason: TransportCloseReason, limit: LimitName): void {
    if (this.stage !== 'open') return;
    this.stage = 'failing';
    this.failure = reason;
    this.reset();
    process.nextTick(() => this.owner.limitHit(limit));
  }

  /** Writes what is queued and says goodbye; the socket lives for `closeFlushMs` at most. */
  finish(): void {
    if (this.stage !== 'open') return;
    if (this.isShakingHands || this.socket.destroyed) return this.abort();
    this.flush();
    this.stage = 'ending';
    this.leaveCongestion();
    this.socket.end();
    this.socket.resume();
    this.flushTimer = setTimeout(() => this.reset(), this.owner.limits.closeFlushMs);
  }

  abort(): void {
    if (this.stage === 'gone') return;
    this.stage = 'ending';
    this.leaveCongestion();
    this.reset();
  }

  /** @internal */
  onData(bytes: Uint8Array): void {
    if (this.isSniffing) {
      this.isSniffing = false;
      if (bytes[0] === TLS_HANDSHAKE) return this.upgrade(bytes);
    }
    if (this.stage === 'open') {
      this.unread.push(bytes);
      if (this.unread.isFull || !this.mayTake) this.applyReading();
    } else if (this.stage === 'ending') {
      this.discardedBytes += bytes.length;
      if (this.discardedBytes > DISCARD_BYTES_MAX) this.socket.pause();
    }
  }

  /** @internal The core's pause and the transport's own compose: it is read only when neither holds. */
  get mayTake(): boolean {
    return !this.pausedByCore && !this.isCongested;
  }

  /** @internal Who is ending is read, to find the end. */
  get mayFeed(): boolean {
    return this.stage !== 'open' || (this.mayTake && !this.unread.isFull);
  }

  /** @internal */
  fed(): void {
    if (this.stage === 'open') this.noteCongestion();
  }

  /** @internal */
  tooManyRecords(): void {
    if (this.stage === 'open') this.fail('tls-failed', 'tls-records');
    else this.reset();
  }

  /** @internal */
  takePiece(piece: Uint8Array): void {
    if (this.stage !== 'open') return this.unread.clear();
    this.owner.received(this, piece);
    if (this.waitingBytes > this.owner.limits.sendBufferPauseBytes) this.flush();
  }

  /** @internal */
  allTaken(): void {
    this.applyReading();
  }

  /** @internal What was read before it is taken first. */
  onEnd(): void {
    if (this.stage !== 'open') return;
    this.failure ??= 'remote-closed';
    this.unread.end(() => this.hungUp());
  }

  /** @internal */
  onDrain(): void {
    this.relieveIfDrained();
  }

  /** @internal */
  onError(error: Error): void {
    this.failure ??= closeReasonOf(error);
  }

  /** @internal */
  onClose(): void {
    this.queuedBytes = 0;
    this.queue = undefined;
    clearTimeout(this.flushTimer);
    this.leaveCongestion();
    if (this.stage !== 'open') this.unread.clear();
    const otherwise = this.isShakingHands ? 'tls-failed' : 'transport-error';
    this.unread.end(() => this.closed(this.failure ?? otherwise));
  }

  /** A half-open peer keeps no slot: it is reported at once, and still gets what is queued. */
  private hungUp(): void {
    if (this.stage !== 'open') return;
    // Node answers the FIN by itself, but inside TLS; only what is still to be written makes the socket stay.
    if (this.waitingBytes === 0 && this.intake === undefined) this.stage = 'ending';
    else this.finish();
    this.owner.ended(this, 'remote-closed');
  }

  private closed(reason: TransportCloseReason): void {
    const isDue = this.stage === 'open' || this.stage === 'failing';
    this.stage = 'gone';
    if (isDue) this.owner.ended(this, reason);
    this.owner.gone(this);
  }

  private hearOf(socket: Socket): Socket {
    listenTo(socket, this);
    return socket;
  }

  /** The accepted socket speaks TLS: the handshake gets what was read of it. */
  private upgrade(bytes: Uint8Array): void {
    const { channel } = this.owner;
    if (channel === undefined || this.stage !== 'open') return;
    stopListeningTo(this.raw);
    this.socket = this.shakeHands(channel, 'accept');
    this.intake?.onData(bytes);
    this.applyReading();
  }

  private shakeHands(channel: TlsChannel, side: 'accept' | 'connect'): Socket {
    this.isShakingHands = true;
    this.intake = new TlsIntake(this.raw, this, this.owner.limits);
    const { remoteAddress: host, remotePort: port } = this.raw;
    const secure = channel[side](this.intake, { host, port });
    secure.once('secure', () => this.secured(channel.peerOf(secure, host)));
    return this.hearOf(secure);
  }

  private secured(peer: ProvenPeer): void {
    if (this.stage !== 'open') return;
    if (peer.ok) {
      this.isShakingHands = false;
      this.owner.secured(this, peer.publicKey);
      this.flush();
    } else {
      this.failure = peer.reason;
      this.socket.destroy();
    }
  }

  private applyReading(): void {
    if (this.stage !== 'open') return;
    if (this.mayTake) this.unread.goOn();
    if (!this.mayTake || this.unread.isFull) return void this.socket.pause();
    if (this.socket.isPaused()) this.socket.resume();
    this.intake?.goOn();
  }

  private leaveCongestion(): void {
    if (!this.isCongested) return;
    this.isCongested = false;
    this.owner.relieved(this);
  }

  private reset(): void {
    closeByReset(this.raw);
    this.socket.destroy();
  }
}
