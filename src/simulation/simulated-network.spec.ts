import fc from 'fast-check';
import type { NodeInput } from '../core/node/inputs.ts';
import { connectionId } from '../core/support/brand.ts';
import { peerAddressOfIp } from '../core/support/peer-address.ts';
import { SeededRandom } from '../core/support/random-source.ts';
import { EventQueue } from './event-queue.ts';
import { DEFAULT_CONDITIONS, type NetworkConditions } from './network-conditions.ts';
import type { NetworkHost } from './network-link.ts';
import { Reachability } from './reachability.ts';
import { SimulatedNetwork, type Attachment } from './simulated-network.ts';

const PORT = 7_071;
const DIAL = connectionId(2);

class ScriptedHost implements NetworkHost {
  readonly inputs: NodeInput[] = [];
  readonly times: number[] = [];
  readonly helloFrom: string[] = [];
  readonly ip: Uint8Array;

  constructor(
    readonly index: number,
    private readonly queue: EventQueue,
  ) {
    this.ip = Uint8Array.of(20, index, 0, 1);
  }

  receive(input: NodeInput): void {
    this.inputs.push(input);
    this.times.push(this.queue.now);
  }

  answeredWithHello(endpoint: { readonly key: string }): void {
    this.helloFrom.push(endpoint.key);
  }

  get kinds(): string[] {
    return this.inputs.map((input) => input.kind);
  }

  get bytes(): number[] {
    return this.inputs.flatMap((input) =>
      input.kind === 'bytes-received' ? [...input.bytes] : [],
    );
  }
}

interface Pair {
  readonly queue: EventQueue;
  readonly network: SimulatedNetwork;
  readonly dialler: ScriptedHost;
  readonly listener: ScriptedHost;
  readonly near: Attachment;
  readonly far: Attachment;
}

function pairOf(conditions: Partial<NetworkConditions> = {}, seed = 1): Pair {
  const queue = new EventQueue();
  const network = new SimulatedNetwork({
    queue,
    random: new SeededRandom(seed),
    conditions: { ...DEFAULT_CONDITIONS, ...conditions },
    reachability: new Reachability(),
  });
  const dialler = new ScriptedHost(1, queue);
  const listener = new ScriptedHost(2, queue);
  const near = network.attach(dialler, PORT);
  return { queue, network, dialler, listener, near, far: network.attach(listener, PORT) };
}

function run(queue: EventQueue): void {
  while (queue.step());
}

function dial(pair: Pair): void {
  const endpoint = peerAddressOfIp(pair.listener.ip, PORT);
  pair.near.perform({ kind: 'dial', connectionId: DIAL, endpoint, timeoutMs: 10_000 });
}

function connected(conditions: Partial<NetworkConditions> = {}, seed = 1): Pair {
  const pair = pairOf(conditions, seed);
  dial(pair);
  run(pair.queue);
  return pair;
}

function send(pair: Pair, bytes: Uint8Array): boolean {
  return pair.near.perform({ kind: 'send', connectionId: DIAL, bytes });
}

describe('a dial', () => {
  it('opens both ends after round trips of 40 to 160 ms', () => {
    const { dialler, listener } = connected();
    expect([dialler.kinds, listener.kinds]).toEqual([['connection-opened'], ['connection-opened']]);
    expect(dialler.times[0]).toBeGreaterThanOrEqual(40);
    expect(dialler.times[0]).toBeLessThanOrEqual(160);
    expect(listener.inputs[0]).toMatchObject({
      direction: 'inbound',
      connectionId: 1,
      remote: { host: '20.1.0.1' },
      local: { key: '20.2.0.1:7071' },
    });
  });

  it('is refused where nobody listens', () => {
    const pair = pairOf();
    pair.far.leave('reset');
    dial(pair);
    run(pair.queue);
    expect(pair.dialler.inputs).toEqual([
      { kind: 'dial-failed', connectionId: DIAL, failure: 'connection-refused' },
    ]);
  });

  it('ends by its own timeout where the host is silent', () => {
    const pair = pairOf();
    pair.network.addSilentHost(peerAddressOfIp(pair.listener.ip, PORT));
    dial(pair);
    run(pair.queue);
    expect(pair.dialler.inputs).toMatchObject([{ failure: 'dial-timeout' }]);
    expect(pair.dialler.times).toEqual([10_000]);
  });

  it('is answered by nothing once it is cancelled', () => {
    const pair = pairOf();
    dial(pair);
    expect(pair.near.perform({ kind: 'cancel-dial', connectionId: DIAL })).toBe(true);
    run(pair.queue);
    expect([pair.dialler.kinds, pair.listener.kinds]).toEqual([[], []]);
    expect(pair.near.perform({ kind: 'cancel-dial', connectionId: DIAL })).toBe(false);
  });

  it('counts as answered only when the first frame is a Hello', () => {
    const pair = connected({ splitShare: 1, splitPartsMax: 20 });
    const answer = (frameType: number): Uint8Array =>
      Uint8Array.of(0x56, 0x4e, 0x50, 0x31, 0, 0, 0, 1, frameType);
    pair.far.perform({ kind: 'send', connectionId: connectionId(1), bytes: answer(1) });
    run(pair.queue);
    expect(pair.dialler.helloFrom).toEqual(['20.2.0.1:7071']);
    const refused = connected();
    refused.far.perform({ kind: 'send', connectionId: connectionId(1), bytes: answer(2) });
    run(refused.queue);
    expect(refused.dialler.helloFrom).toEqual([]);
  });
});

describe('a connection', () => {
  it('delivers all bytes once and in order, however they are cut', () => {
    fc.assert(
      fc.property(
        fc.array(fc.uint8Array({ minLength: 1, maxLength: 40 }), { maxLength: 20 }),
        fc.nat(1_000),
        (writes, seed) => {
          const pair = connected({ splitShare: 1, splitPartsMax: 6 }, seed);
          for (const [index, bytes] of writes.entries()) {
            pair.queue.schedule(pair.queue.now + index, () => send(pair, bytes));
          }
          run(pair.queue);
          expect(pair.listener.bytes).toEqual(writes.flatMap((bytes) => [...bytes]));
        },
      ),
      { numRuns: 50 },
    );
  });

  it('makes one write of what is sent at one instant, and hands out a copy', () => {
    const pair = connected({ splitShare: 0 });
    const bytes = Uint8Array.of(1, 2);
    send(pair, bytes);
    send(pair, bytes);
    run(pair.queue);
    bytes.fill(9);
    expect(pair.listener.kinds).toEqual(['connection-opened', 'bytes-received']);
    expect(pair.listener.bytes).toEqual([1, 2, 1, 2]);
  });

  it('delivers what was sent before an orderly close, then says so', () => {
    const pair = connected();
    send(pair, Uint8Array.of(1, 2, 3));
    pair.near.perform({ kind: 'close', connectionId: DIAL, mode: 'flush' });
    run(pair.queue);
    expect(pair.listener.bytes).toEqual([1, 2, 3]);
    expect(pair.listener.inputs.at(-1)).toMatchObject({ reason: 'remote-closed' });
  });

  it('drops what was not yet written at an abort', () => {
    const pair = connected();
    send(pair, Uint8Array.of(1, 2, 3));
    pair.near.perform({ kind: 'close', connectionId: DIAL, mode: 'abort' });
    run(pair.queue);
    expect(pair.listener.bytes).toEqual([]);
    expect(pair.listener.inputs.at(-1)).toMatchObject({ reason: 'connection-reset' });
  });

  it('tells a host nothing after its own close, and knows the connection no more', () => {
    const pair = connected();
    pair.far.perform({
      kind: 'send',
      connectionId: connectionId(1),
      bytes: Uint8Array.of(1),
    });
    pair.near.perform({ kind: 'close', connectionId: DIAL, mode: 'flush' });
    run(pair.queue);
    expect(pair.dialler.kinds).toEqual(['connection-opened']);
    expect(send(pair, Uint8Array.of(1))).toBe(false);
  });

  it('holds bytes back while reading is paused, in order', () => {
    const pair = connected({ splitShare: 0 });
    const listening = { connectionId: connectionId(1) };
    pair.far.perform({ kind: 'pause-reading', ...listening });
    send(pair, Uint8Array.of(1));
    run(pair.queue);
    send(pair, Uint8Array.of(2));
    run(pair.queue);
    expect(pair.listener.bytes).toEqual([]);
    pair.far.perform({ kind: 'resume-reading', ...listening });
    run(pair.queue);
    expect(pair.listener.bytes).toEqual([1, 2]);
  });

  it('ends for a sender whose bytes nobody reads', () => {
    const pair = connected({ unreadBytesMax: 100 });
    pair.far.perform({ kind: 'pause-reading', connectionId: connectionId(1) });
    send(pair, new Uint8Array(101));
    run(pair.queue);
    expect(pair.dialler.inputs.at(-1)).toMatchObject({ reason: 'send-buffer-full' });
    expect(pair.near.connections.size + pair.far.connections.size).toBe(0);
  });

  it('is reset when a host dies, and silent when it vanishes', () => {
    const died = connected();
    died.far.leave('reset');
    run(died.queue);
    expect(died.dialler.inputs.at(-1)).toMatchObject({ reason: 'connection-reset' });
    const vanished = connected();
    vanished.far.leave('vanish');
    send(vanished, Uint8Array.of(1));
    run(vanished.queue);
    expect(vanished.dialler.kinds).toEqual(['connection-opened']);
  });
});
