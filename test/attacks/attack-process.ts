import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { setPriority } from 'node:os';
import { fileURLToPath } from 'node:url';
import type { AdversaryName } from '../support/adversaries/adversaries.ts';
import type { Findings, Target } from '../support/adversaries/adversary.ts';
import type { Answer, Order } from '../support/adversaries/attacker.ts';

const ATTACKER = fileURLToPath(new URL('../support/adversaries/attacker.ts', import.meta.url));
/** An attacker on another machine takes nothing of the node's processor: here it waits for its turn. */
const NICENESS = 10;
const LETS_GO_WITHIN_MS = 15_000;

/** The adversaries of one attack, in a process of their own. */
export class AttackProcess {
  private constructor(private readonly child: ChildProcess) {}

  static async start(): Promise<AttackProcess> {
    const child = fork(ATTACKER, { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] });
    setPriority(child.pid as number, NICENESS);
    await once(child, 'message');
    return new AttackProcess(child);
  }

  begin(names: readonly AdversaryName[], target: Target): void {
    this.order({ kind: 'attack', names, target });
  }

  /** Ends the attack. @returns what each adversary found */
  async end(): Promise<Readonly<Record<string, Findings>>> {
    const answered = once(this.child, 'message') as Promise<[Answer]>;
    const exited = once(this.child, 'exit');
    const timer = setTimeout(() => this.child.kill('SIGKILL'), LETS_GO_WITHIN_MS);
    this.order({ kind: 'stop' });
    const answer = await Promise.race([answered, exited.then(() => undefined)]);
    await exited;
    clearTimeout(timer);
    if (answer?.[0].kind !== 'findings') throw new Error('the attacker died of its own attack');
    return answer[0].findings;
  }

  private order(order: Order): void {
    this.child.send(order);
  }
}
