import type { NodeEvent } from '../../core/node/events.ts';
import { isAttackersKey } from '../hostile/attacker-pool.ts';
import type { AttackPlan, AttackTools } from './attack-plan.ts';
import { AttackWorld, ratio, type Beginning, type Share } from './attack-world.ts';
import { HonestPopulation } from './honest-population.ts';
import type { StoreImage } from './victim.ts';

const EMPTY_STORE: StoreImage = { peers: [], documents: {} };
const SAMPLE_MS = 600_000;
/** A restart has settled after this long; the last quarter of the attack is what its shares are taken from. */
const SETTLE_MS = 90_000;

/** The victim at one moment of the attack. */
export interface AttackSample {
  readonly atMs: number;
  readonly outbound: Share;
  readonly inbound: Share;
  readonly verified: Share;
  readonly newEntries: number;
}

/** One victim's life up to the end of the attack. */
export interface AttackPhase {
  readonly plan: AttackPlan;
  readonly seed: number;
  readonly samples: readonly AttackSample[];
  /** At the end. */
  readonly tried: Share;
  /** Where the attackers' and the honest verified addresses came from: `attacker/inbound/feeler` → count. */
  readonly verifiedBy: Readonly<Record<string, number>>;
  /** What the node does next begins here. */
  readonly beginning: Beginning;
}

/** What a restart came to. */
export interface RestartResult {
  readonly outbound: Share;
  /** Not one outbound connection to an honest peer. */
  readonly isEclipsed: boolean;
  readonly secondsToHonest: number;
}

/** Lives through peace and attack. */
export function runAttack(
  plan: AttackPlan,
  tools: AttackTools,
  seed: number,
  onSample?: (sample: AttackSample) => void,
): AttackPhase {
  const population = new HonestPopulation(seed, plan.honest);
  const world = new AttackWorld(plan, tools, {
    seed,
    atMs: 0,
    store: EMPTY_STORE,
    population,
    attackAtMs: plan.quietMs,
    isFirstPassOver: false,
    gossipShare: 0,
  });
  const origins = new Origins();
  world.listen((event) => origins.note(event));
  const samples: AttackSample[] = [];
  const endAt = plan.quietMs + plan.attackMs;
  for (let at = SAMPLE_MS; at <= endAt; at += SAMPLE_MS) {
    world.runUntil(at);
    const sample = sampleOf(world);
    samples.push(sample);
    onSample?.(sample);
  }
  const beginning = {
    seed,
    atMs: endAt,
    store: world.victim.image(),
    population,
    attackAtMs: endAt,
    isFirstPassOver: true,
    gossipShare: world.gossipShare,
  };
  return { plan, seed, samples, tried: world.tried(), verifiedBy: origins.counts(), beginning };
}

/** Starts the victim anew from what it had stored at the end of the attack, still under attack. */
export function restart(
  phase: AttackPhase,
  tools: AttackTools,
  seed: number,
  losesAnchors = false,
): RestartResult {
  const { beginning, plan } = phase;
  const documents = { ...beginning.store.documents };
  if (losesAnchors) delete documents.anchors;
  const store = { peers: beginning.store.peers, documents };
  const world = new AttackWorld(plan, tools, { ...beginning, seed, store });
  const { atMs } = beginning;
  let secondsToHonest = -1;
  world.listen((event, now) => {
    if (secondsToHonest >= 0 || event.kind !== 'connection-established') return;
    if (event.direction === 'outbound' && !isAttackersKey(event.peer)) {
      secondsToHonest = (now - atMs) / 1_000;
    }
  });
  world.runUntil(atMs + SETTLE_MS);
  const outbound = world.outbound();
  return { outbound, isEclipsed: outbound.attackers === outbound.all, secondsToHonest };
}

/** Mean share of outbound connections over the last quarter of the attack. */
export function lateOutboundShare(phase: AttackPhase): number {
  const late = phase.samples.slice(Math.floor((3 * phase.samples.length) / 4));
  return late.reduce((sum, sample) => sum + ratio(sample.outbound), 0) / Math.max(1, late.length);
}

/** How each verified address became one. */
class Origins {
  private readonly seen = new Set<string>();
  private readonly byOrigin = new Map<string, number>();

  note(event: NodeEvent): void {
    if (event.kind !== 'dial-finished' || event.outcome !== 'connected') return;
    if (this.seen.has(event.address)) return;
    this.seen.add(event.address);
    const who = isAttackersKey(event.address) ? 'attacker' : 'honest';
    const origin = `${who}/${event.source}/${event.class}`;
    this.byOrigin.set(origin, (this.byOrigin.get(origin) ?? 0) + 1);
  }

  counts(): Record<string, number> {
    return Object.fromEntries([...this.byOrigin].sort(([, a], [, b]) => b - a));
  }
}

function sampleOf(world: AttackWorld): AttackSample {
  const { queue, victim } = world;
  return {
    atMs: queue.now,
    outbound: world.outbound(),
    inbound: world.inbound(),
    verified: world.verified(),
    newEntries: victim.machine.snapshot(queue.now).book.newEntries,
  };
}
