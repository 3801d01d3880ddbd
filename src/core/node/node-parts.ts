import { millis, type Millis } from '../support/brand.ts';
import { AdmissionDesk } from './admission.ts';
import { AnnouncementDriver } from './announcement-driver.ts';
import { ConductBook } from './conduct-book.ts';
import { ConnectionUpkeep } from './connection-upkeep.ts';
import { Dialer } from './dialer.ts';
import { ExchangeDriver } from './exchange-driver.ts';
import { InboundVerifier } from './inbound-verifier.ts';
import type { NodeContext } from './node-context.ts';
import { OperatorDesk } from './operator-desk.ts';
import { OwnAddress } from './own-address.ts';
import { RecordDriver } from './record-driver.ts';
import { PeriodicRounds } from './periodic-rounds.ts';
import { SessionDirector } from './session-director.ts';
import { SessionLifecycle } from './session-lifecycle.ts';
import { SourceReader } from './source-reader.ts';

/** The parts of one node, each with what it needs of the others. */
export class NodeParts {
  readonly dialer: Dialer;
  readonly sources: SourceReader;
  readonly upkeep: ConnectionUpkeep;
  readonly ownAddress: OwnAddress;
  readonly exchange: ExchangeDriver;
  readonly conduct: ConductBook;
  readonly announcements: AnnouncementDriver;
  readonly records: RecordDriver;
  readonly verifier: InboundVerifier;
  readonly rounds: PeriodicRounds;
  readonly lifecycle: SessionLifecycle;
  readonly director: SessionDirector;
  readonly desk: OperatorDesk;

  constructor(private readonly context: NodeContext) {
    this.dialer = new Dialer(context, ({ key, outcome, metItself }) => {
      this.ownAddress.dialEnded(key, metItself);
      if (outcome !== 'connected') this.rounds.dialFailed(key);
      this.exchange.dialEnded();
    });
    this.sources = new SourceReader(context);
    this.upkeep = new ConnectionUpkeep(context, this.dialer, this.sources);
    this.ownAddress = new OwnAddress(context, this.dialer);
    this.exchange = new ExchangeDriver(context, this.ownAddress, (session) =>
      this.verifier.isVerifyingOthers(session),
    );
    this.conduct = new ConductBook(context);
    this.announcements = new AnnouncementDriver(context, this.conduct);
    const { ownAddress, exchange, conduct, announcements } = this;
    const records = new RecordDriver(context, { ownAddress, exchange, conduct });
    this.records = records;
    this.verifier = new InboundVerifier(context, this.dialer);
    this.rounds = new PeriodicRounds(context, this);
    this.lifecycle = new SessionLifecycle(context, this);
    const admission = new AdmissionDesk(context, this.exchange);
    const { lifecycle: observer } = this;
    this.director = new SessionDirector(context, {
      admission,
      conduct,
      exchange,
      announcements,
      records,
      ownAddress,
      observer,
    });
    this.desk = new OperatorDesk(context, this);
  }

  /** The earliest time at which a part or a session has something to do. */
  nextDeadline(): Millis {
    const { upkeep, dialer, exchange, verifier, rounds, sources, records, context } = this;
    const never = Number.POSITIVE_INFINITY;
    const next = Math.min(
      upkeep.nextDeadline(),
      context.sessions.nextDeadline() ?? never,
      dialer.attempts.nextDeadline() ?? never,
      exchange.nextDeadline() ?? never,
      verifier.nextDeadline() ?? never,
      records.nextDeadline() ?? never,
      context.bansDueAt ?? never,
    );
    if (context.isDraining) return millis(next);
    return millis(Math.min(next, sources.nextDeadline() ?? never, rounds.nextDeadline() ?? never));
  }

  /** What is due of the parts that always run. */
  deadlineReached(): void {
    const { dialer, exchange, verifier, rounds, records } = this;
    dialer.attempts.deadlineReached(this.context.now);
    exchange.deadlineReached();
    verifier.run();
    rounds.deadlineReached();
    records.deadlineReached();
  }
}
