import { NodeScript, OWN, peerAt } from '../../../test/support/node-script.ts';
import { DEFAULT_LIMITS } from '../support/limits.ts';

const range = (from: number, count: number): number[] =>
  Array.from({ length: count }, (_, i) => from + i);
const keys = (...numbers: number[]): string[] => numbers.map((i) => peerAt(i).key);

describe('determinism', () => {
  function play(random: number): NodeScript {
    const script = new NodeScript({ seeds: range(1, 20), stored: range(100, 5), random });
    script.runTo(100);
    for (const i of range(100, 5)) script.refuse(i);
    script.runTo(3_000);
    for (const i of range(200, 10)) script.accept(i, { listenAddresses: [peerAt(i).key] });
    script.runTo(40_000);
    script.feed({ kind: 'operator-command', command: { kind: 'drain' } });
    return script;
  }

  it('the same inputs with the same randomness have byte-equal effects and one trace hash', () => {
    const [first, second] = [play(5), play(5)];
    expect(first.effects.length).toBeGreaterThan(100);
    expect(second.effects).toEqual(first.effects);
    expect(second.trace.hex()).toBe(first.trace.hex());
  });

  it('other randomness has another trace', () => {
    expect(play(6).trace.hex()).not.toBe(play(5).trace.hex());
  });
});

describe('seeds', () => {
  it('are dialled at once when nothing is stored', () => {
    const script = new NodeScript({ seeds: [1, 2] });
    script.runTo(10);
    expect(script.dialled().sort()).toEqual(keys(1, 2).sort());
  });

  it('wait for stored peers: until all have failed', () => {
    const script = new NodeScript({ seeds: [1], stored: [50, 51] });
    script.runTo(1_000);
    expect(script.dialled().sort()).toEqual(keys(50, 51).sort());
    script.refuse(50);
    script.runTo(1_100);
    expect(script.dialled()).not.toContain(peerAt(1).key);
    script.refuse(51);
    script.runTo(1_200);
    expect(script.dialled()).toContain(peerAt(1).key);
  });

  it('wait for stored peers: two seconds at most', () => {
    const script = new NodeScript({ seeds: [1], stored: [50] });
    script.runTo(1_999);
    expect(script.dialled()).toEqual(keys(50));
    script.runTo(3_100);
    expect(script.dialled()).toEqual(keys(50, 1));
  });

  it('are not dialled while a stored peer is connected', () => {
    const script = new NodeScript({ seeds: [1], stored: [50] });
    script.runTo(10);
    script.answer(50);
    script.runTo(15_000);
    expect(script.dialled()).toEqual(keys(50));
  });
});

it('outbound connections and dials in progress are sixteen at most, and all slots are used', () => {
  const script = new NodeScript({ seeds: range(1, 40) });
  for (let time = 10; time < 30_000; time += 250) {
    script.runTo(time);
    const { peers, dialsInProgress } = script.snapshot();
    expect(peers.outbound + dialsInProgress).toBeLessThanOrEqual(16);
    const dials = script.of('dial');
    const opened = new Set(
      script.events('connection-established').map((event) => event.connectionId),
    );
    const next = dials.find(({ connectionId: id }) => !opened.has(id));
    if (next !== undefined) {
      script.answer(range(1, 40).find((i) => peerAt(i).key === next.endpoint.key) as number);
    }
  }
  expect(script.snapshot().peers.outbound).toBe(16);
});

describe('an inbound peer', () => {
  it('is neither saved nor listed for its claim alone, whatever becomes of the feeler', () => {
    const script = new NodeScript();
    script.runTo(10);
    script.accept(3, { listenAddresses: [peerAt(3).key] });
    script.runTo(2_000);
    expect(script.dialled()).toEqual(keys(3));
    expect([script.of('save-peer'), script.listed()]).toEqual([[], []]);
    script.refuse(3);
    script.runTo(2_100);
    expect([script.of('save-peer'), script.listed()]).toEqual([[], []]);
    expect(script.snapshot().peers.inbound).toBe(1);
  });

  it('is saved and listed once our own feeler has shaken hands there', () => {
    const script = new NodeScript();
    script.runTo(10);
    script.accept(3, { listenAddresses: [peerAt(3).key] });
    script.runTo(2_000);
    const feeler = script.answer(3);
    expect(script.of('save-peer').map(({ address }) => address.key)).toEqual(keys(3));
    expect(script.listed()).toEqual(keys(3));
    expect(script.of('close')).toContainEqual({
      kind: 'close',
      connectionId: feeler,
      mode: 'flush',
    });
  });

  it('cannot make us dial what is more local than itself, or ourselves', () => {
    const script = new NodeScript();
    script.runTo(10);
    script.accept(3, { listenAddresses: ['127.0.0.1:7071', '169.254.169.254:7071', OWN.key] });
    script.runTo(2_000);
    expect(script.dialled()).toEqual([]);
    expect(script.events('address-refused').map((event) => event.reason)).toEqual([
      'narrower-scope',
      'forbidden-class',
      'own-address',
    ]);
  });
});

describe('a failed dial', () => {
  it('costs a stored peer nothing while nothing proves that the network works', () => {
    const script = new NodeScript({ stored: [50] });
    for (let time = 10; time <= 100_000; time += 1_000) {
      script.runTo(time);
      if (script.snapshot().dialsInProgress > 0) script.refuse(50);
    }
    expect(script.dialled().length).toBeGreaterThan(2);
    expect(script.of('forget-peer')).toEqual([]);
    expect(script.snapshot().state).toBe('offline');
  });

  it('removes the key once a byte from anybody proves that it does', () => {
    const script = new NodeScript({ stored: [50] });
    script.runTo(10);
    script.refuse(50);
    script.runTo(1_000);
    expect(script.of('forget-peer')).toEqual([]);
    script.accept(3);
    expect(script.of('forget-peer').map(({ address }) => address.key)).toEqual(keys(50));
  });

  it('is excused when the proof comes a window later', () => {
    const limits = { backoffBaseMs: 1e6, backoffTrustedMaxMs: 1e6, reconnectionIntervalMs: 1e6 };
    const script = new NodeScript({ stored: [50], limits });
    script.runTo(10);
    script.refuse(50);
    script.runTo(10 + DEFAULT_LIMITS.outageWindowMs + 1_000);
    script.accept(3);
    expect(script.of('forget-peer')).toEqual([]);
  });
});

describe('drain', () => {
  it('says goodbye to all, gives dials up and lets nobody in', () => {
    const script = new NodeScript({ seeds: [1, 2] });
    script.runTo(10);
    const connected = [script.answer(1), script.accept(3), script.accept(4)];
    const pending = script.dialOf(2);
    script.feed({ kind: 'operator-command', command: { kind: 'drain' } });
    expect(script.of('close')).toEqual(
      connected.map((id) => ({ kind: 'close', connectionId: id, mode: 'flush' })),
    );
    expect(script.of('cancel-dial')).toEqual([{ kind: 'cancel-dial', connectionId: pending }]);
    for (const event of script.events('disconnected')) {
      expect(event).toMatchObject({ reason: 'shutting-down', by: 'local' });
    }
    expect(script.events('disconnected')).toHaveLength(3);
    const dials = script.dialled().length;
    const late = script.accept(5);
    script.runTo(120_000);
    expect(script.of('close').at(-1)).toEqual({ kind: 'close', connectionId: late, mode: 'abort' });
    expect(script.dialled()).toHaveLength(dials);
    expect(script.snapshot()).toMatchObject({ state: 'draining', draining: true });
  });
});

it('deadlines always move on: a node at rest does not spin', () => {
  const script = new NodeScript({ seeds: range(1, 3) });
  script.runTo(10);
  for (const i of range(1, 3)) script.answer(i);
  const before = script.effects.length;
  script.runTo(60_000);
  expect(script.effects.length - before).toBeLessThan(2_000);
});

describe('dead addresses, however many', () => {
  /** Every dial but that of one address is refused at once. */
  function runRefusing(script: NodeScript, alive: number, untilMs: number): void {
    let seen = 0;
    while (script.now < untilMs) {
      script.runTo(script.now + 20);
      const dials = script.of('dial');
      for (const { connectionId, endpoint } of dials.slice(seen)) {
        if (endpoint.key === peerAt(alive).key) script.answer(alive);
        else script.feed({ kind: 'dial-failed', connectionId, failure: 'connection-refused' });
      }
      seen = dials.length;
    }
  }
  const isConnected = (script: NodeScript): boolean => script.snapshot().peers.outbound === 1;

  it('ahead of it in the seed list keep a live seed waiting for one dial of each', () => {
    const script = new NodeScript({ seeds: range(1, 60) });
    runRefusing(script, 60, 8_000);
    expect(isConnected(script)).toBe(true);
  });

  it('in the store keep a live seed waiting for their head start alone', () => {
    const script = new NodeScript({ stored: range(1, 200), seeds: [300] });
    runRefusing(script, 300, 8_000);
    expect(isConnected(script)).toBe(true);
  });

  it('keep nobody out for good, wherever the live one is', () => {
    const script = new NodeScript({ stored: [...range(1, 40), 77], seeds: range(100, 40) });
    runRefusing(script, 77, 12_000);
    expect(isConnected(script)).toBe(true);
  });

  it('are dialled less and less often, though nothing proves that the network works', () => {
    const script = new NodeScript({ seeds: range(1, 30) });
    runRefusing(script, 999, 60_000);
    const early = script.dialled().length;
    runRefusing(script, 999, 120_000);
    const late = script.dialled().length - early;
    expect(late).toBeLessThan(30 * 3);
    expect(late).toBeGreaterThanOrEqual(30 * 2);
  });

  it('that are silent give way to those behind them', () => {
    const script = new NodeScript({ seeds: range(1, 41) });
    let seen = 0;
    while (script.now < 12_000 && !isConnected(script)) {
      script.runTo(script.now + 20);
      const dials = script.of('dial');
      for (const { endpoint } of dials.slice(seen)) {
        if (endpoint.key === peerAt(41).key) script.answer(41);
      }
      seen = dials.length;
    }
    expect(isConnected(script)).toBe(true);
  });
});
