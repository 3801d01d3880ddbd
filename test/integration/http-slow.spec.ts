import { HTTP_LIMITS } from '../../src/core/support/surface-limits.ts';
import { type RawAnswer, type RawHttp, rawRequest } from '../support/raw-http.ts';
import { bookEntryOf } from '../support/stub-running-node.ts';
import { SurfaceOfEachTest } from '../support/surface-of-each-test.ts';

jest.setTimeout(60_000);

const each = new SurfaceOfEachTest();
const ports = (): number[] => [each.surface.publicPort, each.surface.operationsPort];

const openRaw = (port: number): Promise<RawHttp> => each.openRaw(port);

const GET = 'GET /health/live HTTP/1.1\r\nHost: localhost\r\n\r\n';
const POST = 'POST /ops/drain HTTP/1.1\r\nHost: localhost\r\nContent-Length: 60000\r\n\r\n';

/** Clients that are slow in each part of a request, all at once. @returns how long each was kept, and what it got */
async function slowClients(port: number) {
  const clients = {
    silent: await openRaw(port),
    drippedLine: (await openRaw(port)).drip('GET / HTTP/1.1\r\nX: ', 300),
    drippedHeaders: (await openRaw(port)).write('GET / HTTP/1.1\r\n').drip('x: y\r\n', 300),
    drippedBody: (await openRaw(port)).write(POST).drip('x', 300),
    stalledBody: (await openRaw(port)).write(POST),
    kept: (await openRaw(port)).write(GET),
    halfSecondRequest: (await openRaw(port)).write(GET).write('GET /health'),
  };
  const answers = Object.entries(clients).map(async ([name, { answer }]) => {
    return [name, await answer] as const;
  });
  return Object.fromEntries(await Promise.all(answers)) as Record<keyof typeof clients, RawAnswer>;
}

it('ends slow clients in their time on both listeners, and answers others meanwhile', async () => {
  const waiting = Promise.all(ports().map(slowClients));
  const quick = ['GET /health/live HTTP/1.1', 'Host: localhost'];
  for (const port of ports()) expect((await rawRequest(port, quick)).status).toBe(200);
  for (const ended of await waiting) {
    for (const { status, elapsedMs } of [ended.drippedLine, ended.drippedHeaders]) {
      expect([400, 408]).toContain(status);
      expect(elapsedMs).toBeLessThan(HTTP_LIMITS.headersTimeoutMs + 3_000);
    }
    expect(ended.kept.status).toBe(200);
    expect(ended.kept.elapsedMs).toBeLessThan(HTTP_LIMITS.keepAliveTimeoutMs + 3_000);
    const { silent, drippedBody, stalledBody, halfSecondRequest } = ended;
    for (const { elapsedMs } of [silent, drippedBody, stalledBody, halfSecondRequest]) {
      expect(elapsedMs).toBeGreaterThan(HTTP_LIMITS.headersTimeoutMs - 1_000);
      expect(elapsedMs).toBeLessThan(HTTP_LIMITS.requestTimeoutMs + 3_000);
    }
  }
  expect(each.surface.node.commands).toEqual([]);
});

it('ends a client that does not read its answers', async () => {
  each.surface.node.bookViews = Array.from({ length: 1_000 }, (_, i) =>
    bookEntryOf({ address: `n${i}.example.com:7071`, group: 'x'.repeat(200) }),
  );
  const client = await openRaw(each.surface.operationsPort);
  client.socket.pause();
  const ask = 'GET /ops/book?limit=1000 HTTP/1.1\r\nHost: localhost\r\n\r\n';
  const startedAt = performance.now();
  const closed = new Promise<void>((resolve) => client.socket.once('close', () => resolve()));
  client.write(ask.repeat(200));
  // A paused socket does not notice its end: something that cannot be sent does.
  const poke = setInterval(() => client.write(ask), 1_000);
  await closed;
  clearInterval(poke);
  // The first time that the idle timer of Node fires, it takes what has left since for a sign of life.
  expect(performance.now() - startedAt).toBeLessThan(2 * HTTP_LIMITS.idleSocketTimeoutMs + 6_000);
});

it('reads a body of 64 KiB and not one byte more, on both listeners', async () => {
  for (const port of ports()) {
    for (const [bytes, isRead] of [
      [HTTP_LIMITS.bodyBytesMax, true],
      [HTTP_LIMITS.bodyBytesMax + 1, false],
    ] as const) {
      const head = ['Host: localhost', 'Content-Type: application/json', 'Connection: close'];
      const body = `{"address":"${'x'.repeat(bytes - 14)}"}`;
      const lines = ['POST /ops/peers HTTP/1.1', ...head, `Content-Length: ${bytes}`, '', body];
      const { status } = await (await openRaw(port)).write(lines.join('\r\n')).answer;
      expect([bytes, status === 413]).toEqual([bytes, !isRead]);
    }
  }
});

it('reads headers up to 16 KiB and not beyond, on both listeners', async () => {
  for (const port of ports()) {
    const statusOf = async (bytes: number): Promise<number | undefined> => {
      const lines = ['GET /health/live HTTP/1.1', 'Host: localhost'];
      return (await rawRequest(port, [...lines, `X: ${'x'.repeat(bytes)}`])).status;
    };
    expect(await statusOf(HTTP_LIMITS.headerBytesMax - 300)).toBe(200);
    expect(await statusOf(HTTP_LIMITS.headerBytesMax + 1)).toBe(431);
  }
});
