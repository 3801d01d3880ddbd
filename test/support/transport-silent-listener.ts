import { spawn, type ChildProcess } from 'node:child_process';
import { connect, type Socket } from 'node:net';

const LISTEN =
  "const {createServer}=require('node:net');const ports=[];const count=Number(process.argv[1]);" +
  'for(let i=0;i<count;i++){const s=createServer();' +
  "s.listen({port:0,host:'127.0.0.1',backlog:1},()=>{ports.push(s.address().port);" +
  "if(ports.length===count)console.log(ports.join(' '))})}";
const BACKLOG_FILLERS = 6;

/**
 * Ports of 127.0.0.1 that answer no SYN, as a black-holed host does: a stopped process listens
 * there, and their backlogs are full.
 */
export class SilentListener {
  private constructor(
    readonly ports: readonly number[],
    private readonly process: ChildProcess,
    private readonly fillers: readonly Socket[],
  ) {}

  static async start(count = 1): Promise<SilentListener> {
    const child = spawn(process.execPath, ['-e', LISTEN, `${count}`], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const ports = await new Promise<number[]>((resolve) => {
      child.stdout.once('data', (text: Buffer) => resolve(text.toString().split(' ').map(Number)));
    });
    child.kill('SIGSTOP');
    const fillers: Socket[] = [];
    for (const port of ports) fillers.push(...(await filledBacklog(port)));
    return new SilentListener(ports, child, fillers);
  }

  get port(): number {
    return this.ports[0] as number;
  }

  async stop(): Promise<void> {
    for (const socket of this.fillers) socket.destroy();
    const gone = new Promise((resolve) => this.process.once('exit', resolve));
    this.process.kill('SIGKILL');
    await gone;
  }
}

async function filledBacklog(port: number): Promise<Socket[]> {
  const fillers = Array.from({ length: BACKLOG_FILLERS }, () => {
    const socket = connect({ host: '127.0.0.1', port });
    return socket.on('error', () => socket.destroy());
  });
  await Promise.race(
    fillers.map((socket) => new Promise((resolve) => socket.once('connect', resolve))),
  );
  return fillers;
}
