import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { Redis } from 'ioredis';

import { eventually } from './eventually.ts';
import { ensurePrograms } from './installed-programs.ts';

/** A real `redis-server` on 127.0.0.1, which can be killed, started again on its port, or frozen. */
export class RedisServer {
  #process: ChildProcess | undefined;

  private constructor(
    readonly port: number,
    private readonly directory: string,
    private readonly options: readonly string[],
  ) {}

  /** @param options as on the command line: `['--requirepass', 'secret']` */
  static async start(...options: string[]): Promise<RedisServer> {
    const server = await RedisServer.reserve(...options);
    try {
      await server.startAgain();
    } catch (error) {
      await server.stop();
      throw error;
    }
    return server;
  }

  /** A port where nothing listens yet; `startAgain()` brings the server up. */
  static async reserve(...options: string[]): Promise<RedisServer> {
    ensurePrograms(['redis-server', 'redis-server']);
    const directory = mkdtempSync(join(tmpdir(), 'vision-redis-'));
    return new RedisServer(await freePort(), directory, options);
  }

  get url(): string {
    return `redis://127.0.0.1:${this.port}/0`;
  }

  async startAgain(): Promise<void> {
    const own = ['--port', `${this.port}`, '--bind', '127.0.0.1', '--dir', this.directory];
    const quiet = ['--save', '', '--appendonly', 'no'];
    this.#process = spawn('redis-server', [...own, ...quiet, ...this.options], { stdio: 'ignore' });
    await eventually(() => this.#answers(), { withinMs: 10_000, what: 'redis-server answers' });
  }

  /** Any answer will do, also that a password is wanted. */
  #answers(): Promise<boolean> {
    return new Promise((resolve) => {
      const socket = connect(this.port, '127.0.0.1', () => socket.write('PING\r\n'));
      socket.once('data', () => {
        resolve(true);
        socket.destroy();
      });
      socket.once('error', () => resolve(false));
      socket.once('close', () => resolve(false));
    });
  }

  /** A client of the test's own. */
  async run<Result>(work: (client: Redis) => Promise<Result>, password?: string): Promise<Result> {
    const client = new Redis({ port: this.port, ...(password === undefined ? {} : { password }) });
    try {
      return await work(client);
    } finally {
      client.disconnect();
    }
  }

  /** SIGKILL: everything in it is lost. */
  async kill(): Promise<void> {
    const child = this.#process;
    this.#process = undefined;
    if (child === undefined || child.exitCode !== null) return;
    const ended = new Promise((resolve) => child.once('exit', resolve));
    child.kill('SIGCONT');
    child.kill('SIGKILL');
    await ended;
  }

  freeze(): void {
    this.#process?.kill('SIGSTOP');
  }

  thaw(): void {
    this.#process?.kill('SIGCONT');
  }

  async stop(): Promise<void> {
    await this.kill();
    rmSync(this.directory, { recursive: true, force: true });
  }
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address() as AddressInfo;
      server.close(() => resolve(port));
    });
  });
}
