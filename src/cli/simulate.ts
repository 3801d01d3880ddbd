import { createHash } from 'node:crypto';
import { InvalidArgumentError, Option, type Command } from 'commander';
import {
  SCENARIO_NAMES,
  type ScenarioName,
  type ScenarioProgress,
} from '../simulation/scenario.ts';
import { EXIT_CODES } from '../support/vision-error.ts';
import { formatScenarioResult } from './simulate-report.ts';

const NODES_MAX = 5_000;
const SILENT_SEEDS_MAX = 16;
const SEED_MAX = 0xffff_ffff;
/** After the seeds are gone, two nodes must be left to be a network. */
const SURVIVORS_MIN = 2;
/** Whoever waits longer than this is told how far it is. */
const PROGRESS_AFTER_MS = 2_000;
const PROGRESS_EACH_MS = 200;
const CLEAR_LINE = '\r\u001b[K';

/** What the command touches of the world outside. */
export interface SimulateIo {
  readonly stdout: (text: string) => void;
  readonly stderr: (text: string) => void;
  /** Told 2 when a bar was missed; not called otherwise. */
  readonly exitWith: (exitCode: number) => void;
}

interface SimulateFlags {
  readonly nodes: number;
  readonly seeds: number;
  readonly scenario: ScenarioName;
  readonly seed: number;
  readonly silentSeeds: number;
  readonly splitWrites: boolean;
  readonly output: 'table' | 'json';
}

/** `vision-node simulate`: what-if for a network, by the node's own code in virtual time. */
export function registerSimulateCommand(program: Command, io: SimulateIo): void {
  program
    .command('simulate')
    .description('Run a network of nodes in virtual time; exit code 2 when a bar is missed')
    .option('--nodes <N>', 'Nodes in all, the seeds among them', wholeNumber(2, NODES_MAX), 50)
    .option('--seeds <K>', 'How many of them everybody knows', wholeNumber(1, NODES_MAX), 3)
    .addOption(
      new Option('--scenario <NAME>', 'What happens').choices(SCENARIO_NAMES).default('cold-start'),
    )
    .option('--seed <S>', 'Everything random follows from it', wholeNumber(0, SEED_MAX), 1)
    .option(
      '--silent-seeds <N>',
      'Further entries at the head of the seed list that never answer',
      wholeNumber(0, SILENT_SEEDS_MAX),
      0,
    )
    .option('--split-writes', 'Every write arrives in pieces', false)
    .addOption(
      new Option('-o, --output <FORMAT>', 'For people or for programs')
        .choices(['table', 'json'])
        .default('table'),
    )
    .action((flags: SimulateFlags, command: Command) => simulate(flags, command, io));
}

async function simulate(flags: SimulateFlags, command: Command, io: SimulateIo): Promise<void> {
  const { nodes, seeds, scenario, output } = flags;
  const left = scenario === 'cold-start' ? nodes : nodes - SURVIVORS_MIN;
  if (seeds > left) {
    command.error(`error: --seeds ${seeds} is too many of ${nodes} nodes for ${scenario}`);
  }
  // The simulator brings the whole core with it: other commands start without.
  const [{ runScenario }, { createPeerNode }] = await Promise.all([
    import('../simulation/scenarios.ts'),
    import('../simulation/peer-node-machine.ts'),
  ]);
  const progress = progressLine(io);
  const result = runScenario(scenario, {
    ...flags,
    sha256: (bytes) => createHash('sha256').update(bytes).digest(),
    createMachine: createPeerNode,
    onProgress: progress.show,
  });
  progress.clear();
  io.stdout(output === 'json' ? `${JSON.stringify(result)}\n` : formatScenarioResult(result));
  if (!result.ok) io.exitWith(EXIT_CODES.failure);
}

/** One line on a terminal, overwritten in place; nothing elsewhere. */
function progressLine(io: SimulateIo): {
  show: (progress: ScenarioProgress) => void;
  clear: () => void;
} {
  let nextAt = performance.now() + PROGRESS_AFTER_MS;
  let isShown = false;
  const show = ({ virtualMs, running }: ScenarioProgress): void => {
    if (!process.stderr.isTTY || performance.now() < nextAt) return;
    nextAt = performance.now() + PROGRESS_EACH_MS;
    isShown = true;
    io.stderr(`${CLEAR_LINE}${(virtualMs / 1_000).toFixed(1)} virtual seconds, ${running} nodes`);
  };
  const clear = (): void => {
    if (isShown) io.stderr(CLEAR_LINE);
  };
  return { show, clear };
}

function wholeNumber(min: number, max: number): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (!/^\d{1,10}$/.test(text) || value < min || value > max) {
      throw new InvalidArgumentError(`expected a whole number from ${min} to ${max}`);
    }
    return value;
  };
}
