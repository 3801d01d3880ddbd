import { execFile, spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { promisify } from 'node:util';

import { ensurePrograms } from './installed-programs.ts';

const run = promisify(execFile);
const OUTPUT_BYTES_MAX = 16_777_216;

/** Why tests that need network namespaces cannot run here; undefined when they can. */
function whyNoNamespaces(): string | undefined {
  if (process.platform !== 'linux') return 'network namespaces are a part of Linux';
  if (process.getuid?.() !== 0) return 'network namespaces need root';
  return undefined;
}

/** `describe` where namespaces are to be had; elsewhere a skipped suite whose name says why. */
export function describeInNamespaces(name: string, body: () => void): void {
  const reason = whyNoNamespaces();
  if (reason === undefined) describe(name, body);
  else describe.skip(`${name} (skipped: ${reason})`, body);
}

/**
 * A network of its own, with a mount table of its own for the files of the resolver. It ends with its
 * keeper process, so that nothing of it outlives the tests.
 */
export class NetworkNamespace {
  private constructor(private readonly keeper: ChildProcess) {}

  static async create(): Promise<NetworkNamespace> {
    ensurePrograms(['ip', 'iproute2'], ['nft', 'nftables'], ['unshare', 'util-linux']);
    const script = 'ip link set lo up && echo ready && exec cat';
    const keeper = spawn('unshare', ['--net', '--mount', 'sh', '-c', script], {
      stdio: ['pipe', 'pipe', 'inherit'],
    });
    await once(keeper.stdout, 'data');
    return new NetworkNamespace(keeper);
  }

  /** Words before a command that make it run in here; the process keeps its id. */
  get launcher(): readonly string[] {
    return ['nsenter', '--target', `${this.keeper.pid}`, '--net', '--mount', '--'];
  }

  get pid(): number {
    return this.keeper.pid as number;
  }

  /** @returns what the command has written to its standard output */
  async exec(...words: readonly string[]): Promise<string> {
    const [program = '', ...args] = [...this.launcher, ...words];
    return (await run(program, args, { maxBuffer: OUTPUT_BYTES_MAX, timeout: 10_000 })).stdout;
  }

  async fetchText(url: string): Promise<string> {
    const script =
      'fetch(process.argv[1]).then((r) => r.text()).then((t) => process.stdout.write(t))';
    return await this.exec(process.execPath, '-e', script, url);
  }

  /** Every address of both families is one of this machine's own. */
  async ownEverything(): Promise<void> {
    await this.exec('ip', 'route', 'add', 'local', '0.0.0.0/0', 'dev', 'lo');
    await this.exec('ip', '-6', 'route', 'add', 'local', '::/0', 'dev', 'lo');
  }

  /** A cable to a bridge `br0` of another namespace; the end in here is `eth0`. */
  async plugInto(hub: NetworkNamespace, address: string): Promise<void> {
    const port = `veth${this.pid}`;
    const cable = ['link', 'add', port, 'type', 'veth', 'peer', 'name', 'eth0'];
    await hub.exec('ip', ...cable, 'netns', `${this.pid}`);
    await hub.exec('ip', 'link', 'set', port, 'master', 'br0', 'up');
    await this.exec('ip', 'address', 'add', address, 'dev', 'eth0');
    await this.exec('ip', 'link', 'set', 'eth0', 'up');
  }

  /** Puts a file in the place of another one, for the processes in here. */
  async replaceFile(path: string, by: string): Promise<void> {
    await this.exec('mount', '--bind', by, path);
  }

  async remove(): Promise<void> {
    const gone = once(this.keeper, 'exit');
    this.keeper.stdin?.end();
    await gone;
  }
}
