import { request } from 'node:http';
import type { Socket } from 'node:net';
import type { Adversary, Findings, Target } from './adversary.ts';
import { Raid } from './raid.ts';

const CONNECTIONS = 80;
const TOKENS_PER_SECOND = 40;
const LISTS_PER_SECOND = 40;
const HEAD = 'GET /p2p/peers HTTP/1.1\r\nHost: a\r\n';
const BODY = 'POST /ops/peers HTTP/1.1\r\nHost: a\r\nContent-Length: 60000\r\n\r\n{';

/** Holds the public HTTP port with headers, bodies and answers that take their time. */
export class SlowHttpClient implements Adversary {
  readonly name = 'slow HTTP clients';

  async attack(target: Target, signal: AbortSignal): Promise<Findings> {
    const raid = new Raid(target, signal, 142);
    await Promise.all(Array.from({ length: CONNECTIONS }, (_, i) => this.one(raid, i)));
    return raid.findings();
  }

  private async one(raid: Raid, i: number): Promise<void> {
    while (!raid.isOver) {
      const socket = await raid.dial(raid.freshHost(), raid.target.httpPort);
      if (socket !== undefined) await this.drag(raid, socket, i % 3);
      await raid.pause(200);
    }
  }

  private async drag(raid: Raid, socket: Socket, kind: number): Promise<void> {
    const [slowHead, slowBody] = [kind === 0, kind === 1];
    if (slowHead) socket.write(HEAD);
    else if (slowBody) socket.write(BODY);
    // Asks without end and reads nothing.
    else socket.pause().write(`${HEAD}\r\n`.repeat(500));
    while (!socket.destroyed && !raid.isOver) {
      await raid.pause(500);
      if (slowHead) socket.write('X-A: b\r\n');
      if (slowBody) socket.write('x');
    }
    raid.count('held');
    socket.destroy();
  }
}

/** Asks quickly, from a few addresses: lists on the public port, changes with wrong tokens on the other. */
export class HttpFlooder implements Adversary {
  readonly name = 'wrong tokens and lists in bulk';

  async attack(target: Target, signal: AbortSignal): Promise<Findings> {
    const raid = new Raid(target, signal, 146);
    await Promise.all([
      raid.atRate(LISTS_PER_SECOND, async () => {
        const status = await ask(target.host, target.httpPort, { path: '/p2p/peers' });
        raid.count(`list ${status}`);
      }),
      raid.atRate(TOKENS_PER_SECOND, async () => {
        const authorization = `Bearer ${Math.random().toString(36)}`;
        const change = { path: '/ops/drain', method: 'POST', headers: { authorization } };
        const status = await ask('127.0.0.1', target.opsPort, change);
        raid.count(`token ${status}`);
        if (status < 400) raid.blame('took a wrong token');
      }),
    ]);
    return raid.findings();
  }
}

interface Question {
  readonly path: string;
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

/** @returns the status */
function ask(host: string, port: number, question: Question): Promise<number> {
  return new Promise((resolve, reject) => {
    const sent = request({ host, port, agent: false, timeout: 5_000, ...question }, (answer) => {
      answer.resume().on('close', () => resolve(answer.statusCode ?? 0));
    });
    sent.on('timeout', () => sent.destroy(new Error('no answer')));
    sent.on('error', reject).end();
  });
}
