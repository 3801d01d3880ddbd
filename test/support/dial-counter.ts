import type { NetworkNamespace } from './network-namespace.ts';

type Executor = Pick<NetworkNamespace, 'exec'>;

const RULES = `
table inet counted {
  set ipv4 { type ipv4_addr . inet_service; flags dynamic; size 65535; }
  set ipv6 { type ipv6_addr . inet_service; flags dynamic; size 65535; }
  chain out {
    type filter hook output priority 0;
    meta nfproto ipv4 tcp flags & (syn | ack) == syn update @ipv4 { ip daddr . tcp dport }
    meta nfproto ipv6 tcp flags & (syn | ack) == syn update @ipv6 { ip6 daddr . tcp dport }
  }
}`;

interface ListedSet {
  readonly nftables: readonly {
    readonly set?: { readonly elem?: readonly { readonly concat: readonly [string, number] }[] };
  }[];
}

/** Every address to which a TCP connection was attempted in a namespace, as the kernel saw it. */
export class DialCounter {
  private constructor(private readonly namespace: Executor) {}

  static async start(namespace: Executor): Promise<DialCounter> {
    await namespace.exec('nft', RULES);
    return new DialCounter(namespace);
  }

  /** `host:port`, IPv6 without brackets. */
  async dialled(): Promise<string[]> {
    const families = await Promise.all(
      ['ipv4', 'ipv6'].map(async (family) => {
        const json = await this.namespace.exec(
          'nft',
          '-j',
          'list',
          'set',
          'inet',
          'counted',
          family,
        );
        const elements = (JSON.parse(json) as ListedSet).nftables.flatMap(
          ({ set }) => set?.elem ?? [],
        );
        return elements.map(({ concat: [host, port] }) => `${host}:${port}`);
      }),
    );
    return families.flat().sort();
  }
}
