import type { NodeConfig } from '../config/node-config.ts';

/** Who a node is, without its secret. */
export interface KeySummary {
  readonly nodeId: string;
  readonly publicKey: Uint8Array;
  readonly file: string;
}

/** What a command may touch of the world outside; the process in `main.ts`, texts in a test. */
export interface CommandIo {
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly stdout: (text: string) => void;
  readonly stderr: (text: string) => void;
  /**
   * Key of a data directory, made when there is none.
   * @throws VisionError VN_ERR_DATA_DIR
   */
  readonly loadOrCreateKey: (dataDir: string) => Promise<KeySummary>;
  /** Starts a node that lives on after the promise has resolved. */
  readonly startNode: (config: NodeConfig, warnings: readonly string[]) => Promise<void>;
}
