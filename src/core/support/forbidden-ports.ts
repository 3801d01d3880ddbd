/** System ports (RFC 6335): what listens there is never a peer. */
const SYSTEM_PORT_MAX = 1_023;

/**
 * Services that a connection from an unexpected side can reach, harm or make talk: nobody else's word
 * leads this node to one of their ports. Ports that systems hand out by themselves (32768 … 60999)
 * are left out, and so are those on which web applications commonly run.
 */
const SERVICES: readonly (readonly [service: string, ports: readonly number[]])[] = [
  ['Redis and Sentinel', [6_379, 6_380, 16_379, 26_379]],
  ['memcached', [11_211]],
  ['PostgreSQL and PgBouncer', [5_432, 5_433, 6_432]],
  ['MySQL', [3_306, 3_307]],
  ['SQL Server', [1_433, 1_434]],
  ['Oracle', [1_521, 1_522]],
  ['MongoDB', [27_017, 27_018, 27_019]],
  ['Cassandra', [7_000, 7_001, 9_042, 9_160]],
  ['Elasticsearch', [9_200, 9_300]],
  ['CouchDB', [5_984]],
  ['Neo4j', [7_473, 7_474, 7_687]],
  ['InfluxDB', [8_086, 8_088]],
  ['ClickHouse', [8_123, 9_440]],
  ['CockroachDB', [26_257]],
  ['ZooKeeper', [2_181, 2_888, 3_888]],
  ['Kafka', [9_092, 9_093, 9_094]],
  ['RabbitMQ and the Erlang port mapper', [4_369, 5_671, 5_672, 15_672, 25_672]],
  ['NATS', [4_222, 6_222, 8_222]],
  ['MQTT', [1_883, 8_883]],
  ['etcd', [2_379, 2_380, 4_001]],
  ['Kubernetes API, scheduler, controller', [6_443, 10_251, 10_252, 10_257, 10_259]],
  ['kubelet and kube-proxy', [10_248, 10_249, 10_250, 10_255, 10_256]],
  ['Docker and its swarm', [2_375, 2_376, 2_377, 4_243, 7_946]],
  ['cluster networking: Cilium, Typha, VXLAN', [4_240, 4_244, 4_789, 5_473, 8_472]],
  ['Consul', [8_300, 8_301, 8_302, 8_500, 8_501, 8_600]],
  ['Vault', [8_200, 8_201]],
  ['Nomad', [4_646, 4_647, 4_648]],
  ['Prometheus exporters', [9_100, 9_115]],
  ['Hadoop and Spark', [7_077, 8_020, 9_870]],
  ['NFS, iSCSI, Subversion, Git', [2_049, 3_260, 3_690, 9_418]],
  ['LDAP global catalogue', [3_268, 3_269]],
  ['remote desktops', [3_389, 5_900, 5_901, 5_902, 5_903, 6_000, 6_001, 6_002]],
  ['WinRM', [5_985, 5_986]],
  ['Android debug bridge', [5_037, 5_555]],
  ['JMX and debuggers', [1_099, 5_005, 9_229]],
  ['proxies and Tor', [1_080, 3_128, 9_050, 9_051]],
  ['telephony', [1_719, 1_720, 5_060, 5_061]],
  ['PPTP', [1_723]],
  ['remote management of routers', [7_547]],
  ['IRC', [6_660, 6_661, 6_662, 6_663, 6_664, 6_665, 6_666, 6_667, 6_668, 6_669, 6_697]],
  ['wallets and chain RPC', [8_332, 8_545, 8_546]],
  ['backup and administration', [10_000, 10_080]],
];

const FORBIDDEN: ReadonlySet<number> = new Set(SERVICES.flatMap(([, ports]) => ports));

/** Whether hearsay may never name this port. */
export function isForbiddenPort(port: number): boolean {
  return port <= SYSTEM_PORT_MAX || FORBIDDEN.has(port);
}
