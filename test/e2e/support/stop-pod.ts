import type { Pod, Release } from './release.ts';
import { until } from './until.ts';

/** Keeps the pod's object until the suite has read how its container ended. */
const FINALIZER = 'vision-node.test/read-the-end';

export interface StoppedPod {
  readonly exitCode: number;
  /** From SIGTERM to the end; Kubernetes writes both in whole seconds, so ± 1. */
  readonly seconds: number;
}

interface Deletion {
  readonly metadata: {
    readonly deletionTimestamp: string;
    readonly deletionGracePeriodSeconds: number;
  };
  readonly spec: {
    readonly containers: readonly {
      readonly lifecycle?: { readonly preStop?: { readonly sleep?: { readonly seconds: number } } };
    }[];
  };
}

/** Deletes a pod, waits for the end of its container, and lets Kubernetes replace it. */
export async function stopPod(release: Release, pod: string): Promise<StoppedPod> {
  await setFinalizers(release, pod, [FINALIZER]);
  await release.kubectl('delete', 'pod', pod, '--wait=false');
  try {
    // Read at once: the kubelet writes another time into the same field when the container has ended.
    const signalledAt = signalledAtOf(await read(release, pod));
    let stopped: StoppedPod | undefined;
    await until({ what: `the end of ${pod}`, seconds: 45 }, async () => {
      const { status } = await read(release, pod);
      const terminated = status.containerStatuses?.[0]?.state.terminated;
      if (terminated === undefined) return 'its container still runs';
      const seconds = Date.parse(terminated.finishedAt) / 1_000 - signalledAt;
      stopped = { exitCode: terminated.exitCode, seconds };
      return undefined;
    });
    return stopped as unknown as StoppedPod;
  } finally {
    await setFinalizers(release, pod, []);
  }
}

/** Seconds since 1970 at which the preStop sleep ends; deletionTimestamp is the request plus the grace period. */
function signalledAtOf({ metadata, spec }: Pod & Deletion): number {
  const askedAt = Date.parse(metadata.deletionTimestamp) / 1_000;
  const sleepSeconds = spec.containers[0]?.lifecycle?.preStop?.sleep?.seconds ?? 0;
  return askedAt - metadata.deletionGracePeriodSeconds + sleepSeconds;
}

async function read(release: Release, pod: string): Promise<Pod & Deletion> {
  return JSON.parse(await release.kubectl('get', 'pod', pod, '-o', 'json')) as Pod & Deletion;
}

async function setFinalizers(release: Release, pod: string, names: string[]): Promise<void> {
  const patch = JSON.stringify({ metadata: { finalizers: names } });
  await release.kubectl('patch', 'pod', pod, '--type=merge', '--patch', patch);
}
