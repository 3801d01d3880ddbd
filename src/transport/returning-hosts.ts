/** A hundred bytes each; more than a node has peers in months. */
const HOSTS_MAX = 4_096;

/**
 * Hosts from which somebody has proven a key before. A ticket costs as much as a third of a full handshake and
 * only pays for whoever comes back, so a stranger gets none. Whoever fills this with hosts makes the oldest
 * strangers again. Cost: O(1).
 */
export class ReturningHosts {
  private readonly hosts = new Set<string>();

  constructor(private readonly max = HOSTS_MAX) {}

  get size(): number {
    return this.hosts.size;
  }

  has(host: string | undefined): boolean {
    return host !== undefined && this.hosts.has(host);
  }

  add(host: string | undefined): void {
    if (host === undefined) return;
    this.hosts.delete(host);
    this.hosts.add(host);
    if (this.hosts.size <= this.max) return;
    const [oldest] = this.hosts;
    if (oldest !== undefined) this.hosts.delete(oldest);
  }
}
