import { assertNever } from '../support/brand.ts';
import type { PeerAddress } from '../support/peer-address.ts';
import type { AnnouncementDriver } from './announcement-driver.ts';
import type { ConnectionUpkeep } from './connection-upkeep.ts';
import type { Dialer } from './dialer.ts';
import type { ExchangeDriver } from './exchange-driver.ts';
import type { OperatorCommand } from './inputs.ts';
import type { NodeContext } from './node-context.ts';
import type { PeriodicRounds } from './periodic-rounds.ts';

/** Those who are told to come back have this long to find others first. */
const DRAIN_RETRY_SECONDS = 5;

export interface CommandedParts {
  readonly upkeep: ConnectionUpkeep;
  readonly dialer: Dialer;
  readonly exchange: ExchangeDriver;
  readonly announcements: AnnouncementDriver;
  readonly rounds: PeriodicRounds;
}

/** Carries out what the operator, or the application around the node, wants. */
export class OperatorDesk {
  constructor(
    private readonly context: NodeContext,
    private readonly parts: CommandedParts,
  ) {}

  command(command: OperatorCommand): void {
    switch (command.kind) {
      case 'drain':
        return this.drain();
      case 'add-peer':
        return this.parts.upkeep.addOperatorPeer(command.address);
      case 'publish-block':
        return this.parts.announcements.receive(undefined, {
          type: 'block-announcement',
          body: { header: command.header },
        });
      case 'publish-transaction':
        return this.parts.announcements.receive(undefined, {
          type: 'transaction-announcement',
          body: command.transaction,
        });
      case 'remove-peer':
        return this.removePeer(command.address);
      case 'ban':
        return this.ban(command);
      case 'unban':
        return this.unban(command.id);
      default:
        return assertNever(command);
    }
  }

  private removePeer({ key }: PeerAddress): void {
    const { context, parts } = this;
    parts.upkeep.removeOperatorPeer(key);
    const nodeId = context.book.get(key)?.nodeId;
    const session = nodeId === undefined ? undefined : context.sessions.ofNode(nodeId);
    session?.disconnect('operator', { detail: 'removed' });
    context.change({ kind: 'forgotten-by-operator', key });
  }

  private ban({ subject, durationMs, reason }: Extract<OperatorCommand, { kind: 'ban' }>): void {
    const { context } = this;
    const wallNow = context.options.wallClock();
    context.noteBan(context.bans.banByOperator(subject, reason, wallNow, durationMs));
    for (const session of [...context.sessions.all()]) {
      const isMeant =
        subject.kind === 'node-id'
          ? session.nodeId === subject.nodeId
          : session.remote.host === subject.host || session.dialled?.host === subject.host;
      if (isMeant) session.disconnect('banned', { detail: 'by the operator' });
    }
  }

  private unban(id: string): void {
    const { context } = this;
    if (!context.bans.lift(id)) return;
    context.bansChanged('operator');
    for (const entry of [...context.book.triedEntries(), ...context.book.newEntries()]) {
      if (entry.state !== 'banned' || context.isBanned(entry)) continue;
      context.change({ kind: 'unbanned', key: entry.address.key });
    }
    context.observe({ kind: 'unbanned', id });
    context.isPlanDue = true;
  }

  private drain(): void {
    const { context } = this;
    context.saveChangedBans();
    if (context.isDraining) return;
    context.isDraining = true;
    context.isPlanDue = true;
    context.observe({ kind: 'draining', reason: 'shutting-down' });
    this.parts.rounds.stop();
    this.parts.dialer.attempts.cancelAll();
    for (const session of [...context.sessions.all()]) {
      const redirect = session.isEstablished ? this.parts.exchange.redirectFor(session) : [];
      session.disconnect('shutting-down', { redirect, retryAfterSeconds: DRAIN_RETRY_SECONDS });
    }
  }
}
