import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';

export interface Answer {
  readonly status: number;
  readonly body: string;
}

/**
 * The cluster's API over plain HTTP, by `kubectl proxy`: pods and services are asked through the API
 * server, so that the suite needs no route into the cluster's networks.
 */
export class ApiProxy {
  private constructor(
    private readonly child: ChildProcess,
    private readonly base: string,
  ) {}

  static async start(): Promise<ApiProxy> {
    const child = spawn('kubectl', ['proxy', '--port=0'], { stdio: ['ignore', 'pipe', 'inherit'] });
    const exited = once(child, 'exit').then(() => {
      throw new Error('kubectl proxy has ended');
    });
    let said = '';
    for (;;) {
      const [chunk] = (await Promise.race([once(child.stdout, 'data'), exited])) as [Buffer];
      said += chunk.toString();
      const address = /127\.0\.0\.1:\d+/.exec(said)?.[0];
      if (address === undefined) continue;
      exited.catch(() => undefined);
      return new ApiProxy(child, `http://${address}`);
    }
  }

  async get(path: string): Promise<Answer> {
    const response = await fetch(this.base + path, { signal: AbortSignal.timeout(5_000) });
    return { status: response.status, body: await response.text() };
  }

  /** Asks a pod's port. Rejects when the pod does not answer at all. */
  async pod(namespace: string, pod: string, portAndPath: string): Promise<Answer> {
    const [port, ...path] = portAndPath.split('/');
    const answer = await this.get(
      `/api/v1/namespaces/${namespace}/pods/${pod}:${port}/proxy/${path.join('/')}`,
    );
    // The API server's own words, not the pod's.
    if (answer.body.includes('"kind":"Status"')) throw new Error(`${pod}: ${answer.body}`);
    return answer;
  }

  stop(): void {
    this.child.kill();
  }
}
