import { assertNever } from '../support/brand.ts';
import type { AnnouncementDriver } from './announcement-driver.ts';
import type { ConnectionUpkeep } from './connection-upkeep.ts';
import type { Dialer } from './dialer.ts';
import type { ExchangeDriver } from './exchange-driver.ts';
import type { OperatorCommand } from './inputs.ts';
import type { NodeContext } from './node-context.ts';

/** Those who are told to come back have this long to find others first. */
const DRAIN_RETRY_SECONDS = 5;

export interface CommandedParts {
  readonly upkeep: ConnectionUpkeep;
  readonly dialer: Dialer;
  readonly exchange: ExchangeDriver;
  readonly announcements: AnnouncementDriver;
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
      case 'ban':
      case 'unban':
        return;
      default:
        return assertNever(command);
    }
  }

  private drain(): void {
    const { context } = this;
    if (context.isDraining) return;
    context.isDraining = true;
    context.isPlanDue = true;
    context.observe({ kind: 'draining', reason: 'shutting-down' });
    this.parts.dialer.attempts.cancelAll();
    for (const session of [...context.sessions.all()]) {
      const redirect = session.isEstablished ? this.parts.exchange.redirectFor(session) : [];
      session.disconnect('shutting-down', { redirect, retryAfterSeconds: DRAIN_RETRY_SECONDS });
    }
  }
}
