import { execFile } from 'node:child_process';

export interface CommandOutput {
  readonly stdout: string;
  readonly stderr: string;
}

/** The longest single command is an installation that waits. */
const COMMAND_TIMEOUT_MS = 180_000;
const OUTPUT_BYTES_MAX = 32 * 1_024 * 1_024;

/** Runs a program without a shell; rejects with what it wrote when its exit code is not 0. */
export function run(
  program: string,
  args: readonly string[],
  input?: string,
): Promise<CommandOutput> {
  return new Promise((resolve, reject) => {
    const options = { timeout: COMMAND_TIMEOUT_MS, maxBuffer: OUTPUT_BYTES_MAX };
    const child = execFile(program, [...args], options, (error, stdout, stderr) => {
      if (error === null) resolve({ stdout, stderr });
      else reject(new Error(`${program} ${args.join(' ')}\n${stderr}${stdout}`, { cause: error }));
    });
    child.stdin?.end(input ?? '');
  });
}

export const kubectl = async (...args: string[]): Promise<string> =>
  (await run('kubectl', args)).stdout;

export const helm = async (...args: string[]): Promise<string> => (await run('helm', args)).stdout;
