import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';

import { eventually } from './eventually.ts';
import { ensurePrograms } from './installed-programs.ts';

/** Where system calls of a process can be made to fail. */
export const canFailDisks = process.platform === 'linux' && process.getuid?.() === 0;

/** Which system calls fail with EIO. */
export interface DiskFault {
  /** Names, with commas between them. */
  readonly calls: string;
  /** Only the call of this number of each thread, from 1; default all. */
  readonly only?: number;
  /** Only calls on these files. */
  readonly paths?: readonly string[];
}

/** Words before a command that run it on a disk with a fault. */
export function onFailingDisk({ calls, only, paths = [] }: DiskFault): string[] {
  ensurePrograms(['strace', 'strace']);
  const when = only === undefined ? '' : `:when=${only}`;
  const inject = ['-e', `trace=${calls}`, '-e', `inject=${calls}:error=EIO${when}`];
  return ['strace', '-f', '-o', '/dev/null', ...inject, ...paths.flatMap((path) => ['-P', path])];
}

/** The disk of a running process, which fails from now on until it is mended. */
export class FailingDisk {
  private constructor(private readonly tracer: ChildProcess) {}

  static async of(pid: number, calls: string): Promise<FailingDisk> {
    const [program = '', ...words] = onFailingDisk({ calls });
    const tracer = spawn(program, [...words, '-p', `${pid}`], {
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    let said = '';
    tracer.stderr.on('data', (text) => (said += String(text)));
    await eventually(() => said.includes('attached'), {
      withinMs: 10_000,
      what: `strace\n${said}`,
    });
    return new FailingDisk(tracer);
  }

  async mend(): Promise<void> {
    if (this.tracer.exitCode !== null || this.tracer.signalCode !== null) return;
    const gone = once(this.tracer, 'exit');
    this.tracer.kill('SIGINT');
    await gone;
  }
}
