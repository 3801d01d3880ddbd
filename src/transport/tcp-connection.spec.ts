import type { Socket } from 'node:net';
import { Duplex } from 'node:stream';

import { fixedPrivateKey } from '../../test/support/fixed-identity.ts';
import { connectionId } from '../core/support/brand.ts';
import { DEFAULT_TRANSPORT_LIMITS, type LimitName } from '../core/support/limits.ts';
import { nodeCertificate } from '../handshake/node-certificate.ts';
import { CongestionWatch } from './congestion-watch.ts';
import { TcpConnection } from './tcp-connection.ts';
import type { TcpConnectionOwner } from './tcp-connection-owner.ts';
import { TlsChannel } from './tls-channel.ts';

const { sendBufferPauseBytes, sendBufferBytesMax, sendDrainTimeoutMs } = DEFAULT_TRANSPORT_LIMITS;

beforeEach(() => void jest.useFakeTimers({ doNotFake: ['nextTick'] }));
afterEach(() => void jest.useRealTimers());

/** The far side reads nothing: all that is written waits. */
function deafSocket(): Socket {
  const socket = new Duplex({ read: () => undefined, write: () => undefined });
  return Object.assign(socket, { resetAndDestroy: () => socket.destroy() }) as unknown as Socket;
}

function connection(channel?: TlsChannel) {
  const hits: LimitName[] = [];
  const watch = new CongestionWatch(sendDrainTimeoutMs);
  const congested: TcpConnection[] = [];
  const owner: TcpConnectionOwner<TcpConnection> = {
    limits: DEFAULT_TRANSPORT_LIMITS,
    channel,
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
  const greeting = channel === undefined ? 'plain' : 'tls';
  const tested = new TcpConnection(connectionId(1), deafSocket(), greeting, owner);
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

it('what OpenSSL has written by itself waits like any other byte', async () => {
  const key = fixedPrivateKey();
  const privateKey = key.export({ type: 'pkcs8', format: 'pem' }) as string;
  const channel = new TlsChannel({ certificate: nodeCertificate(key, 'node'), privateKey });
  const { tested } = connection(channel);
  await settle();
  const aClientHello = 200;
  expect(tested.waitingBytes).toBeGreaterThan(aClientHello);
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
