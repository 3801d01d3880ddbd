import { Command, CommanderError } from 'commander';
import { maskedWord } from '../support/masked-text.ts';
import { EXIT_CODES, VisionError } from '../support/vision-error.ts';
import type { CommandIo } from './command-io.ts';
import { InvalidConfigError } from '../config/config-fault.ts';
import { addConfigFlags, flagTexts } from './config-flags.ts';
import { addOutputFlag, isJson, jsonLine } from './output-flag.ts';
import { PRODUCT_VERSION } from '../support/agent.ts';
import { registerSimulateCommand } from './simulate.ts';

const DESCRIPTION =
  'A peer of a network without a beacon: finds peers, keeps connections to them, remembers the good ones.';

/**
 * Runs one command line, without the two words that name the program.
 * @returns the exit code, or undefined when a node was started and lives on.
 */
export async function runCommandLine(
  words: readonly string[],
  io: CommandIo,
): Promise<number | undefined> {
  const outcome: Outcome = { exitCode: EXIT_CODES.ok };
  try {
    const program = buildProgram(io, outcome, words);
    refuseUnknownCommand(program, words);
    await program.parseAsync([...words], { from: 'user' });
    return outcome.exitCode;
  } catch (error) {
    if (error instanceof CommanderError) {
      return error.exitCode === 0 ? EXIT_CODES.ok : EXIT_CODES.usage;
    }
    if (!(error instanceof VisionError)) throw error;
    io.stderr(describeVisionError(error));
    return error.exitCode;
  }
}

/** `error: …` and `hint: …`, each on a line of its own. */
function describeVisionError(error: VisionError): string {
  const hint = error.hint === undefined ? '' : `hint: ${error.hint}\n`;
  return `error: ${error.message}\n${hint}`;
}

interface Outcome {
  exitCode: number | undefined;
}

function buildProgram(io: CommandIo, outcome: Outcome, words: readonly string[]): Command {
  const program = new Command('vision-node')
    .description(DESCRIPTION)
    .version(PRODUCT_VERSION, '-V, --version', 'Print the version')
    .helpOption('-h, --help', 'Print this help')
    .addHelpText(
      'after',
      '\nWithout a command a node is run: its flags are in `vision-node run --help`.',
    )
    .exitOverride()
    .configureOutput({
      writeOut: io.stdout,
      writeErr: io.stderr,
      outputError: (text, write) => write(withoutSecrets(text, words)),
    });
  addConfigFlags(program.command('run', { isDefault: true }))
    .description('Run a node (the default command)')
    .action(async (_options: unknown, command: Command) => {
      await runNode(io, command);
      outcome.exitCode = undefined;
    });
  const exitWith = (exitCode: number): void => {
    outcome.exitCode = exitCode;
  };
  registerSmallCommands(program, io, exitWith);
  registerSimulateCommand(program, { stdout: io.stdout, stderr: io.stderr, exitWith });
  return program;
}

function registerSmallCommands(
  program: Command,
  io: CommandIo,
  exitWith: (exitCode: number) => void,
): void {
  addOutputFlag(program.command('version'))
    .description('Print the version')
    .action((_options: unknown, command: Command) => {
      const version = PRODUCT_VERSION;
      io.stdout(isJson(command) ? jsonLine({ version }) : `${version}\n`);
    });
  addOutputFlag(addConfigFlags(program.command('keygen')))
    .description('Make the key of the node that `run` would start with the same flags, or show it')
    .action(async (_options: unknown, command: Command) => showKey(io, command));
  const config = program.command('config').description('Work on the configuration');
  addOutputFlag(addConfigFlags(config.command('check')))
    .description(
      'Check the configuration that `run` would use with the same flags; exit code 1 when there is a warning',
    )
    .action(async (_options: unknown, command: Command) => {
      exitWith(await (isJson(command) ? checkForPrograms(io, command) : checkConfig(io, command)));
    });
}

/** A usage error quotes what it does not know, a URL with its password among it. */
function withoutSecrets(text: string, words: readonly string[]): string {
  return words.reduce((shown, word) => {
    const masked = maskedWord(word);
    return masked === word ? shown : shown.replaceAll(word, () => masked);
  }, text);
}

async function runNode(io: CommandIo, command: Command): Promise<void> {
  const { config, warnings } = await load(io, command);
  await io.startNode(config, warnings);
}

/** @returns the exit code */
async function checkConfig(io: CommandIo, command: Command): Promise<number> {
  const { warnings } = await load(io, command);
  for (const warning of warnings) io.stderr(`warning: ${warning}\n`);
  io.stdout('ok\n');
  return exitCodeOf(warnings);
}

/** The same as one object, which faults do not keep away. @returns the exit code */
async function checkForPrograms(io: CommandIo, command: Command): Promise<number> {
  try {
    const { warnings } = await load(io, command);
    io.stdout(jsonLine({ ok: true, faults: [], warnings }));
    return exitCodeOf(warnings);
  } catch (error) {
    if (!(error instanceof InvalidConfigError)) throw error;
    io.stdout(jsonLine({ ok: false, faults: error.faults, warnings: [] }));
    return error.exitCode;
  }
}

function exitCodeOf(warnings: readonly string[]): number {
  return warnings.length === 0 ? EXIT_CODES.ok : EXIT_CODES.warning;
}

/** An existing key is never replaced: it is who the node is. */
async function showKey(io: CommandIo, command: Command): Promise<void> {
  const { config } = await load(io, command);
  const { nodeId, publicKey, file } = await io.loadOrCreateKey(config.store.dataDir);
  const shown = {
    node_id: nodeId,
    public_key: Buffer.from(publicKey).toString('hex'),
    key_file: file,
  };
  const lines = Object.entries(shown).map(([name, value]) => `${name} ${value}\n`);
  io.stdout(isJson(command) ? jsonLine(shown) : lines.join(''));
}

/** Loaded when it is needed: `version` and usage errors answer without the validator. */
async function load(io: CommandIo, command: Command) {
  const { loadConfig } = await import('../config/load-config.ts');
  return loadConfig({ flags: flagTexts(command), environment: io.environment });
}

/** Commander would take it for an argument of the default command, and say so in other words. */
function refuseUnknownCommand(program: Command, words: readonly string[]): void {
  const [first] = words;
  if (first === undefined || first.startsWith('-') || first === 'help') return;
  if (program.commands.some((command) => command.name() === first)) return;
  program.error(`error: unknown command '${first}'`, { exitCode: EXIT_CODES.usage });
}
