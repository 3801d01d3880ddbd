import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { VisionError } from '../../src/support/vision-error.ts';
import { type LoadedConfig, loadConfig } from '../../src/config/load-config.ts';

export interface GivenConfig {
  readonly seeds?: string;
  readonly node?: string;
  readonly environment?: Record<string, string>;
  readonly flags?: Record<string, string | string[]>;
}

/** Loads configurations from real files in a directory of its own. */
export class ConfigBench {
  readonly directory = mkdtempSync(join(tmpdir(), 'vision-config-'));
  readonly seedsFile = join(this.directory, 'seed_peers.toml');
  readonly nodeFile = join(this.directory, 'node.toml');

  load({ seeds = '', node = '', environment = {}, flags = {} }: GivenConfig): LoadedConfig {
    writeFileSync(this.seedsFile, seeds);
    writeFileSync(this.nodeFile, node);
    const files = { '--seeds': this.seedsFile, '--config': this.nodeFile };
    return loadConfig({ flags: new Map(Object.entries({ ...files, ...flags })), environment });
  }

  /** The fault lines, with the names of the files in place of their paths; empty when there is none. */
  faultsOf(given: GivenConfig): string[] {
    try {
      this.load(given);
    } catch (error) {
      if (!(error instanceof VisionError) || error.exitCode !== 78) throw error;
      return error.message.replaceAll(`${this.directory}/`, '').split('\n').slice(1);
    }
    return [];
  }

  remove(): void {
    rmSync(this.directory, { recursive: true });
  }
}
