import { eventually } from '../support/eventually.ts';
import { describeInNamespaces, NetworkNamespace } from '../support/network-namespace.ts';
import { NodeProcess } from '../support/node-process.ts';

jest.setTimeout(60_000);

const MEET_MS = 10_000;

describeInNamespaces('three machines of a private network, scope auto', () => {
  const namespaces: NetworkNamespace[] = [];
  const nodes: NodeProcess[] = [];

  afterAll(async () => {
    await Promise.all(nodes.map((node) => node.dispose()));
    await Promise.all(namespaces.map((namespace) => namespace.remove()));
  });

  async function machine(
    host: string,
    hub: NetworkNamespace,
    seeds: string[],
  ): Promise<NodeProcess> {
    const namespace = await NetworkNamespace.create();
    namespaces.push(namespace);
    await namespace.plugInto(hub, `${host}/24`);
    const node = await NodeProcess.create({ httpPort: 7_070, host, seeds, namespace });
    nodes.push(node);
    await node.start();
    return node;
  }

  it('mesh when two of them know only the first', async () => {
    const hub = await NetworkNamespace.create();
    namespaces.push(hub);
    await hub.exec('ip', 'link', 'add', 'br0', 'type', 'bridge');
    await hub.exec('ip', 'link', 'set', 'br0', 'up');
    const first = await machine('10.77.0.1', hub, []);
    await machine('10.77.0.2', hub, [first.p2p]);
    await machine('10.77.0.3', hub, [first.p2p]);
    for (const node of nodes) {
      const others = nodes.filter((other) => other !== node).map((other) => other.p2p);
      await eventually(
        async () => {
          const listed = (await node.peers()).toSorted();
          return JSON.stringify(listed) === JSON.stringify(others);
        },
        { withinMs: MEET_MS, everyMs: 200, what: `${node.p2p} lists the others\n${node.log}` },
      );
    }
  });
});
