import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { eventually } from './eventually.ts';
import type { NetworkNamespace } from './network-namespace.ts';

const MAIN = resolve('dist/main.js');

/** Below the ports that the kernel gives to outgoing connections: none of those takes one meanwhile. */
const PORT_MIN = 10_000;
const PORT_MAX = 32_000;

/** HTTP port of three that follow each other and are free: HTTP, P2P, operations. */
async function freePorts(): Promise<number> {
  for (let attempt = 0; attempt < 50; attempt += 1) {
    const http = PORT_MIN + Math.floor(Math.random() * (PORT_MAX - PORT_MIN - 2));
    const free = await Promise.all([http, http + 1, http + 2].map(isFree));
    if (free.every(Boolean)) return http;
  }
  throw new Error('no three free ports');
}

function isFree(port: number): Promise<boolean> {
  return new Promise((done) => {
    const server = createServer();
    server.once('error', () => done(false));
    server.listen(port, '127.0.0.1', () => server.close(() => done(true)));
  });
}

export interface NodeProcessOptions {
  readonly httpPort?: number;
  readonly seeds?: readonly string[];
  readonly seedFile?: string;
  readonly args?: readonly string[];
  /** Default: what users get. `plain` where fake peers speak to it. */
  readonly security?: 'plain' | 'tls' | 'prefer';
  readonly environment?: Readonly<Record<string, string>>;
  /** It runs in there, and is asked from there. */
  readonly namespace?: NetworkNamespace;
  /** By which others reach it; default 127.0.0.1. */
  readonly host?: string;
}

/** `vision-node run` as users start it: the built program, in a directory of its own. */
export class NodeProcess {
  readonly directory = mkdtempSync(join(tmpdir(), 'vision-node-'));
  private child: ChildProcess | undefined;
  private output = '';

  private constructor(
    readonly httpPort: number,
    private readonly options: NodeProcessOptions,
  ) {
    const seeds = (options.seeds ?? []).map((seed) => `"${seed}"`).join(', ');
    this.writeSeeds(options.seedFile ?? `seed_peers = [${seeds}]\n`);
  }

  static async create(options: NodeProcessOptions = {}): Promise<NodeProcess> {
    return new NodeProcess(options.httpPort ?? (await freePorts()), options);
  }

  get p2p(): string {
    return `${this.options.host ?? '127.0.0.1'}:${this.httpPort + 1}`;
  }

  get pid(): number {
    return this.child?.pid ?? 0;
  }

  /** All that it has written to standard output and error since the last start. */
  get log(): string {
    return this.output;
  }

  get isRunning(): boolean {
    return (
      this.child !== undefined && this.child.exitCode === null && this.child.signalCode === null
    );
  }

  writeSeeds(toml: string): void {
    writeFileSync(join(this.directory, 'seeds.toml'), toml);
  }

  /** Starts and waits for the HTTP listener. */
  async start(): Promise<void> {
    this.launch();
    await eventually(() => this.log.includes('HTTP API listening') || this.failIfDead(), {
      withinMs: 15_000,
      what: `start of the node on ${this.httpPort}\n${this.log}`,
    });
  }

  /** Starts without waiting. */
  launch(): void {
    this.output = '';
    const { args = [], environment = {}, security } = this.options;
    const [program, ...words] = [
      ...this.launcher,
      process.execPath,
      MAIN,
      'run',
      '--http-port',
      `${this.httpPort}`,
      '--seeds',
      'seeds.toml',
      ...(security === undefined ? [] : ['--security', security]),
      ...args,
    ];
    const child = spawn(program as string, words, {
      cwd: this.directory,
      env: { ...process.env, ...environment },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding('utf8').on('data', (text: string) => (this.output += text));
    }
    this.child = child;
  }

  /** @returns the exit code, or the signal's name */
  async kill(signal: NodeJS.Signals): Promise<number | string> {
    const { child } = this;
    if (child === undefined) return 0;
    if (this.isRunning) {
      const exited = once(child, 'exit');
      child.kill(signal);
      await exited;
    }
    return child.exitCode ?? child.signalCode ?? 0;
  }

  async get<T>(path: string, port = this.httpPort): Promise<T> {
    return JSON.parse(await this.getText(path, port)) as T;
  }

  async getText(path: string, port = this.httpPort): Promise<string> {
    const url = `http://127.0.0.1:${port}${path}`;
    const { namespace } = this.options;
    if (namespace !== undefined) return await namespace.fetchText(url);
    const response = await fetch(url, { signal: AbortSignal.timeout(2_000) });
    return await response.text();
  }

  async text(path: string, port: number): Promise<string> {
    const response = await fetch(`http://127.0.0.1:${port}${path}`, {
      signal: AbortSignal.timeout(2_000),
    });
    return response.text();
  }

  /** By the operations listener, which has no rate limit. */
  async peers(): Promise<string[]> {
    return (await this.get<{ peers: string[] }>('/p2p/peers', this.httpPort + 2)).peers;
  }

  /** Kills what runs and removes the directory. */
  async dispose(): Promise<void> {
    await this.kill('SIGKILL');
    rmSync(this.directory, { recursive: true, force: true });
  }

  /** A change of the mount namespace loses the working directory. */
  private get launcher(): readonly string[] {
    const { namespace } = this.options;
    if (namespace === undefined) return [];
    return [...namespace.launcher, 'env', `--chdir=${this.directory}`];
  }

  private failIfDead(): false {
    if (!this.isRunning) throw new Error(`the node has exited:\n${this.log}`);
    return false;
  }
}
