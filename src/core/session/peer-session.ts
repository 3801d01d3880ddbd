import { millis, type Millis } from '../support/brand.ts';
import type { NodeLimits } from '../support/limits.ts';
import { FrameDecoder, PREFACE } from '../wire/frame-decoder.ts';
import type { Disconnect, Hello } from '../wire/generated/p2p.ts';
import { decodeBody, encodeFrame } from '../wire/message-codec.ts';
import { messageTypeOf, type Message } from '../wire/message.ts';
import { disconnectFrame, endByGoodbye, type GoodbyeOptions } from './goodbye.ts';
import { readHandshakeFrame } from './handshake-frame.ts';
import { refusalDetail, type HelloRefusal } from './hello-verdict.ts';
import { MessageRate } from './message-rate.ts';
import { PingClock } from './ping-clock.ts';
import type { WireReason } from './reasons.ts';
import type { SessionEnd, SessionHost } from './session-host.ts';
import { SessionFacts, type SessionOpening } from './session-facts.ts';
import { SessionTraffic } from './session-traffic.ts';

type SessionState = 'preface' | 'hello' | 'established' | 'ended';

/**
 * One connection's protocol: preface, handshake, pings, rates, goodbye.
 *
 * Goal: an honest peer costs one small object. Adversary: a peer that sends anything at any pace.
 * Mechanism: a state, an absolute deadline for each thing that is awaited, token buckets. Bound: one
 * partial frame, fixed counters. Cost: O(bytes received).
 */
export class PeerSession extends SessionFacts {
  readonly traffic: SessionTraffic;
  readonly ping: PingClock;
  private state: SessionState = 'preface';
  private readonly decoder: FrameDecoder;
  private readonly rate: MessageRate;
  private isProven = false;
  private stayUntil: Millis | undefined;
  private partialSince: Millis | undefined;
  private isPrefaceSent = false;

  constructor(
    opening: SessionOpening,
    private readonly host: SessionHost<PeerSession>,
    private readonly limits: NodeLimits,
    now: Millis,
  ) {
    super(opening, now);
    this.traffic = new SessionTraffic(host.totals);
    this.decoder = new FrameDecoder(limits.handshakeFrameBytesMax);
    this.rate = new MessageRate(limits, now);
    this.ping = new PingClock(limits, opening.pingPhase, now);
    if (opening.direction === 'outbound') this.sendHello();
  }

  get isEstablished(): boolean {
    return this.state === 'established';
  }

  get hasEnded(): boolean {
    return this.state === 'ended';
  }

  receive(bytes: Uint8Array, now: Millis): void {
    this.traffic.addReceived(bytes.length);
    this.decoder.push(bytes);
    this.work(now);
  }

  /** The earliest time at which `deadlineReached` has something to do. */
  nextDeadline(): Millis {
    if (this.establishedAt === undefined) return this.handshakeBy;
    let next: number = this.ping.nextDeadline();
    if (!this.isProven) next = Math.min(next, this.establishedAt + this.limits.provenAfterMs);
    if (this.stayUntil !== undefined) next = Math.min(next, this.stayUntil);
    if (this.partialSince !== undefined) {
      next = Math.min(next, this.partialSince + this.limits.frameTimeoutMs);
    }
    return millis(Math.min(next, this.rate.resumeAt ?? next));
  }

  deadlineReached(now: Millis): void {
    if (this.establishedAt === undefined) {
      if (now >= this.handshakeBy) this.handshakeTimedOut();
      return;
    }
    this.checkProven(now, this.establishedAt);
    if (this.isEstablished) this.checkStay(now);
    if (this.isEstablished) this.checkFrameAge(now);
    if (this.isEstablished) this.checkPing(now);
    if (this.isEstablished) this.checkPause(now);
  }

  /** Sends one message after the handshake. */
  send(message: Message, now: Millis): void {
    this.sendFrame(message, encodeFrame(message), now);
  }

  /** Sends a frame that is encoded already: one encoding serves many connections. */
  sendFrame(message: Message, frame: Uint8Array, now: Millis): void {
    if (this.state === 'ended') return;
    this.write(frame);
    this.traffic.countSent(message.type);
    this.lastSentAt = now;
  }

  /** Says why and closes. A listener that has not seen the preface says nothing. */
  disconnect(reason: WireReason, options: GoodbyeOptions = {}): void {
    this.endWithGoodbye({ reason, by: 'local' }, reason, options);
  }

  /** The transport has lost the connection. */
  transportClosed(end: SessionEnd): void {
    if (this.state !== 'ended') this.end(undefined, end);
  }

  /** For classes with a limited stay: `host.stayOver` comes after `ms`. */
  limitStay(ms: number, now: Millis): void {
    this.stayUntil = millis(now + ms);
  }

  private work(now: Millis): void {
    while (this.state !== 'ended' && !this.rate.isPaused) {
      const step = this.decoder.next();
      if (step === undefined) break;
      // Each frame has its own time: the rest of this read is the next one's first bytes.
      this.partialSince = undefined;
      if (step.kind === 'fault') return this.decoderFault(step.fault);
      if (step.kind === 'preface') this.prefaceReceived();
      else if (this.state === 'established') this.frameReceived(step.frameType, step.body, now);
      else this.handshakeFrameReceived(step.frameType, step.body, now);
    }
    const isPartial = this.decoder.partialBytes > 0 && !this.rate.isPaused;
    this.partialSince = isPartial ? (this.partialSince ?? now) : undefined;
  }

  private prefaceReceived(): void {
    this.state = 'hello';
    if (this.host.isProofRequired && this.provenKey === undefined) {
      this.refuse({ reason: 'security-required', expected: 'tls', got: 'plain' }, {});
    }
  }

  private decoderFault(fault: 'foreign-protocol' | 'frame-too-long' | 'empty-frame'): void {
    if (fault === 'foreign-protocol') {
      this.end('abort', { reason: 'foreign-protocol', by: 'local' });
      return;
    }
    if (fault === 'frame-too-long') {
      this.host.limitHit(this.isEstablished ? 'frame-bytes' : 'handshake-frame-bytes', this);
    }
    this.malformed(fault);
  }

  private handshakeFrameReceived(frameType: number, body: Uint8Array, now: Millis): void {
    const frame = readHandshakeFrame(frameType, body);
    if (frame.kind === 'malformed') return this.malformed(frame.detail);
    this.traffic.countReceived(frame.kind);
    if (frame.kind === 'disconnect') return this.disconnected(frame.disconnect);
    this.judge(frame.hello, now);
  }

  private judge(hello: Hello, now: Millis): void {
    this.hello = hello;
    const refusal = this.host.judge(this, hello);
    if (refusal !== undefined) return this.refuse(refusal, {});
    const admission = this.host.admit(this, hello);
    if (admission.kind === 'refuse') return this.refuse(admission.refusal, admission);
    this.class = admission.class;
    if (this.direction === 'inbound') this.sendHello();
    this.state = 'established';
    this.establishedAt = now;
    this.decoder.frameBytesMax = this.limits.frameBytesMax;
    this.ping.start(now);
    this.host.established(this);
  }

  private refuse(refusal: HelloRefusal, options: GoodbyeOptions): void {
    const { reason } = refusal;
    this.endWithGoodbye({ reason, by: 'local', refusal }, reason, {
      ...options,
      detail: refusalDetail(refusal),
    });
  }

  private malformed(detail: string): void {
    const refusal = { expected: 'a well-formed message', got: detail };
    this.endWithGoodbye({ reason: 'malformed', by: 'local', refusal }, 'malformed', { detail });
  }

  private handshakeTimedOut(): void {
    this.host.limitHit('handshake-timeout', this);
    this.disconnect('timeout', { detail: 'handshake not complete in time' });
  }

  private frameReceived(frameType: number, body: Uint8Array, now: Millis): void {
    this.lastReceivedAt = now;
    if (!this.rate.count(now)) {
      this.host.limitHit('messages-per-second', this);
      this.host.pauseReading(this.id);
    }
    const type = messageTypeOf(frameType);
    if (type === undefined) return this.traffic.countUnknown();
    if (type === 'hello') return this.malformed('a second Hello');
    const decoded = decodeBody(type, body);
    if (!decoded.ok) return this.malformed(decoded.detail);
    this.traffic.countReceived(type);
    this.messageReceived(decoded.message, now);
  }

  private messageReceived(message: Message, now: Millis): void {
    switch (message.type) {
      case 'ping':
        if (this.ping.mayAnswer(now)) this.send({ type: 'pong', body: message.body }, now);
        else this.host.limitHit('pings-per-second', this);
        return;
      case 'pong': {
        const rttMs = this.ping.pong(message.body.nonce, now);
        if (rttMs !== undefined) this.host.pingMeasured(this, rttMs);
        return;
      }
      case 'disconnect':
        return this.disconnected(message.body);
      default:
        this.host.received(this, message);
    }
  }

  private disconnected(body: Disconnect): void {
    this.end('flush', endByGoodbye(body));
  }

  private checkProven(now: Millis, establishedAt: Millis): void {
    if (this.isProven || now < establishedAt + this.limits.provenAfterMs) return;
    this.isProven = true;
    this.host.proven(this);
  }

  private checkStay(now: Millis): void {
    if (this.stayUntil === undefined || now < this.stayUntil) return;
    this.stayUntil = undefined;
    this.host.stayOver(this);
  }

  private checkFrameAge(now: Millis): void {
    if (this.partialSince === undefined) return;
    if (now < this.partialSince + this.limits.frameTimeoutMs) return;
    this.host.limitHit('frame-timeout', this);
    this.disconnect('timeout', { detail: 'frame not complete in time' });
  }

  private checkPing(now: Millis): void {
    const due = this.ping.due(now);
    if (due.kind === 'timeout') this.disconnect('timeout', { detail: 'no answer to pings' });
    if (due.kind === 'send') this.send({ type: 'ping', body: { nonce: due.nonce } }, now);
  }

  private checkPause(now: Millis): void {
    if (this.rate.resumeAt === undefined || now < this.rate.resumeAt) return;
    if (!this.rate.resume(now)) {
      this.disconnect('rate-limited', { detail: 'messages' });
      return;
    }
    this.host.resumeReading(this.id);
    this.work(now);
  }

  private sendHello(): void {
    this.traffic.countSent('hello');
    this.isPrefaceSent = true;
    this.write(this.host.helloFor(this));
  }

  /** The first frame of this side goes out with the preface before it. */
  private writeFirst(frame: Uint8Array): void {
    if (this.isPrefaceSent) return this.write(frame);
    this.isPrefaceSent = true;
    const bytes = new Uint8Array(PREFACE.length + frame.length);
    bytes.set(PREFACE);
    bytes.set(frame, PREFACE.length);
    this.write(bytes);
  }

  private write(bytes: Uint8Array): void {
    this.traffic.addSent(bytes.length);
    this.host.send(this.id, bytes);
  }

  private endWithGoodbye(end: SessionEnd, reason: WireReason, options: GoodbyeOptions): void {
    if (this.state === 'ended') return;
    if (this.state === 'preface') return this.end('abort', end);
    this.traffic.countSent('disconnect');
    const { frameBytesMax } = this.decoder;
    this.writeFirst(disconnectFrame(reason, { ...options, frameBytesMax }));
    this.end('flush', end);
  }

  private end(close: 'flush' | 'abort' | undefined, end: SessionEnd): void {
    this.state = 'ended';
    if (close !== undefined) this.host.close(this.id, close);
    this.host.ended(this, end);
  }
}
