import { planEviction } from '../connectivity/plan-eviction.ts';
import { connectionToKeep } from '../session/duplicate-rule.ts';
import { CAPABILITY } from '../session/hello-verdict.ts';
import type { PeerSession } from '../session/peer-session.ts';
import type { Admission } from '../session/session-host.ts';
import type { ConnectionId, NodeId } from '../support/brand.ts';
import type { LimitName } from '../support/limits.ts';
import type { Hello } from '../wire/generated/p2p.ts';
import type { ExchangeDriver } from './exchange-driver.ts';
import type { NodeContext } from './node-context.ts';

/** A full node's advice to those it sends away with addresses of others. */
const RETRY_AFTER_SECONDS = 60;
/** And to those whom it can name nobody: soon it will have verified somebody. */
const RETRY_SOON_SECONDS = 2;
const EVICTED_RETRY_SECONDS = 300;

interface WayOut {
  readonly redirect: string[];
  readonly retryAfterSeconds: number;
}

type Refusal = 'shutting-down' | 'banned' | 'too-many-peers' | 'duplicate-connection';

/** Who is let in once its Hello is good: bans, duplicates, slots, in this order. */
export class AdmissionDesk {
  constructor(
    private readonly context: NodeContext,
    private readonly exchange: ExchangeDriver,
  ) {}

  admit(session: PeerSession, hello: Hello): Admission {
    if (this.context.isDraining) return this.refuse(session, 'shutting-down', 'a running node');
    if (this.isBanned(session)) return this.refuse(session, 'banned', 'nobody that is banned');
    const isFeeler =
      session.direction === 'inbound'
        ? (hello.capabilities & CAPABILITY.feeler) !== 0n
        : session.class === 'feeler';
    if (isFeeler) return this.admitFeeler(session);
    return this.refuseDuplicate(session, hello) ?? this.admitToSlot(session);
  }

  private isBanned(session: PeerSession): boolean {
    const { bans, options } = this.context;
    const wallNow = options.wallClock();
    const byNode = session.nodeId !== undefined && bans.of(session.nodeId, wallNow) !== undefined;
    return byNode || bans.of(session.remote.host, wallNow) !== undefined;
  }

  private admitFeeler(session: PeerSession): Admission {
    const { sessions, limits } = this.context;
    if (session.direction === 'inbound') {
      if (sessions.count('inbound', 'feeler') >= limits.inboundFeelersMax) {
        this.limitHit('inbound-feelers', session);
        return this.refuse(session, 'too-many-peers', 'a free feeler slot');
      }
    }
    return { kind: 'admit', class: 'feeler' };
  }

  /** @returns the refusal of a duplicate; undefined when this connection may stay. */
  private refuseDuplicate(session: PeerSession, hello: Hello): Admission | undefined {
    const older = this.context.sessions.ofNode(session.nodeId as NodeId);
    if (older === undefined) return undefined;
    if (this.keeps(older, session, hello) || this.wouldLoseBoth(older, session)) {
      return this.refuse(session, 'duplicate-connection', 'one connection');
    }
    older.disconnect('duplicate-connection');
    return undefined;
  }

  /**
   * Whether the newer one would win and then find no place: two nodes that dialled each other at once
   * would both be closed by a full one. The far side hears of it in place of our Hello, and keeps the older too.
   */
  private wouldLoseBoth(older: PeerSession, session: PeerSession): boolean {
    if (older.direction === 'inbound' || session.direction === 'outbound') return false;
    // One that has fallen silent is no loss, and a claim none that counts.
    if (isProven(older) !== isProven(session) || this.isSilent(older)) return false;
    return this.crowdedLimit(session) !== undefined || !this.hasSlot(session);
  }

  private isSilent({ establishedAt, lastReceivedAt }: PeerSession): boolean {
    const { now } = this.context;
    return now - (lastReceivedAt ?? establishedAt ?? now) >= this.longestPingInterval;
  }

  private get longestPingInterval(): number {
    const { pingIntervalMs, pingJitter } = this.context.limits;
    return pingIntervalMs * (1 + pingJitter);
  }

  /** Whether an inbound slot is free, or was made free. */
  private hasSlot(session: PeerSession): boolean {
    const { sessions, limits } = this.context;
    return sessions.slots('inbound') < limits.inboundMax || this.evictFor(session);
  }

  /** Whether the older of two connections of one node stays. */
  private keeps(older: PeerSession, session: PeerSession, hello: Hello): boolean {
    const { options, now } = this.context;
    // A claim, however lively, is not kept against the node that proves the key; nor the other way round.
    if (isProven(older) !== isProven(session)) return isProven(older);
    const kept = connectionToKeep(
      {
        direction: older.direction,
        establishedAt: older.establishedAt ?? now,
        lastReceivedAt: older.lastReceivedAt,
        lastSentAt: older.lastSentAt,
      },
      { direction: session.direction, openedAt: session.openedAt },
      {
        ownKey: options.publicKey,
        remoteKey: hello.publicKey,
        pingIntervalMs: this.longestPingInterval,
        now,
      },
    );
    return kept === 'older';
  }

  private admitToSlot(session: PeerSession): Admission {
    if (session.direction === 'outbound') return { kind: 'admit', class: session.class };
    const { sessions, limits } = this.context;
    const crowded = this.crowdedLimit(session);
    if (crowded === undefined && this.hasSlot(session)) return { kind: 'admit', class: 'open' };
    this.limitHit(crowded ?? 'inbound-slots', session);
    const isKnown = this.holdsSurplus(session);
    if (!isKnown && sessions.count('inbound', 'surplus') < limits.surplusMax) {
      return { kind: 'admit', class: 'surplus' };
    }
    this.limitHit('surplus-pool', session);
    return this.refuse(session, 'too-many-peers', 'a free slot');
  }

  /** One list is enough for a node; a claim does not keep the list from whoever proves the key. */
  private holdsSurplus(session: PeerSession): boolean {
    for (const other of this.context.sessions.all()) {
      if (!other.isEstablished || other.class !== 'surplus') continue;
      if (other.nodeId === session.nodeId && isProven(other) === isProven(session)) return true;
    }
    return false;
  }

  /**
   * The bound of its address or group that one more would break. Local networks and clusters have
   * few groups and many peers of ours behind one address: there the node id alone counts.
   */
  private crowdedLimit(session: PeerSession): LimitName | undefined {
    const { context } = this;
    const { limits, options, sessions } = context;
    if (session.scope === 'loopback' || options.scope === 'cluster') return undefined;
    if (sessions.inboundOf(session.remote.host) >= limits.inboundPerAddressMax) {
      return 'inbound-per-address';
    }
    if (session.scope !== 'public') return undefined;
    const isCrowded =
      sessions.inboundOf(context.groupOfRemote(session)) >= limits.inboundPerGroupMax;
    return isCrowded ? 'inbound-per-group' : undefined;
  }

  /** Ends the connection that costs the mesh least, if one may go. @returns whether a slot is free */
  private evictFor(session: PeerSession): boolean {
    const { context } = this;
    const candidates = [...context.sessions.connected()]
      .filter((other) => other.direction === 'inbound')
      .map((other) => ({
        id: other.id,
        group: context.groupOfRemote(other),
        groupRank: context.rankOf(context.groupOfRemote(other)),
        rttMs: other.ping.rttMs,
        usefulness: other.usefulness,
        establishedAt: other.establishedAt ?? context.now,
      }));
    const group = context.groupOfRemote(session);
    const victim = planEviction(candidates, group, context.limits.evictionProtected);
    if (victim === undefined) return false;
    this.evict(victim);
    return true;
  }

  /** Where somebody who is sent away may go, and when to come back. */
  wayOut(session: PeerSession): WayOut {
    const redirect = this.exchange.redirectFor(session);
    return {
      redirect,
      retryAfterSeconds: redirect.length > 0 ? RETRY_AFTER_SECONDS : RETRY_SOON_SECONDS,
    };
  }

  private evict(id: ConnectionId): void {
    const session = this.context.sessions.get(id);
    session?.disconnect('evicted', {
      detail: 'a place for another network',
      redirect: this.exchange.redirectFor(session),
      retryAfterSeconds: EVICTED_RETRY_SECONDS,
    });
  }

  private refuse(session: PeerSession, reason: Refusal, expected: string): Admission {
    const refusal = { reason, expected, got: reason };
    const isFull = reason === 'too-many-peers' || reason === 'shutting-down';
    if (!isFull) return { kind: 'refuse', refusal, retryAfterSeconds: 0, redirect: [] };
    return { kind: 'refuse', refusal, ...this.wayOut(session) };
  }

  private limitHit(limit: LimitName, session: PeerSession): void {
    this.context.observe({ kind: 'limit-hit', limit, peer: session.peerName });
  }
}

function isProven({ provenKey }: PeerSession): boolean {
  return provenKey !== undefined;
}
