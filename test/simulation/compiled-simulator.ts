import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { transformFileSync, type Options } from '@swc/core';
import type { Trial } from '../../src/simulation/bars/bar.ts';
import type { ScenarioJob, ScenarioResult } from '../../src/simulation/scenario.ts';

const RUNNER = 'test/simulation/scenario-runner.ts';
const SOURCE_FOLDERS = ['src/core', 'src/simulation', 'src/support'];
const OUTPUT_BYTES_MAX = 64 * 1_024 * 1_024;
// The option for import paths is newer than the package's types.
const TRANSFORM = {
  jsc: {
    target: 'es2022',
    parser: { syntax: 'typescript' },
    rewriteRelativeImportExtensions: true,
  },
  module: { type: 'es6' },
  swcrc: false,
} as Options;

/**
 * The simulator as it is in the source now, compiled into a temporary folder and run by plain Node:
 * inside Jest's sandbox the same run takes five times as long.
 */
export class CompiledSimulator {
  private readonly folder = mkdtempSync(join(tmpdir(), 'vision-simulator-'));

  constructor() {
    writeFileSync(join(this.folder, 'package.json'), '{"type":"module"}');
    symlinkSync(resolve('node_modules'), join(this.folder, 'node_modules'));
    for (const source of [RUNNER, ...SOURCE_FOLDERS.flatMap(sourcesIn)]) this.compile(source);
  }

  /** Runs all jobs, on as many processors as there are. @returns results in the order of the jobs */
  async run(jobs: readonly ScenarioJob[]): Promise<ScenarioResult[]> {
    return (await this.runTrials(jobs)).map((trial) => trial.result);
  }

  /** As `run`, with what each run cost. */
  async runTrials(jobs: readonly ScenarioJob[]): Promise<Trial[]> {
    const lanes = Math.min(availableParallelism(), jobs.length);
    const shares = Array.from({ length: lanes }, (_, lane) =>
      jobs.filter((_job, index) => index % lanes === lane),
    );
    const trials = await Promise.all(shares.map((share) => this.runHere(share)));
    return jobs.map((_, index) => {
      const trial = trials[index % lanes]?.[Math.floor(index / lanes)];
      if (trial === undefined) throw new Error(`no result of ${JSON.stringify(jobs[index])}`);
      return trial;
    });
  }

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }

  private async runHere(jobs: readonly ScenarioJob[]): Promise<Trial[]> {
    const runner = join(this.folder, asJavaScript(RUNNER));
    const { stdout } = await promisify(execFile)(process.execPath, [runner, JSON.stringify(jobs)], {
      maxBuffer: OUTPUT_BYTES_MAX,
    });
    const lines = stdout.split('\n').filter((line) => line !== '');
    return lines.map((line) => JSON.parse(line) as Trial);
  }

  private compile(source: string): void {
    const target = join(this.folder, asJavaScript(source));
    mkdirSync(dirname(target), { recursive: true });
    writeFileSync(target, transformFileSync(source, TRANSFORM).code);
  }
}

function sourcesIn(folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.ts') && !file.endsWith('.spec.ts'))
    .map((file) => join(folder, file));
}

function asJavaScript(source: string): string {
  return source.replace(/\.ts$/, '.js');
}
