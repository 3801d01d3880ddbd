import type { Socket } from 'node:net';
import { Duplex } from 'node:stream';

import { connectionId } from '../core/support/brand.ts';
import { DEFAULT_TRANSPORT_LIMITS, type LimitName } from '../core/support/limits.ts';
import { CongestionWatch } from './congestion-watch.ts';
import { TcpConnection } from './tcp-connection.ts';
import type { TcpConnectionOwner } from './tcp-connection-owner.ts';

const { sendBufferPauseBytes, sendBufferBytesMax, sendDrainTimeoutMs } = DEFAULT_TRANSPORT_LIMITS;

beforeEach(() => void jest.useFakeTimers({ doNotFake: ['nextTick'] }));
afterEach(() => void jest.useRealTimers());

/** The far side reads nothing: all that is written waits. */
function deafSocket(): Socket {
  const socket = new Duplex({ read: () => undefined, write: () => undefined });
  return Object.assign(socket, { resetAndDestroy: () => socket.destroy() }) as unknown as Socket;
}

function connection() {
  const hits: LimitName[] = [];
  const watch = new CongestionWatch(sendDrainTimeoutMs);
  const congested: TcpConnection[] = [];
  const owner: TcpConnectionOwner<TcpConnection> = {
    limits: DEFAULT_TRANSPORT_LIMITS,
    channel: undefined,
    secured: () => undefined,
    dirty: () => undefined,
    received: () => undefined,
    ended: () => undefined,
    gone: (gone) => watch.remove(gone),
    congested: (one) => {
      congested.push(one);
      watch.add(one);
    },
    relieved: (one) => watch.remove(one),
    limitHit: (limit) => hits.push(limit),
  };
  const tested = new TcpConnection(connectionId(1), deafSocket(), 'plain', owner);
  return { tested, hits, congested };
}

const settle = (): Promise<void> => new Promise((resolve) => process.nextTick(resolve));

it.each([
  [sendBufferPauseBytes - 1, 0],
  [sendBufferPauseBytes, 0],
  [sendBufferPauseBytes + 1, 1],
])('a peer for whom %d bytes wait is read no longer: %d', (bytes, paused) => {
  const { tested, congested } = connection();
  tested.send(new Uint8Array(bytes));
  tested.flush();
  expect([tested.waitingBytes, congested.length]).toEqual([bytes, paused]);
  tested.abort();
});

it.each([
  [sendBufferBytesMax - 1, []],
  [sendBufferBytesMax, []],
  [sendBufferBytesMax + 1, ['send-buffer']],
])('a peer for whom %d bytes wait is reset: %j', async (bytes, expected) => {
  const { tested, hits } = connection();
  tested.send(new Uint8Array(1));
  tested.send(new Uint8Array(bytes - 1));
  await settle();
  expect(hits).toEqual(expected);
  tested.abort();
});

it.each([
  [sendDrainTimeoutMs - 1, []],
  [sendDrainTimeoutMs, ['send-drain']],
  [sendDrainTimeoutMs + 1, ['send-drain']],
])('a peer that has not drained after %d ms is reset: %j', async (ms, expected) => {
  const { tested, hits } = connection();
  tested.send(new Uint8Array(sendBufferPauseBytes + 1));
  tested.flush();
  jest.advanceTimersByTime(ms);
  await settle();
  expect(hits).toEqual(expected);
  tested.abort();
});
