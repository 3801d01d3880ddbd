import { readFile } from 'node:fs/promises';
import type { Answer, ApiProxy } from './api-proxy.ts';
import { helm, kubectl, run } from './command.ts';

const CHART = 'charts/vision-node';

/** What the suite reads of a pod. */
export interface Pod {
  readonly metadata: {
    readonly name: string;
    readonly uid: string;
    readonly labels: Readonly<Record<string, string>>;
    readonly deletionTimestamp?: string;
  };
  readonly status: {
    readonly conditions?: readonly {
      readonly type: string;
      readonly status: string;
      readonly lastTransitionTime: string;
    }[];
    readonly containerStatuses?: readonly {
      readonly restartCount: number;
      readonly state: {
        readonly terminated?: { readonly exitCode: number; readonly finishedAt: string };
      };
    }[];
  };
}

/** `repository:tag` as arguments of helm; a digest or a registry with a port works too. */
function imageArgs(image = process.env['E2E_IMAGE'] ?? 'vision-node:dev'): string[] {
  const colon = image.lastIndexOf(':');
  return ['--set', `image.repository=${image.slice(0, colon)},image.tag=${image.slice(colon + 1)}`];
}

/** A namespace in which Pod Security refuses whatever is not "restricted". */
export async function createRestrictedNamespace(purpose: string): Promise<string> {
  const name = `vision-e2e-${purpose}-${Date.now().toString(36)}`;
  const manifest = await readFile('k8s/namespace.yaml', 'utf8');
  await run(
    'kubectl',
    ['create', '--filename', '-'],
    manifest.replace('name: vision', `name: ${name}`),
  );
  return name;
}

/** With E2E_KEEP set, a namespace stays for a look into it. */
export async function deleteNamespace(name: string): Promise<void> {
  if (process.env['E2E_KEEP'] === undefined) {
    await kubectl('delete', 'namespace', name, '--wait=false');
  }
}

/** One installation of the chart. */
export class Release {
  readonly statefulSet: string;
  readonly selector: string;

  constructor(
    private readonly api: ApiProxy,
    readonly namespace: string,
    readonly name: string,
  ) {
    this.statefulSet = `${name}-vision-node`;
    this.selector = `app.kubernetes.io/instance=${name},app.kubernetes.io/component=peer`;
  }

  async install(...args: string[]): Promise<void> {
    await helm('install', this.name, CHART, '--namespace', this.namespace, ...imageArgs(), ...args);
  }

  async upgrade(...args: string[]): Promise<void> {
    await helm('upgrade', this.name, CHART, '--namespace', this.namespace, ...imageArgs(), ...args);
  }

  async scale(peers: number): Promise<void> {
    await this.kubectl('scale', `statefulset/${this.statefulSet}`, `--replicas=${peers}`);
  }

  async kubectl(...args: string[]): Promise<string> {
    return await kubectl('--namespace', this.namespace, ...args);
  }

  /** In the order of their ordinals. */
  async pods(): Promise<Pod[]> {
    const list = await this.kubectl('get', 'pods', '--selector', this.selector, '-o', 'json');
    const { items } = JSON.parse(list) as { items: Pod[] };
    const ordinal = (pod: Pod): number => Number(pod.metadata.name.split('-').at(-1));
    return items.toSorted((one, other) => ordinal(one) - ordinal(other));
  }

  pod(ordinal: number): string {
    return `${this.statefulSet}-${ordinal}`;
  }

  /** `/p2p/status` and every other path of the operations listener. */
  async ops(pod: string, path: string): Promise<Answer> {
    return await this.api.pod(this.namespace, pod, `7072${path}`);
  }

  /** The same of the public listener. */
  async http(pod: string, path: string): Promise<Answer> {
    return await this.api.pod(this.namespace, pod, `7070${path}`);
  }

  async log(pod: string): Promise<string> {
    return await this.kubectl('logs', pod);
  }
}

export const isReady = (pod: Pod): boolean =>
  pod.metadata.deletionTimestamp === undefined && readyCondition(pod)?.status === 'True';

/** Changes whenever a pod became ready or unready, was restarted or replaced. */
export function lifeOf(pod: Pod): object {
  return {
    name: pod.metadata.name,
    uid: pod.metadata.uid,
    revision: pod.metadata.labels['controller-revision-hash'],
    readySince: readyCondition(pod)?.lastTransitionTime,
    restarts: restartsOf(pod),
  };
}

export const restartsOf = (pod: Pod): number =>
  (pod.status.containerStatuses ?? []).reduce((sum, { restartCount }) => sum + restartCount, 0);

const readyCondition = (
  pod: Pod,
): { readonly status: string; readonly lastTransitionTime: string } | undefined =>
  pod.status.conditions?.find(({ type }) => type === 'Ready');
