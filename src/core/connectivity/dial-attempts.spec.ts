import { connectionId, millis } from '../support/brand.ts';
import { parseIpv4, parseIpv6 } from '../support/ip-address.ts';
import { DEFAULT_LIMITS } from '../support/limits.ts';
import { parsePeerAddress } from '../support/peer-address.ts';
import { DialAttempts, type DialPort } from './dial-attempts.ts';

function dialOf(text: string) {
  const parsed = parsePeerAddress(text);
  if (!parsed.ok) throw new Error(text);
  return {
    address: parsed.address,
    source: 'seed' as const,
    class: 'open' as const,
    promotes: true,
    startedAt: millis(0),
  };
}
const ip = (text: string): Uint8Array => (parseIpv4(text) ?? parseIpv6(text)) as Uint8Array;

function recorded(gate: Partial<DialPort> = {}) {
  const log: string[] = [];
  const attempts = new DialAttempts(DEFAULT_LIMITS, {
    judgeAnswers: () => undefined,
    admit: () => undefined,
    ...gate,
    resolve: (requestId, host) => log.push(`resolve ${requestId} ${host}`),
    dial: (id, endpoint, timeoutMs) => log.push(`dial ${id} ${endpoint.key} ${timeoutMs}`),
    cancel: (id) => log.push(`cancel ${id}`),
    failed: (attempt, failure) => log.push(`failed ${attempt.address.key} ${failure}`),
  });
  return { attempts, log, take: () => log.splice(0) };
}

describe('a dial of an IP address', () => {
  it('asks for one socket, with an even id and the whole timeout', () => {
    const { attempts, take } = recorded();
    attempts.start(dialOf('1.2.3.4:7071'));
    expect(take()).toEqual(['dial 2 1.2.3.4:7071 10000']);
    expect([attempts.size, attempts.count('open'), attempts.count('feeler')]).toEqual([1, 1, 0]);
  });

  it('fails with the socket’s own reason', () => {
    const { attempts, take } = recorded();
    attempts.start(dialOf('1.2.3.4:7071'));
    attempts.socketFailed(connectionId(2), 'connection-refused', millis(5));
    expect(take()).toContain('failed 1.2.3.4:7071 connection-refused');
    expect(attempts.size).toBe(0);
    expect(attempts.nextDeadline()).toBeUndefined();
  });

  it('times out as a whole, and gives the socket up', () => {
    const { attempts, take } = recorded();
    attempts.start(dialOf('1.2.3.4:7071'));
    attempts.deadlineReached(millis(9_999));
    expect(attempts.size).toBe(1);
    attempts.deadlineReached(millis(10_000));
    expect(take().slice(1)).toEqual(['cancel 2', 'failed 1.2.3.4:7071 dial-timeout']);
  });

  it('tells where its sockets lead, and of an open one only that', () => {
    const { attempts } = recorded();
    const dial = dialOf('a.example.org:7071');
    const endpoints = (): string[] =>
      attempts.endpointsOf(dial.address.key).map(({ host }) => host);
    attempts.start(dial);
    expect(endpoints()).toEqual([]);
    attempts.resolved(1, [ip('1.1.1.1'), ip('2.2.2.2')], millis(0));
    attempts.deadlineReached(millis(250));
    expect(endpoints()).toEqual(['1.1.1.1', '2.2.2.2']);
    attempts.opened(connectionId(2));
    expect(endpoints()).toEqual(['1.1.1.1']);
    attempts.finish(dial.address.key);
    expect(endpoints()).toEqual([]);
  });

  it('counts until its handshake is over', () => {
    const { attempts } = recorded();
    const dial = dialOf('1.2.3.4:7071');
    attempts.start(dial);
    expect(attempts.opened(connectionId(2))?.address.key).toBe('1.2.3.4:7071');
    expect(attempts.has(dial.address.key)).toBe(true);
    attempts.finish(dial.address.key);
    expect(attempts.size).toBe(0);
  });
});

describe('a dial of a name', () => {
  it('tries the next address after 250 ms, families in turn, and keeps the first that opens', () => {
    const { attempts, take } = recorded();
    attempts.start(dialOf('seed.example:7071'));
    expect(take()).toEqual(['resolve 1 seed.example']);
    attempts.resolved(1, [ip('1.1.1.1'), ip('2.2.2.2'), ip('::5')], millis(100));
    expect(take()).toEqual(['dial 2 1.1.1.1:7071 9900']);
    expect(attempts.nextDeadline()).toBe(350);
    attempts.deadlineReached(millis(350));
    expect(take()).toEqual(['dial 4 [::5]:7071 9650']);
    attempts.opened(connectionId(4));
    expect(take()).toEqual(['cancel 2']);
    attempts.deadlineReached(millis(600));
    expect(take()).toEqual([]);
  });

  it('tries the next address at once when one fails, and fails with the last reason', () => {
    const { attempts, take } = recorded();
    attempts.start(dialOf('seed.example:7071'));
    attempts.resolved(1, [ip('1.1.1.1'), ip('2.2.2.2')], millis(0));
    attempts.socketFailed(connectionId(2), 'connection-refused', millis(1));
    attempts.socketFailed(connectionId(4), 'host-unreachable', millis(2));
    expect(take().slice(1)).toEqual([
      'dial 2 1.1.1.1:7071 10000',
      'dial 4 2.2.2.2:7071 9999',
      'failed seed.example:7071 host-unreachable',
    ]);
  });

  it('without an address is a failure of the resolver', () => {
    const { attempts, take } = recorded();
    attempts.start(dialOf('seed.example:7071'));
    attempts.resolved(1, [], millis(1));
    expect(take()).toContain('failed seed.example:7071 resolve-failed');
  });

  it('uses sixteen answers at most', () => {
    const { attempts, log } = recorded();
    attempts.start(dialOf('seed.example:7071'));
    const answers = Array.from({ length: 100 }, (_, i) => Uint8Array.of(1, 1, 1, i));
    attempts.resolved(1, answers, millis(0));
    for (let id = 2; id <= 200; id += 2) {
      attempts.socketFailed(connectionId(id), 'connection-refused', millis(1));
    }
    expect(log.filter((line) => line.startsWith('dial '))).toHaveLength(16);
  });
});

describe('a dial of hearsay', () => {
  const hearsay = (text: string) => ({ ...dialOf(text), via: 'public' as const });

  it('asks for the name as it is, without search domains', () => {
    const { attempts, take } = recorded();
    attempts.start(hearsay('api.default:7071'));
    expect(take()).toEqual(['resolve 1 api.default.']);
  });

  it('opens no socket when the answers are refused, and is over', () => {
    const { attempts, take } = recorded({ judgeAnswers: () => 'address-refused' });
    attempts.start(hearsay('a.example.org:7071'));
    attempts.resolved(1, [ip('8.8.8.8'), ip('10.0.0.1')], millis(1));
    expect(take().slice(1)).toEqual(['failed a.example.org:7071 address-refused']);
    expect([attempts.size, attempts.nextDeadline()]).toEqual([0, undefined]);
  });

  it('passes over an answer that may not be dialled now', () => {
    const admit: DialPort['admit'] = (_, endpoint) =>
      endpoint.host === '1.1.1.1' ? 'host-dialled-lately' : undefined;
    const { attempts, take } = recorded({ admit });
    attempts.start(hearsay('a.example.org:7071'));
    attempts.resolved(1, [ip('1.1.1.1'), ip('2.2.2.2')], millis(0));
    expect(take().slice(1)).toEqual(['dial 2 2.2.2.2:7071 10000']);
    attempts.socketFailed(connectionId(2), 'connection-refused', millis(1));
    expect(take()).toEqual(['failed a.example.org:7071 connection-refused']);
  });

  it('of an IP address that may not be dialled now ends before it begins', () => {
    const { attempts, take } = recorded({ admit: () => 'host-dialled-lately' });
    attempts.start(hearsay('1.1.1.1:7071'));
    expect(take()).toEqual(['failed 1.1.1.1:7071 host-dialled-lately']);
    expect([attempts.size, attempts.nextDeadline()]).toEqual([0, undefined]);
  });
});

it('answers for what is over change nothing', () => {
  const { attempts, take } = recorded();
  attempts.start(dialOf('seed.example:7071'));
  attempts.start(dialOf('1.2.3.4:7071'));
  attempts.cancelAll();
  take();
  attempts.resolved(1, [ip('1.1.1.1')], millis(1));
  attempts.socketFailed(connectionId(2), 'connection-refused', millis(1));
  expect(attempts.opened(connectionId(2))).toBeUndefined();
  attempts.deadlineReached(millis(99_999));
  expect(take()).toEqual([]);
  expect(attempts.size).toBe(0);
});
