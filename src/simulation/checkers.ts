import type { NodeLimits } from '../core/support/limits.ts';
import type {
  DialObservation,
  LinkObservation,
  NodeObservation,
  SizesObservation,
  TrustObservation,
} from './observation.ts';
import type { Rule } from './violation.ts';

export interface Finding {
  readonly rule: Rule;
  readonly node: string;
  readonly detail: string;
}

/** Both ends of a duplicate hear of each other's verdict within a few round trips. */
export const DUPLICATE_GRACE_MS = 2_000;
/** Handshake timeout, a feeler's stay and a round trip: by then both ends agree or have closed. */
export const AGREEMENT_GRACE_MS = 8_000;

/** A seed learns by one dial that it is on its own list, by another that so is its name. */
const SELF_DIALS_MAX = 2;
/** A dial may cross the ban. */
const BANNED_DIALS_MAX = 1;
/** With pauses of 1 s × 2ⁿ under full jitter one address gets about six dials in its first minute. */
const DIALS_PER_MINUTE_MAX = 16;
/** The one that looks at an old address each minute. */
const PERIODIC_FEELERS = 1;
/** Most looks find nothing: they share it. */
const NOTHING: readonly Finding[] = [];
/** More events than this without virtual time moving is a livelock. */
export const EVENTS_AT_ONE_INSTANT_MAX = 10_000;

/** Connections that a node holds, whatever they are for. */
export function checkNode(node: NodeObservation): Finding[] {
  const { limits, name } = node;
  const operators = limits.operatorPeersMax;
  const begunMax = limits.outboundMax + operators + limits.outboundFeelersMax + PERIODIC_FEELERS;
  const passing = limits.surplusMax + limits.inboundFeelersMax + limits.pendingInboundMax;
  return [
    ...atMost('outbound-above-maximum', name, [
      'connections and dials begun',
      node.begun,
      begunMax,
    ]),
    ...atMost('inbound-above-maximum', name, ['inbound', node.inbound, limits.inboundMax]),
    ...atMost('inbound-above-maximum', name, [
      'connections accepted',
      node.accepted,
      limits.inboundMax + passing,
    ]),
  ];
}

/** The address book keeps to its tables. */
export function checkSizes(node: SizesObservation): Finding[] {
  const { limits, name } = node;
  return [
    ...atMost('state-unbounded', name, ['new entries', node.newEntries, limits.newEntriesMax]),
    ...atMost('state-unbounded', name, [
      'tried entries',
      node.triedEntries,
      limits.triedEntriesMax,
    ]),
  ];
}

/** Outbound slots, dials in progress included. */
export function checkOutbound(name: string, slots: number, limits: NodeLimits): Finding[] {
  return atMost('outbound-above-maximum', name, ['slots', slots, limits.outboundMax]);
}

/** Only an address that answered our own dial is listed. */
export function checkTrust(node: TrustObservation): Finding[] {
  return node.listed
    .filter((address) => !node.verified.has(address))
    .map((address) => ({ rule: 'unverified-peer-listed', node: node.name, detail: address }));
}

/** Only an address that answered our own dial, and as the node that it is, is stored. */
export function checkSaved(saved: {
  readonly name: string;
  readonly address: string;
  readonly nodeId: string;
  readonly answered: ReadonlySet<string>;
}): Finding[] {
  if (saved.answered.has(saved.nodeId)) return [];
  const answered = [...saved.answered].join(' ') || 'nobody';
  const detail = `${saved.address} as ${saved.nodeId}; answered: ${answered}`;
  return [{ rule: 'unverified-peer-saved', node: saved.name, detail }];
}

/**
 * Nobody dials what is no part of the network, and nobody dials in vain again and again: itself, who
 * is banned, or, while it is connected to others, anybody faster than a growing pause allows.
 */
export function checkDial(dial: DialObservation): Finding[] {
  const { name: node, endpoint: detail, inThisMinute } = dial;
  if (!dial.isPlace) return [{ rule: 'dial-outside-network', node, detail }];
  if (dial.isSelf && inThisMinute > SELF_DIALS_MAX) {
    return [{ rule: 'dialled-itself-again', node, detail }];
  }
  if (dial.isBanned && inThisMinute > BANNED_DIALS_MAX) {
    return [{ rule: 'dialled-banned-again', node, detail }];
  }
  if (dial.isConnected && inThisMinute > DIALS_PER_MINUTE_MAX) {
    return [{ rule: 'dialled-too-often', node, detail: `${detail}: ${inThisMinute} in a minute` }];
  }
  return [];
}

/** Time moves. */
export function checkInstant(nowMs: number, events: number): readonly Finding[] {
  return events <= EVENTS_AT_ONE_INSTANT_MAX
    ? NOTHING
    : [{ rule: 'livelock', node: 'network', detail: `${events} events at ${nowMs} ms` }];
}

/** Nobody is connected to itself, no pair twice, and both ends agree that they are connected. */
export function checkLinks(links: readonly LinkObservation[]): Finding[] {
  const pairs = new Set<string>();
  return links.flatMap((link) =>
    isEstablished(link) ? checkEstablished(link, pairs) : checkAgreement(link),
  );
}

/** @param pairs of the links looked at before; the link's own is added */
function checkEstablished(link: LinkObservation, pairs: Set<string>): Finding[] {
  const { dialler, listener, diallerName: node } = link;
  const findings: Finding[] = [];
  if (dialler === listener) {
    findings.push({ rule: 'connected-to-itself', node, detail: 'established' });
  }
  if (link.ageMs <= DUPLICATE_GRACE_MS || isPassing(link)) return findings;
  const pair = dialler < listener ? `${dialler} ${listener}` : `${listener} ${dialler}`;
  if (pairs.has(pair)) {
    const detail = `node-${dialler} and node-${listener}`;
    findings.push({ rule: 'duplicate-connection', node, detail });
  }
  pairs.add(pair);
  return findings;
}

/** For a link that is not established at both ends. */
function checkAgreement(link: LinkObservation): Finding[] {
  if (link.ageMs <= AGREEMENT_GRACE_MS) return [];
  const { dialler, listener, diallerView, listenerView } = link;
  const views = `dialler ${diallerView ?? 'none'}, listener ${listenerView ?? 'none'}`;
  const detail = `node-${dialler} to node-${listener}: ${views}`;
  return [{ rule: 'ends-disagree', node: link.diallerName, detail }];
}

function isEstablished({ diallerView, listenerView }: LinkObservation): boolean {
  return diallerView !== undefined && listenerView !== undefined;
}

function atMost(
  rule: Rule,
  node: string,
  [what, value, bound]: readonly [string, number, number],
): Finding[] {
  return value <= bound ? [] : [{ rule, node, detail: `${what}: ${value} > ${bound}` }];
}

/** Feelers and connections past the last slot stand beside the one per pair, and soon go. */
function isPassing(link: LinkObservation): boolean {
  return [link.diallerView, link.listenerView].some(
    (view) => view === 'feeler' || view === 'surplus',
  );
}
