import { setTimeout as delay } from 'node:timers/promises';
import type { LimitName } from '../../src/core/support/limits.ts';
import { HTTP_LIMITS } from '../../src/core/support/surface-limits.ts';
import { eventually } from '../support/eventually.ts';
import { bookEntryOf } from '../support/stub-running-node.ts';
import { SurfaceOfEachTest } from '../support/surface-of-each-test.ts';
import type { RawHttp } from '../support/raw-http.ts';

jest.setTimeout(60_000);

const each = new SurfaceOfEachTest();
const openRaw = (port = each.surface.publicPort): Promise<RawHttp> => each.openRaw(port);

const request = (path: string, ...lines: string[]): string =>
  [`GET ${path} HTTP/1.1`, 'Host: localhost', ...lines, '', ''].join('\r\n');
const LAST = 'Connection: close';

async function send(text: string, port?: number): Promise<void> {
  await (await openRaw(port)).write(text).answer;
}

async function hitsOf(limit: LimitName): Promise<number> {
  const text = await (await fetch(`${each.surface.operationsUrl}/metrics`)).text();
  const line = text.split('\n').find((one) => one.includes(`limit_hits_total{limit="${limit}"}`));
  return Number(line?.split(' ').at(-1));
}

async function lists(count: number): Promise<void> {
  for (let i = 0; i < count; i += 1) await send(request('/p2p/peers', LAST));
}

async function body(bytes: number): Promise<void> {
  const head = ['POST /ops/peers HTTP/1.1', 'Host: localhost', 'Content-Type: application/json'];
  const text = `{"address":"${'x'.repeat(bytes - 14)}"}`;
  await send([...head, LAST, `Content-Length: ${bytes}`, '', text].join('\r\n'));
}

async function pipelined(count: number): Promise<void> {
  await send(request('/health/live').repeat(count - 1) + request('/health/live', LAST));
}

async function sockets(count: number): Promise<void> {
  for (let i = 0; i < HTTP_LIMITS.socketsMax; i += 1) await openRaw();
  if (count > HTTP_LIMITS.socketsMax) await send(request('/health/live'));
}

const headers = (bytes: number): Promise<void> =>
  send(request('/health/live', LAST, `X: ${'x'.repeat(bytes)}`));

const { socketsMax, pipelinedMax, bodyBytesMax, headerBytesMax, peersRate } = HTTP_LIMITS;

it.each([
  ['http-sockets', sockets, socketsMax, socketsMax + 1],
  ['http-pipelined', pipelined, pipelinedMax, pipelinedMax + 1],
  ['http-body-bytes', body, bodyBytesMax, bodyBytesMax + 1],
  // Node counts the other lines as well.
  ['http-header-bytes', headers, headerBytesMax - 300, headerBytesMax + 1],
  ['http-rate', lists, peersRate.burst, 1],
] as const)(
  '%s counts what goes beyond, and nothing within',
  async (limit, act, within, beyond) => {
    await act(within);
    expect(await hitsOf(limit)).toBe(0);
    each.endClients();
    // Until the listener has noticed.
    await delay(100);
    await act(beyond);
    expect(await hitsOf(limit)).toBe(1);
  },
);

it('http-timeout counts whoever is too slow, and no connection that is merely kept', async () => {
  const kept = (await openRaw()).write(request('/health/live'));
  const silent = await openRaw();
  await Promise.all([kept.answer, silent.answer]);
  expect(await hitsOf('http-timeout')).toBe(1);
});

it('http-timeout counts whoever does not read its answers', async () => {
  each.surface.node.bookViews = Array.from({ length: 1_000 }, (_, i) =>
    bookEntryOf({ address: `n${i}.example.com:7071`, group: 'x'.repeat(2_000) }),
  );
  const client = await openRaw(each.surface.operationsPort);
  client.socket.pause();
  for (let i = 0; i < pipelinedMax; i += 1) client.write(request('/ops/book?limit=1000'));
  await eventually(async () => (await hitsOf('http-timeout')) === 1, {
    withinMs: 2 * HTTP_LIMITS.idleSocketTimeoutMs + 6_000,
    what: 'the end of a client that does not read',
  });
});
