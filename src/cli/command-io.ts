import type { NodeConfig } from '../config/node-config.ts';

/** What a command may touch of the world outside; the process in `main.ts`, texts in a test. */
export interface CommandIo {
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly stdout: (text: string) => void;
  readonly stderr: (text: string) => void;
  /** Starts a node that lives on after the promise has resolved. */
  readonly startNode: (config: NodeConfig, warnings: readonly string[]) => Promise<void>;
}
