import type { AddressEntry } from '../address-book/address-entry.ts';
import type { PeerSource } from '../address-book/vocabulary.ts';
import type { ConnectionClass } from '../session/connection.ts';
import type { AddressKey } from '../support/brand.ts';
import type { NodeLimits } from '../support/limits.ts';
import { GroupUse } from './group-use.ts';
import { isDue, type DueFacts } from './is-due.ts';

export type Draw = (
  table: 'tried' | 'new',
  isEligible: (entry: AddressEntry) => boolean,
) => AddressEntry | undefined;

/** What the plan is made from; nothing else. */
export interface DialSnapshot extends DueFacts {
  /** Slots taken by connections and by dials that have just begun. */
  readonly promised: number;
  /** Dials for slots that are under way for a while: likely to fail. */
  readonly doubtful: number;
  /** Dials for slots in progress, of either kind. */
  readonly dialling: number;
  /** Slots taken by anchors and by elders, dials in progress included. */
  readonly anchorSlots: number;
  readonly elderSlots: number;
  /** Slots by address group, dials in progress included. */
  readonly slotsByGroup: ReadonlyMap<string, number>;
  /** Address groups that the book knows. */
  readonly groupsKnown: number;
  /** Established `--peer` connections and their dials in progress. */
  readonly operatorConnections: number;
  /** Dials that the rate still allows. */
  readonly dialsAllowed: number;
  /** Of these, for slots above the minimum. */
  readonly spareDialsAllowed: number;
  readonly areSeedsAllowed: boolean;
  /** Connected before the last stop, and not dialled since. */
  readonly anchors: readonly AddressEntry[];
  readonly elders: readonly AddressEntry[];
  readonly operatorPeers: readonly AddressEntry[];
  readonly isOperatorPeer: (entry: AddressEntry) => boolean;
  /** In file order. */
  readonly seeds: readonly AddressEntry[];
  /** Once proven, lost, and found again by reach-back: they lead to what was cut off. */
  readonly refound: readonly AddressEntry[];
  /** Draws from the book, a group first; undefined when nobody is eligible. */
  readonly draw: Draw;
}

export interface DialTarget {
  readonly entry: AddressEntry;
  readonly source: PeerSource;
  readonly class: ConnectionClass;
}

/** Eligible entries compared when every group has its share already. */
const RELAXED_DRAWS = 8;

/**
 * Which addresses to dial now: `--peer` beside the slots; then anchors, peers found again, elders,
 * verified peers, seeds in file order when no stored peer connects, and what others named. One slot
 * per group, as long as there are groups enough. From the minimum up to the maximum only addresses
 * without a failure are tried, a few at a time: they are cheap.
 */
export function chooseDialTargets(snapshot: DialSnapshot, limits: NodeLimits): DialTarget[] {
  return new DialPlan(snapshot, limits).make();
}

type Turn = (entry: AddressEntry) => boolean;
const isFresh: Turn = (entry) => entry.lastDialAt === undefined;
const isRetry: Turn = (entry) => entry.lastDialAt !== undefined;

class DialPlan {
  private readonly targets: DialTarget[] = [];
  private readonly taken = new Set<AddressKey>();
  private readonly groups: GroupUse;
  private slots = 0;

  constructor(
    private readonly snapshot: DialSnapshot,
    private readonly limits: NodeLimits,
  ) {
    this.groups = new GroupUse(snapshot.slotsByGroup, snapshot.groupsKnown, limits);
  }

  make(): DialTarget[] {
    this.operatorPeers();
    // Whoever was never dialled comes before whoever failed: a list of dead addresses, however long,
    // keeps nobody behind it waiting for more than one dial of each.
    this.firstChoices(isFresh);
    this.drawn('tried', 'stored', isFresh);
    this.seeds(isFresh);
    // Nor may invented addresses keep those waiting that were good once.
    const share = Math.ceil(this.room / 2);
    this.firstChoices(isRetry);
    this.drawn('tried', 'stored', isRetry, share);
    this.seeds(isRetry, share);
    this.drawn('new', 'exchange', isFresh);
    this.drawn('new', 'exchange', isRetry);
    this.relaxed();
    return this.targets;
  }

  /** Slots that may still be dialled for in this round. */
  private get room(): number {
    const { promised, doubtful, dialling, dialsAllowed, spareDialsAllowed } = this.snapshot;
    const { outboundMax, outboundDialsMax } = this.limits;
    const free = outboundMax - promised - doubtful - this.slots;
    const wanted = this.missing + spareDialsAllowed - Math.max(0, this.slots - this.missingAtFirst);
    const atOnce = outboundDialsMax - dialling - this.slots;
    return Math.min(free, wanted, atOnce, dialsAllowed - this.targets.length);
  }

  private get missingAtFirst(): number {
    return Math.max(0, this.limits.outboundMin - this.snapshot.promised);
  }

  private get missing(): number {
    return Math.max(0, this.missingAtFirst - this.slots);
  }

  private operatorPeers(): void {
    const { operatorPeers, operatorConnections, dialsAllowed } = this.snapshot;
    const room = Math.min(this.limits.operatorPeersMax - operatorConnections, dialsAllowed);
    for (const entry of longestWaitingFirst(operatorPeers)) {
      if (this.targets.length >= room) return;
      if (!isDue(entry, true, this.snapshot, this.limits)) continue;
      this.taken.add(entry.address.key);
      this.targets.push({ entry, source: 'peer', class: 'operator' });
    }
  }

  /** Those that a stranger's word cannot have put there. */
  private firstChoices(isTurn: Turn): void {
    const { anchors, refound, elders, anchorSlots, elderSlots } = this.snapshot;
    let left = this.limits.anchorSlots - anchorSlots - this.countOf('anchor');
    for (const entry of anchors.filter(isTurn)) {
      if (left > 0 && this.offer(entry, sourceOf(entry, 'stored'), 'anchor')) left -= 1;
    }
    for (const entry of refound.filter(isTurn))
      this.offer(entry, sourceOf(entry, 'stored'), 'open');
    left = this.limits.elderSlots - elderSlots - this.countOf('elder');
    for (const entry of elders.filter(isTurn)) {
      if (left <= 0) return;
      const isGood = entry.failures === 0 && this.groups.hasRoom(entry.group);
      if (isGood && this.offer(entry, sourceOf(entry, 'stored'), 'elder')) left -= 1;
    }
  }

  private countOf(ofClass: ConnectionClass): number {
    return this.targets.filter((target) => target.class === ofClass).length;
  }

  private seeds(isTurn: Turn, max = Number.POSITIVE_INFINITY): void {
    if (!this.snapshot.areSeedsAllowed) return;
    let left = max;
    const seeds = this.snapshot.seeds.filter(isTurn);
    for (const entry of isTurn === isFresh ? seeds : longestWaitingFirst(seeds)) {
      if (left <= 0) return;
      if (this.offer(entry, 'seed', 'open')) left -= 1;
    }
  }

  private drawn(
    table: 'tried' | 'new',
    tier: PeerSource,
    isTurn: Turn,
    max = Number.POSITIVE_INFINITY,
  ): void {
    const isEligible = (candidate: AddressEntry): boolean =>
      isTurn(candidate) && this.groups.hasRoom(candidate.group) && this.isWanted(candidate);
    for (let left = max; left > 0 && this.room > 0; left -= 1) {
      const entry = this.snapshot.draw(table, isEligible);
      if (entry === undefined || !this.offer(entry, sourceOf(entry, tier), 'open')) return;
    }
  }

  /** Below the minimum and every group with a candidate has its share: the least-used group gives more. */
  private relaxed(): void {
    while (this.missing > 0 && this.room > 0) {
      let best: AddressEntry | undefined;
      for (let draw = 0; draw < RELAXED_DRAWS; draw += 1) {
        const table = draw % 2 === 0 ? 'tried' : 'new';
        const entry = this.snapshot.draw(table, (candidate) => this.isWanted(candidate));
        if (entry !== undefined && this.groups.isBetter(entry.group, best?.group)) best = entry;
      }
      if (best === undefined || !this.offer(best, sourceOf(best, 'exchange'), 'open')) return;
    }
  }

  private isWanted(entry: AddressEntry): boolean {
    if (this.taken.has(entry.address.key) || this.snapshot.isOperatorPeer(entry)) return false;
    if (entry.isOperator && !entry.isVerified) return false;
    if (this.missing === 0 && entry.failures > 0) return false;
    return isDue(entry, entry.isVerified, this.snapshot, this.limits);
  }

  private offer(entry: AddressEntry, source: PeerSource, ofClass: ConnectionClass): boolean {
    const { key } = entry.address;
    if (this.room <= 0 || this.taken.has(key)) return false;
    if (this.missing === 0 && entry.failures > 0) return false;
    const isTrusted = source !== 'exchange' || entry.isVerified;
    if (!isDue(entry, isTrusted, this.snapshot, this.limits)) return false;
    this.taken.add(key);
    this.slots += 1;
    this.groups.take(entry.group);
    this.targets.push({ entry, source, class: ofClass });
    return true;
  }
}

function longestWaitingFirst(entries: readonly AddressEntry[]): readonly AddressEntry[] {
  const since = (entry: AddressEntry): number => entry.lastDialAt ?? Number.NEGATIVE_INFINITY;
  return [...entries].sort((a, b) => since(a) - since(b));
}

/** A verified entry that was not stored came from somewhere: that is its source. */
function sourceOf(entry: AddressEntry, tier: PeerSource): PeerSource {
  if (entry.isStored) return 'stored';
  return tier === 'stored' ? entry.source : tier;
}
