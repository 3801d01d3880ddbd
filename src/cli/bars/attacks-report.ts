import {
  ablationLines,
  comparisonLines,
  rowOf,
  type AttackLine,
  type AttackRow,
} from '../../simulation/attack/attack-comparison.ts';
import { chanceAtMost } from '../../simulation/bars/binomial-bound.ts';
import { runTogether, type RunJobs, type Wanted } from './run-together.ts';
import { textTable } from './text-table.ts';

/** This node beside a flat list and beside new/tried tables without groups, under each attack. */
export async function reportComparison({ set, numbers }: Wanted, run: RunJobs): Promise<string> {
  return tableOf('node', comparisonLines(set).filter(wantedBy(numbers)), run);
}

/** What the absence of each mechanism costs under attack. */
export async function reportAttackAblations(
  { set, numbers }: Wanted,
  run: RunJobs,
): Promise<string> {
  return tableOf('this node', ablationLines(set).filter(wantedBy(numbers)), run);
}

function wantedBy(numbers: readonly number[]): (line: AttackLine) => boolean {
  return ({ bar }) => numbers.length === 0 || numbers.includes(bar);
}

async function tableOf(
  heading: string,
  lines: readonly AttackLine[],
  run: RunJobs,
): Promise<string> {
  if (lines.length === 0) return '';
  const results = await runTogether(
    lines.map(({ jobs }) => jobs),
    run,
  );
  const rows = lines.map((line, index) => cellsOf(rowOf(line, results[index] ?? [])));
  const columns = ['of outbound', 'before the restart', 'of tried', 'eclipsed', 'chance at most'];
  return textTable([['attack', heading, ...columns], ...rows]);
}

function cellsOf(row: AttackRow): string[] {
  const { attack, node, outboundShare, outboundShareBefore, triedShare } = row;
  if (row.restarts === 0) return [attack, node, 'not run'];
  return [
    attack,
    node,
    percent(outboundShare),
    percent(outboundShareBefore),
    percent(triedShare),
    `${row.eclipsed} of ${row.restarts}`,
    `${(100 * chanceAtMost(row.eclipsed, row.restarts)).toPrecision(2)} %`,
  ];
}

function percent(share: number): string {
  return `${(100 * share).toFixed(1)} %`;
}
