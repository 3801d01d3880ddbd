import { closeSync, openSync, writeFileSync } from 'node:fs';
import { DEFAULT_LIMITS } from '../core/support/limits.ts';
import { InvalidArgumentError, Option, type Command } from 'commander';
import { shownName } from '../config/config-fault.ts';
import {
  SCENARIO_NAMES,
  type Scenario,
  type ScenarioName,
  type ScenarioOptions,
  type ScenarioProgress,
} from '../simulation/scenario.ts';
import { Timeline } from '../simulation/timeline.ts';
import { sha256 } from '../support/sha256.ts';
import { EXIT_CODES, VisionError } from '../support/vision-error.ts';
import { addOutputFlag, jsonLine, type OutputFormat } from './output-flag.ts';
import { formatScenarioResult } from './simulate-report.ts';
import { plotOf } from './simulate-plot.ts';

const NODES_MAX = 5_000;
const SILENT_SEEDS_MAX = 16;
const SEED_MAX = 0xffff_ffff;
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
  readonly namedSeeds: boolean;
  readonly loss: number;
  readonly splitWrites: boolean;
  readonly set: Readonly<Record<string, number>>;
  readonly limit: Readonly<Record<string, number | boolean>>;
  readonly plot?: string;
  readonly output: OutputFormat;
}

/** `vision-node simulate`: what-if for a network, by the node's own code in virtual time. */
export function registerSimulateCommand(program: Command, io: SimulateIo): void {
  addOutputFlag(program.command('simulate'))
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
    .option('--named-seeds', 'The seeds are known by name', false)
    .option('--loss <SHARE>', 'Of all segments, those that are lost', share, 0)
    .option('--split-writes', 'Every write arrives in pieces', false)
    .option('--set <NAME=VALUE>', "One of the scenario's own parameters", setting, {})
    .option('--limit <NAME=VALUE>', 'One of the limits, at every node', setting, {})
    .option('--plot <FILE.svg>', 'Draw the course of the run')
    .action((flags: SimulateFlags, command: Command) => simulate(flags, command, io));
}

async function simulate(flags: SimulateFlags, command: Command, io: SimulateIo): Promise<void> {
  const { scenario, output, plot } = flags;
  // The simulator brings the whole core with it: other commands start without.
  const [{ runScenario, SCENARIOS }, { createPeerNode }] = await Promise.all([
    import('../simulation/scenarios.ts'),
    import('../simulation/peer-node-machine.ts'),
  ]);
  refuseImpossible(flags, SCENARIOS[scenario], command);
  if (plot !== undefined) refuseUnwritable(plot, () => closeSync(openSync(plot, 'a')));
  const progress = progressLine(io);
  const timeline = plot === undefined ? undefined : new Timeline();
  const result = runScenario(scenario, {
    ...optionsOf(flags),
    sha256,
    createMachine: createPeerNode,
    onProgress: progress.show,
    ...(timeline === undefined ? {} : { timeline }),
  });
  progress.clear();
  io.stdout(output === 'json' ? jsonLine(result) : formatScenarioResult(result));
  if (!result.ok) io.exitWith(EXIT_CODES.failure);
  if (timeline !== undefined && plot !== undefined) {
    refuseUnwritable(plot, () => writeFileSync(plot, plotOf(result, timeline.moments)));
  }
}

/** Before the run as well: nobody waits minutes to learn that a directory is missing. */
function refuseUnwritable(plot: string, write: () => void): void {
  try {
    write();
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (typeof code !== 'string') throw error;
    throw new VisionError(
      'VN_ERR_USAGE',
      `--plot: ${shownName(plot)} cannot be written: ${code}`,
      'name a file in a directory that exists and is yours to write',
    );
  }
}

function refuseImpossible(flags: SimulateFlags, scenario: Scenario, command: Command): void {
  const { nodes, seeds, set, limit } = flags;
  if (seeds > nodes - scenario.ordinaryMin) {
    command.error(`error: --seeds ${seeds} is too many of ${nodes} nodes for ${flags.scenario}`);
  }
  refuseUnknown('--set', set, scenario.parameters, command);
  refuseUnknown('--limit', limit, DEFAULT_LIMITS, command);
}

function refuseUnknown(flag: string, given: object, known: object, command: Command): void {
  for (const [name, value] of Object.entries(given)) {
    const usual = (known as Readonly<Record<string, unknown>>)[name];
    if (typeof usual === typeof value) continue;
    const names = Object.keys(known).join(', ') || 'nothing';
    command.error(`error: ${flag} ${name}=${String(value)}: it takes ${names}`);
  }
}

function optionsOf(
  flags: SimulateFlags,
): Omit<ScenarioOptions, 'sha256' | 'createMachine' | 'onProgress' | 'timeline'> {
  const { nodes, seeds, seed, silentSeeds, namedSeeds, loss, splitWrites, set, limit } = flags;
  return {
    nodes,
    seeds,
    seed,
    silentSeeds,
    namedSeeds,
    lossShare: loss,
    splitWrites,
    parameters: set,
    limits: limit,
  };
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

function share(text: string): number {
  const value = Number(text);
  if (text.trim() === '' || !(value >= 0 && value < 1)) {
    throw new InvalidArgumentError('expected a share from 0 to less than 1');
  }
  return value;
}

/** `name=value`, as often as wanted; a value is a number, `Infinity`, `true` or `false`. */
function setting(
  text: string,
  before: Readonly<Record<string, number | boolean>>,
): Readonly<Record<string, number | boolean>> {
  const match = /^(\w+)=(?:(true|false)|(-?[\d.]+(?:e\d+)?|Infinity))$/.exec(text);
  if (match === null) throw new InvalidArgumentError('expected name=number, true or false');
  const [, name = '', flag, number] = match;
  return { ...before, [name]: flag === undefined ? Number(number) : flag === 'true' };
}
