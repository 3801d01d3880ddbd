#!/usr/bin/env node
import type { CommandIo, KeySummary } from './cli/command-io.ts';
import { PRODUCT_VERSION } from './support/agent.ts';
import { runCommandLine } from './cli/program.ts';
import type { NodeConfig } from './config/node-config.ts';
import type { Logger } from './logging/logger.ts';
import { createStdoutLogger, lineWriter } from './logging/standard-output.ts';

const FLUSH_TIMEOUT_MS = 1_000;
const UNEXPECTED_EXIT_CODE = 1;

/** The application is loaded only here: `version` and `config check` answer without Nest. */
async function startNode(config: NodeConfig, warnings: readonly string[]): Promise<void> {
  const log = createStdoutLogger(config.log.level, config.log.format);
  exitOnUnexpectedError(log);
  log.info('Starting node', {
    version: PRODUCT_VERSION,
    chain_id: config.network.chainId,
    http_port: config.http.port,
    p2p_port: config.p2p.port,
    ops_port: config.http.opsPort,
    store: config.store.kind,
  });
  for (const warning of warnings) log.warn(warning);
  const endSignals = endOnSignal();
  const { startApplication } = await import('./app.module.ts');
  const started = startApplication(config, log);
  // Not before the application listens: a signal that came while modules were read is still to be delivered, and one
  // without any listener then would be lost.
  endSignals();
  await started;
}

async function loadOrCreateKey(dataDir: string): Promise<KeySummary> {
  const { keyFileOf, loadOrCreateIdentity } = await import('./handshake/local-identity.ts');
  const { nodeId, publicKey } = loadOrCreateIdentity(dataDir);
  return { nodeId, publicKey, file: keyFileOf(dataDir) };
}

/**
 * While the application is being loaded nothing is open: a signal ends the process at once, as PID 1
 * too, where an unhandled one would be lost.
 * @returns hands the signals over to the application
 */
function endOnSignal(): () => void {
  const end = (): void => exitAfterFlush(0);
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, end);
  return () => {
    for (const signal of ['SIGTERM', 'SIGINT'] as const) process.off(signal, end);
  };
}

/** Nothing is known of the state of the node any more: say why and end, so that it is started anew. */
function exitOnUnexpectedError(log: Logger): void {
  const end = (message: string) => (reason: unknown) => {
    const error = reason instanceof Error ? reason : new Error(String(reason));
    log.error(message, { error: error.message, stack: error.stack });
    exitAfterFlush(UNEXPECTED_EXIT_CODE);
  };
  process.on('uncaughtException', end('Uncaught exception'));
  process.on('unhandledRejection', end('Unhandled rejection'));
}

/** A failed start may leave sockets and timers behind: do not wait for them, only for the output. */
function exitAfterFlush(exitCode: number): void {
  process.exitCode = exitCode;
  setTimeout(() => process.exit(exitCode), FLUSH_TIMEOUT_MS);
  process.stdout.write('', () => {
    process.stderr.write('', () => process.exit(exitCode));
  });
}

const stderr = lineWriter(process.stderr);
const io: CommandIo = {
  environment: process.env,
  stdout: lineWriter(process.stdout),
  stderr,
  loadOrCreateKey,
  startNode,
};

async function main(): Promise<void> {
  try {
    const exitCode = await runCommandLine(process.argv.slice(2), io);
    if (exitCode !== undefined) exitAfterFlush(exitCode);
  } catch (error) {
    stderr(`error: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`);
    exitAfterFlush(UNEXPECTED_EXIT_CODE);
  }
}

void main();
