import { execFileSync } from 'node:child_process';
import type { ApiProxy } from './api-proxy.ts';

interface Target {
  readonly health: string;
  readonly labels: Readonly<Record<string, string>>;
}

interface Series {
  readonly metric: Readonly<Record<string, string>>;
  readonly value: readonly [number, string];
}

/** Why the monitoring scenarios cannot run; undefined when the Prometheus operator is there. */
export function monitoringAbsence(): string | undefined {
  const get = ['get', '--ignore-not-found', '-o', 'name'];
  const kind = execFileSync('kubectl', [...get, 'crd/servicemonitors.monitoring.coreos.com']);
  if (kind.length === 0) return 'the cluster has no Prometheus operator';
  if (process.env['PROMETHEUS_URL'] !== undefined) return undefined;
  const all = execFileSync('kubectl', [...get, 'prometheuses.monitoring.coreos.com', '-A']);
  return all.length > 0 ? undefined : 'the cluster has no Prometheus and PROMETHEUS_URL is not set';
}

/** A Prometheus: that of PROMETHEUS_URL, else the operator's first, asked through the API server. */
export class Prometheus {
  constructor(private readonly ask: (path: string) => Promise<string>) {}

  static find(api: ApiProxy): Prometheus {
    const url = process.env['PROMETHEUS_URL'];
    if (url !== undefined) {
      return new Prometheus(async (path) => await (await fetch(url + path)).text());
    }
    const namespace = execFileSync('kubectl', [
      ...['get', 'prometheuses.monitoring.coreos.com', '-A'],
      ...['-o', 'jsonpath={.items[0].metadata.namespace}'],
    ]);
    const service = `/api/v1/namespaces/${String(namespace)}/services/prometheus-operated:web/proxy`;
    return new Prometheus(async (path) => (await api.get(service + path)).body);
  }

  async targets(namespace: string): Promise<Target[]> {
    const body = await this.ask('/api/v1/targets?state=active');
    const { data } = JSON.parse(body) as { data: { activeTargets: Target[] } };
    return data.activeTargets.filter(({ labels }) => labels['namespace'] === namespace);
  }

  async query(expression: string): Promise<Series[]> {
    const body = await this.ask(`/api/v1/query?query=${encodeURIComponent(expression)}`);
    return (JSON.parse(body) as { data: { result: Series[] } }).data.result;
  }
}
