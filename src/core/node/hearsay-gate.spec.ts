import { NodeScript } from '../../../test/support/node-script.ts';
import { parseIpv4, parseIpv6 } from '../support/ip-address.ts';
import { parsePeerAddress, type PeerAddress } from '../support/peer-address.ts';

const ip = (text: string): Uint8Array => (parseIpv4(text) ?? parseIpv6(text)) as Uint8Array;

function address(text: string): PeerAddress {
  const parsed = parsePeerAddress(text);
  if (!parsed.ok) throw new Error(text);
  return parsed.address;
}

/** Answers the last question for a name. */
function resolve(script: NodeScript, host: string, answers: readonly string[]): void {
  const question = script.of('resolve-host').findLast((effect) => effect.host === host);
  if (question === undefined) throw new Error(`nobody asked for ${host}`);
  const { requestId } = question;
  script.feed({ kind: 'host-resolved', requestId, addresses: answers.map(ip) });
}
const refusals = (script: NodeScript): string[] =>
  script.events('address-refused').map((event) => `${event.address} ${event.reason}`);

describe('a name that a peer on a private network claims', () => {
  function claimed(answers: readonly string[]): NodeScript {
    const script = new NodeScript();
    script.accept(1, { listenAddresses: ['a.example.org:7071'] });
    script.runTo(10);
    resolve(script, 'a.example.org.', answers);
    return script;
  }

  it('is dialled at the addresses that were checked', () => {
    const script = claimed(['10.2.0.1', '8.8.8.8']);
    script.runTo(1_000);
    expect(script.dialled()).toEqual(['10.2.0.1:7071', '8.8.8.8:7071']);
    expect(refusals(script)).toEqual([]);
  });

  it.each(['127.0.0.1', '169.254.169.254', '::1', '64:ff9b::7f00:1', '203.0.113.1'])(
    'is not dialled at all when it leads to %s too',
    (bad) => {
      const script = claimed(['10.2.0.1', bad]);
      script.runTo(1_000);
      expect(script.of('dial')).toEqual([]);
      expect(refusals(script)).toEqual(['a.example.org:7071 resolves-forbidden']);
      expect(script.events('dial-finished').map((event) => event.outcome)).toEqual([
        'address-refused',
      ]);
    },
  );

  it('is checked again at each dial: a name that is bound anew leads nowhere', () => {
    const script = claimed(['10.2.0.1']);
    const [dial] = script.of('dial');
    script.feed({
      kind: 'dial-failed',
      connectionId: dial?.connectionId as never,
      failure: 'connection-refused',
    });
    for (let at = 1_000; script.of('resolve-host').length < 2; at += 100) script.runTo(at);
    resolve(script, 'a.example.org.', ['127.0.0.1']);
    script.runTo(60_000);
    expect(script.dialled()).toEqual(['10.2.0.1:7071']);
    expect(refusals(script)).toEqual(['a.example.org:7071 resolves-forbidden']);
  });
});

describe('a stored name', () => {
  const stored = (suffixes: readonly string[] = []): NodeScript => {
    const script = new NodeScript({
      storedNames: [address('p.example.org:7071')],
      network: { allowedNameSuffixes: suffixes },
    });
    script.runTo(10);
    return script;
  };

  it('leads to the public internet alone: nobody remembers who named it', () => {
    const script = stored();
    resolve(script, 'p.example.org.', ['10.0.0.7']);
    script.runTo(100);
    expect(script.of('dial')).toEqual([]);
    expect(refusals(script)).toEqual(['p.example.org:7071 resolves-forbidden']);
    const other = stored();
    resolve(other, 'p.example.org.', ['8.8.8.8']);
    other.runTo(100);
    expect(other.dialled()).toEqual(['8.8.8.8:7071']);
  });

  it('leads anywhere that a peer may be under a suffix that the operator allows', () => {
    const script = stored(['example.org']);
    resolve(script, 'p.example.org.', ['10.0.0.7']);
    script.runTo(100);
    expect(script.dialled()).toEqual(['10.0.0.7:7071']);
  });

  it('leads anywhere when the operator names it', () => {
    const script = stored();
    script.feed({
      kind: 'operator-command',
      command: { kind: 'add-peer', address: address('q.example.org:7071') },
    });
    script.runTo(100);
    resolve(script, 'q.example.org', ['127.0.0.1']);
    script.runTo(200);
    expect(script.dialled()).toEqual(['127.0.0.1:7071']);
  });
});

describe('a third party', () => {
  const ports = Array.from({ length: 40 }, (_, i) => 20_000 + i);

  it('is dialled once in 30 s and at three ports, however many peers name however many ports', () => {
    const script = new NodeScript();
    const dials: number[] = [];
    let seen = 0;
    const look = (at: number): void => {
      for (const { connectionId, endpoint } of script.of('dial').slice(seen)) {
        seen += 1;
        expect(endpoint.host).toBe('10.9.9.9');
        dials.push(at);
        script.feed({ kind: 'dial-failed', connectionId, failure: 'connection-refused' });
      }
    };
    ports.forEach((port, i) => script.accept(i, { listenAddresses: [`10.9.9.9:${port}`] }));
    for (let at = 0; at < 600_000; at += 1_000) {
      script.runTo(at);
      look(at);
    }
    expect(new Set(script.dialled()).size).toBe(3);
    expect(dials.length).toBeGreaterThanOrEqual(3);
    const pauses = dials.slice(1).map((at, i) => at - (dials[i] ?? 0));
    expect(Math.min(...pauses)).toBeGreaterThanOrEqual(29_000);
    const reasons = new Set(script.events('address-refused').map((event) => event.reason));
    expect(reasons).toEqual(new Set(['dialled-lately', 'too-many-ports']));
  });

  it('is one host behind all names that lead to it', () => {
    const script = new NodeScript();
    for (let i = 0; i < 20; i += 1) {
      script.accept(i, { listenAddresses: [`n${i}.example.org:7071`] });
      script.runTo(10 * i + 5);
      resolve(script, `n${i}.example.org.`, ['10.9.9.9']);
    }
    script.runTo(5_000);
    expect(script.dialled()).toEqual(['10.9.9.9:7071']);
  });
});

it('nodes of one host that answer are all met at once', () => {
  const script = new NodeScript();
  const hosts = Array.from({ length: 6 }, (_, i) => `10.9.9.9:${20_000 + i}`);
  hosts.forEach((host, i) => {
    script.accept(i, { listenAddresses: [host] });
    script.runTo(20 * i + 10);
    const dial = script.of('dial').findLast(({ endpoint }) => endpoint.key === host);
    if (dial === undefined) throw new Error(`${host} was not dialled`);
    script.answerAt(i, dial.connectionId, dial.endpoint);
  });
  expect(script.dialled()).toEqual(hosts);
  expect(script.listed().sort()).toEqual(hosts);
});

it('peers in a cluster may share a host', () => {
  const cidr = { ip: ip('10.0.0.0'), prefixBits: 8 };
  const script = new NodeScript({
    network: { scope: 'cluster', allowedCidrs: [cidr], allowedNameSuffixes: ['svc.lab'] },
  });
  for (let i = 0; i < 5; i += 1) {
    script.accept(i, { listenAddresses: [`p${i}.svc.lab:7071`] });
    script.runTo(10 * i + 5);
    resolve(script, `p${i}.svc.lab.`, ['10.9.9.9']);
  }
  expect(script.dialled()).toHaveLength(5);
});
