import { spawn, type ChildProcess } from 'node:child_process';
import { connect, type Socket } from 'node:net';

const LISTEN =
  "const s=require('node:net').createServer();" +
  "s.listen({port:0,host:'127.0.0.1',backlog:1},()=>console.log(s.address().port))";
const BACKLOG_FILLERS = 6;

/**
 * A port of 127.0.0.1 that answers no SYN, as a black-holed host does: a stopped process listens
 * there, and its backlog is full.
 */
export class SilentListener {
  private constructor(
    readonly port: number,
    private readonly process: ChildProcess,
    private readonly fillers: readonly Socket[],
  ) {}

  static async start(): Promise<SilentListener> {
    const child = spawn(process.execPath, ['-e', LISTEN], { stdio: ['ignore', 'pipe', 'inherit'] });
    const port = await new Promise<number>((resolve) => {
      child.stdout.once('data', (text: Buffer) => resolve(Number(text.toString())));
    });
    child.kill('SIGSTOP');
    const fillers = Array.from({ length: BACKLOG_FILLERS }, () => {
      const socket = connect({ host: '127.0.0.1', port });
      return socket.on('error', () => socket.destroy());
    });
    await Promise.race(
      fillers.map((socket) => new Promise((resolve) => socket.once('connect', resolve))),
    );
    return new SilentListener(port, child, fillers);
  }

  async stop(): Promise<void> {
    for (const socket of this.fillers) socket.destroy();
    const gone = new Promise((resolve) => this.process.once('exit', resolve));
    this.process.kill('SIGKILL');
    await gone;
  }
}
