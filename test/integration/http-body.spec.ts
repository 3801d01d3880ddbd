import { connect } from 'node:net';
import { HTTP_LIMITS } from '../../src/core/support/surface-limits.ts';
import type { RawAnswer } from '../support/raw-http.ts';
import { SurfaceOfEachTest } from '../support/surface-of-each-test.ts';

const each = new SurfaceOfEachTest();
const ports = (): number[] => [each.surface.publicPort, each.surface.operationsPort];

const POST = 'POST /ops/peers HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n';
const CHUNKED = 'Transfer-Encoding: chunked\r\n\r\n';
const CHUNK = `8000\r\n${'x'.repeat(0x8000)}\r\n`;

async function send(port: number, text: string): Promise<RawAnswer> {
  return (await each.openRaw(port)).write(text).answer;
}

async function hits(): Promise<number> {
  const text = await (await fetch(`${each.surface.operationsUrl}/metrics`)).text();
  return Number(/limit_hits_total\{limit="http-body-bytes"\} (\d+)/.exec(text)?.[1]);
}

/** Sends chunks until the connection ends. @returns how many bytes the kernel has taken */
function pour(port: number, head: string): Promise<number> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    socket.write(head);
    const more = (): void => {
      while (socket.writable && socket.write(CHUNK));
    };
    socket
      .on('connect', more)
      .on('drain', more)
      .on('error', () => undefined)
      .resume();
    socket.on('close', () => resolve(socket.bytesWritten - socket.writableLength));
  });
}

function expectNoFault(): void {
  expect(each.surface.logged.filter(({ level }) => level === 'error')).toEqual([]);
}

it('refuses a body that is announced as too long at once, without waiting for it', async () => {
  for (const port of ports()) {
    const { status, text, elapsedMs } = await send(port, `${POST}Content-Length: 10000000\r\n\r\n`);
    expect([status, text.includes('"body-too-large"')]).toEqual([413, true]);
    expect(text).toContain('connection: close');
    expect(elapsedMs).toBeLessThan(2_000);
  }
  expect(await hits()).toBe(2);
});

it.each(['POST /ops/peers', 'POST /nothing', 'GET /metrics', 'GET /health/live'])(
  'ends an endless body of %s soon after its limit',
  async (line) => {
    for (const port of ports()) {
      const took = await pour(port, `${line} HTTP/1.1\r\nHost: localhost\r\n${CHUNKED}`);
      // Most of it lies in buffers of the kernel.
      expect(took).toBeLessThan(16_000_000);
    }
    expect(await hits()).toBe(2);
    expectNoFault();
  },
);

it('lets whoever has sent somewhat more than the limit read why it was refused', async () => {
  const bytes = HTTP_LIMITS.bodyBytesMax + 40_000;
  for (const port of ports()) {
    const announced = `${POST}Content-Length: ${bytes}\r\n\r\n${'x'.repeat(bytes)}`;
    expect((await send(port, announced)).status).toBe(413);
  }
  const answer = await send(each.surface.operationsPort, POST + CHUNKED + CHUNK.repeat(3));
  expect(answer.status).toBe(413);
  expect(answer.text.match(/HTTP\/1\.1 /g)).toHaveLength(1);
  expectNoFault();
});

it('does not read what is sent to the public listener', async () => {
  for (const type of ['application/json', 'text/plain']) {
    const head = `POST /ops/peers HTTP/1.1\r\nHost: localhost\r\nContent-Type: ${type}`;
    const text = `${head}\r\nConnection: close\r\nContent-Length: 9\r\n\r\n{"address`;
    expect((await send(each.surface.publicPort, text)).status).toBe(404);
  }
});
