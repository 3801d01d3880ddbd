import { get } from 'node:http';
import { connect } from 'node:net';
import { HTTP_LIMITS } from '../../src/core/support/surface-limits.ts';
import { eventually } from '../support/eventually.ts';
import { type RawHttp, rawRequest } from '../support/raw-http.ts';
import { bookEntryOf } from '../support/stub-running-node.ts';
import { SurfaceOfEachTest } from '../support/surface-of-each-test.ts';

jest.setTimeout(30_000);

const { socketsMax, newcomersSpared } = HTTP_LIMITS;
const GET = 'GET /health/live HTTP/1.1\r\nHost: localhost\r\n\r\n';
const HALF = 'GET /health/live HTTP/1.1\r\nHost: localhost\r\nX';

const each = new SurfaceOfEachTest();
let name: 'public' | 'operations' = 'operations';
const port = (): number =>
  name === 'public' ? each.surface.publicPort : each.surface.operationsPort;

async function clients(count: number, text: string): Promise<RawHttp[]> {
  const opened: RawHttp[] = [];
  for (let i = 0; i < count; i += 1) opened.push((await each.openRaw(port())).write(text));
  return opened;
}

const isOpen = ({ socket }: RawHttp): boolean => !socket.destroyed;

/** Holds half a request on each of so many connections, and opens another for each that is ended. */
function reopening(count: number): { opened: () => number; stop: () => void } {
  let [opened, isOver] = [0, false];
  const open = new Set<ReturnType<typeof connect>>();
  const one = (): void => {
    if (isOver) return;
    opened += 1;
    const socket = connect(port(), '127.0.0.1', () => socket.write(HALF));
    open.add(socket);
    socket.on('error', () => undefined).on('close', () => open.delete(socket) && one());
  };
  for (let i = 0; i < count; i += 1) one();
  const stop = (): void => {
    isOver = true;
    for (const socket of open) socket.destroy();
  };
  return { opened: () => opened, stop };
}

function probe(): Promise<number> {
  return new Promise((resolve) => {
    const sent = get({ port: port(), host: '127.0.0.1', path: '/health/live', agent: false });
    sent.on('response', (answer) =>
      answer.resume().on('end', () => resolve(answer.statusCode ?? 0)),
    );
    sent.on('error', () => resolve(0));
  });
}

describe.each(['public', 'operations'] as const)('the %s listener', (listener) => {
  beforeEach(() => (name = listener));

  it('answers every probe while 100 clients that come back hold half a request each', async () => {
    const held = reopening(100);
    const statuses: number[] = [];
    let slowestMs = 0;
    for (let i = 0; i < 40; i += 1) {
      const askedAt = performance.now();
      statuses.push(await probe());
      slowestMs = Math.max(slowestMs, performance.now() - askedAt);
    }
    held.stop();
    expect(statuses).toEqual(Array.from({ length: 40 }, () => 200));
    expect(held.opened()).toBeGreaterThan(100);
    // Both sides and all clients share one event loop here.
    expect(slowestMs).toBeLessThan(1_000);
  });

  it('has never more than 64, and ends those that have held half a request for longest', async () => {
    const half = await clients(socketsMax + 10, HALF);
    await eventually(() => half.filter(isOpen).length === socketsMax, {
      withinMs: 2_000,
      what: 'the end of ten',
    });
    expect(half.slice(0, 10).some(isOpen)).toBe(false);
    expect(half.slice(10).every(isOpen)).toBe(true);
  });

  it('ends connections on which nothing is asked first', async () => {
    const [first] = await clients(1, HALF);
    const kept = await clients(2, GET);
    await eventually(() => kept.every((client) => client.soFar().status === 200), {
      withinMs: 2_000,
      what: 'their answers',
    });
    await clients(socketsMax - 3 + 2, HALF);
    await eventually(() => !kept.some(isOpen), { withinMs: 2_000, what: 'their end' });
    expect(isOpen(first as RawHttp)).toBe(true);
  });
});

describe('answers that are not read', () => {
  beforeEach(() => {
    name = 'operations';
    each.surface.node.bookViews = Array.from({ length: 1_000 }, (_, i) =>
      bookEntryOf({ address: `n${i}.example.com:7071`, group: 'x'.repeat(2_000) }),
    );
  });

  const BOOK = 'GET /ops/book?limit=1000 HTTP/1.1\r\nHost: localhost\r\n\r\n';

  async function readers(count: number): Promise<RawHttp[]> {
    const opened = await clients(count, '');
    for (const reader of opened) {
      reader.socket.pause();
      reader.write(BOOK.repeat(4));
    }
    return opened;
  }

  it('are finished although others come', async () => {
    const [reader] = await readers(1);
    await eventually(() => (reader?.socket.bytesRead ?? 0) > 0, {
      withinMs: 2_000,
      what: 'the beginning of its answer',
    });
    await clients(socketsMax + newcomersSpared, HALF);
    reader?.socket.resume();
    await eventually(() => reader?.soFar().text.match(/"count":1000/g)?.length === 4, {
      withinMs: 5_000,
      what: 'the whole answers',
    });
  });

  it('keep nobody else out, however many there are', async () => {
    await readers(socketsMax);
    for (let i = 0; i < 5; i += 1) {
      await clients(newcomersSpared - 1, HALF);
      const { status } = await rawRequest(port(), ['GET /health/live HTTP/1.1', 'Host: localhost']);
      expect(status).toBe(200);
    }
  });
});
