import { isReady, type Release } from './release.ts';
import { until } from './until.ts';

/** A peer and those that it says it is connected to, by node id. */
export interface PeerView {
  readonly pod: string;
  readonly nodeId: string;
  readonly neighbours: ReadonlySet<string>;
}

interface ConnectionsBody {
  readonly connections: readonly {
    readonly node_id: string;
    readonly state: string;
    readonly class: string;
  }[];
}

export async function viewOf(release: Release, pod: string): Promise<PeerView> {
  const [status, connections] = await Promise.all([
    release.ops(pod, '/p2p/status'),
    release.ops(pod, '/ops/connections'),
  ]);
  const body = JSON.parse(connections.body) as ConnectionsBody;
  const lasting = body.connections.filter(
    (connection) => connection.state === 'established' && connection.class !== 'feeler',
  );
  return {
    pod,
    nodeId: (JSON.parse(status.body) as { node_id: string }).node_id,
    neighbours: new Set(lasting.map((connection) => connection.node_id)),
  };
}

/** Why the peers are not one mesh in which each is connected to every other; undefined when they are. */
export function fullMeshFault(views: readonly PeerView[]): string | undefined {
  for (const view of views) {
    const missing = views.filter((other) => other !== view && !view.neighbours.has(other.nodeId));
    if (missing.length > 0) {
      return `${view.pod} is not connected to ${missing.map(({ pod }) => pod).join(', ')}`;
    }
    if (view.neighbours.has(view.nodeId)) return `${view.pod} is connected to itself`;
  }
  const distinct = new Set(views.map(({ nodeId }) => nodeId)).size;
  return distinct === views.length ? undefined : `only ${distinct} node ids`;
}

export interface Mesh {
  readonly views: readonly PeerView[];
  readonly seconds: number;
}

/** Waits until exactly `size` pods are ready and each is connected to all others. */
export async function untilMesh(release: Release, size: number, seconds: number): Promise<Mesh> {
  let views: PeerView[] = [];
  const look = async (): Promise<string | undefined> => {
    const pods = await release.pods();
    const ready = pods.filter(isReady).length;
    if (pods.length !== size || ready !== size) return `${ready} of ${pods.length} pods are ready`;
    views = await Promise.all(pods.map(({ metadata }) => viewOf(release, metadata.name)));
    return fullMeshFault(views);
  };
  try {
    const took = await until({ what: `a mesh of ${size} ready peers`, seconds }, look);
    return { views, seconds: took };
  } catch (error) {
    throw new Error(`${String(error)}\n${await situation(release)}`, { cause: error });
  }
}

/** What a person would look at first. */
async function situation(release: Release): Promise<string> {
  const pods = await release.kubectl('get', 'pods', '--output', 'wide');
  const events = await release.kubectl('get', 'events', '--field-selector', 'type=Warning');
  const logs = await release.kubectl(
    'logs',
    '--selector',
    release.selector,
    '--prefix',
    '--tail=15',
  );
  return [pods, events, logs].join('\n');
}
