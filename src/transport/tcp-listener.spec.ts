import type { Server, Socket } from 'node:net';
import { PassThrough } from 'node:stream';

import { DEFAULT_LIMITS, type LimitName } from '../core/support/limits.ts';
import { TcpListener } from './tcp-listener.ts';

const { acceptsPerSecond } = DEFAULT_LIMITS;

beforeEach(() => void jest.useFakeTimers());
afterEach(() => void jest.useRealTimers());

/** A listener that never listens: connections come from the test, and time stands still. */
function listener() {
  const accepted: Socket[] = [];
  const hits: LimitName[] = [];
  const tested = new TcpListener(
    { host: '127.0.0.1', port: 0, backlog: 1, acceptsPerSecond },
    { accepted: (socket) => accepted.push(socket), limitHit: (limit) => hits.push(limit) },
  );
  const { server } = tested as unknown as { server: Server };
  const connect = (times: number): void => {
    for (let i = 0; i < times; i += 1) server.emit('connection', new PassThrough());
  };
  /** As after `listen`, and then an accept failed. */
  const runOutOfDescriptors = async (): Promise<void> => {
    const bound = jest
      .spyOn(server, 'address')
      .mockReturnValue({ address: '', family: '', port: 1 });
    jest.spyOn(server, 'listen').mockImplementation((...given: unknown[]) => {
      (given.at(-1) as () => void)();
      return server;
    });
    await tested.listen();
    bound.mockRestore();
    server.emit('error', Object.assign(new Error('accept'), { code: 'EMFILE' }));
  };
  return { accepted, hits, connect, runOutOfDescriptors };
}

it.each([
  [acceptsPerSecond - 1, 0],
  [acceptsPerSecond, 0],
  [acceptsPerSecond + 1, 1],
])('of %d connections at once %d are turned away', (count, refused) => {
  const { accepted, hits, connect } = listener();
  connect(count);
  expect(accepted).toHaveLength(count - refused);
  expect(hits).toEqual(Array.from({ length: refused }, () => 'accepts-per-second'));
});

it('after a burst as many as the rate are let in within a second, and not one more', () => {
  const { accepted, hits, connect } = listener();
  connect(acceptsPerSecond);
  jest.advanceTimersByTime(1_000);
  connect(acceptsPerSecond);
  expect([accepted.length, hits.length]).toEqual([2 * acceptsPerSecond, 0]);
  connect(1);
  expect([accepted.length, hits.length]).toEqual([2 * acceptsPerSecond, 1]);
});

it('without descriptors nobody is let in for half a second, to the millisecond', async () => {
  const { accepted, hits, connect, runOutOfDescriptors } = listener();
  await runOutOfDescriptors();
  jest.advanceTimersByTime(499);
  connect(1);
  expect(accepted).toEqual([]);
  jest.advanceTimersByTime(1);
  connect(1);
  expect([accepted.length, hits]).toEqual([1, []]);
});
