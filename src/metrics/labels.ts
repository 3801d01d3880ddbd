import { MESSAGE_TYPES } from '../core/wire/message.ts';
import { CLOSE_REASONS, DIAL_FAILURES } from '../core/session/reasons.ts';
import type { DialOutcome } from '../core/node/events.ts';
import type { SourceView } from '../core/node/views.ts';

/** Every value of the label `outcome` of a dial. */
export const DIAL_OUTCOMES: readonly DialOutcome[] = [
  ...new Set<DialOutcome>(['connected', ...DIAL_FAILURES, ...CLOSE_REASONS]),
];

/** Kinds of sources: what the operator wrote is text, and no label. */
const IS_SOURCE_KIND: Readonly<Record<SourceView['kind'], true>> = {
  stored: true,
  peer: true,
  address: true,
  dns: true,
  dnssrv: true,
  http: true,
  exchange: true,
};
export const SOURCE_KINDS = Object.keys(IS_SOURCE_KIND) as readonly SourceView['kind'][];

/** Whether bytes and messages came or went; `direction` of a connection is who dialled. */
export const FLOWS = ['received', 'sent'] as const;

/** Types that this version does not know are skipped on receipt and counted together. */
export const MESSAGE_LABELS: readonly string[] = [...MESSAGE_TYPES, 'unknown'];

type LabelValues = Readonly<Record<string, readonly string[]>>;

/** All combinations of label values, so that a series exists from the start and none is added later. */
export function labelCombinations(values: LabelValues): Record<string, string>[] {
  return Object.entries(values).reduce<Record<string, string>[]>(
    (combinations, [label, options]) =>
      combinations.flatMap((chosen) => options.map((option) => ({ ...chosen, [label]: option }))),
    [{}],
  );
}
