import { connect } from 'node:net';
import { LOG_LIMITS } from '../../src/core/support/surface-limits.ts';
import { formatLine } from '../../src/logging/line-format.ts';
import { logNodeEvent } from '../../src/logging/node-event-log.ts';
import { StreamLogger } from '../../src/logging/stream-logger.ts';
import type { LogFormat, LogLevel } from '../../src/config/node-config.ts';
import { eventsWith, HOSTILE_TEXTS } from '../support/hostile-events.ts';
import { openOperatorSurface, type OperatorSurface } from '../support/operator-surface.ts';

const UNSAFE = /[\p{Cc}\p{Cs}\u2028\u2029\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff]/u;
/** `name="JSON string"` or `name=token` after the message, to the end of the line. */
const TEXT_LINE =
  /^\S{24} (DEBUG|INFO |WARN |ERROR) [A-Z][A-Za-z ,:]*( [a-z_]+=([A-Za-z0-9][\w.-]*|"([^"\\]|\\.)*"))*$/;

/** What is wrong with a line, whatever is in it; nothing when it is whole. */
function faultsOf(line: string, format: LogFormat): string[] {
  if (UNSAFE.test(line)) return [`an unsafe character: ${line}`];
  if (Buffer.byteLength(line) + 1 > LOG_LIMITS.lineBytesMax) return [`too long: ${line}`];
  if (format === 'text') return TEXT_LINE.test(line) ? [] : [`no line of text: ${line}`];
  const { time, level } = JSON.parse(line) as { time: string; level: string };
  return time.endsWith('Z') && level !== 'error' ? [] : [`a forged field: ${line}`];
}

function linesOf(text: string, format: LogFormat): string[] {
  const written: string[] = [];
  const write = (line: string): void => void written.push(line);
  const logger = new StreamLogger({ level: 'debug', format, write, wallClock: () => 0 });
  for (const event of eventsWith(text)) logNodeEvent(logger, event);
  return written;
}

describe.each(HOSTILE_TEXTS.map((text, i) => [i, text] as const))('hostile text %i', (_, text) => {
  it.each(['text', 'json'] as const)('stays inside its field of a line of %s', (format) => {
    const written = linesOf(text, format);
    expect(written).toHaveLength(eventsWith(text).length);
    expect(written.filter((line) => !line.endsWith('\n'))).toEqual([]);
    expect(written.flatMap((line) => faultsOf(line.slice(0, -1), format))).toEqual([]);
  });
});

describe('an operator surface', () => {
  let surface: OperatorSurface;
  beforeEach(async () => {
    surface = await openOperatorSurface();
  });
  afterEach(async () => {
    jest.restoreAllMocks();
    await surface.application.close();
  });

  /** Bytes as they are: a client of HTTP would refuse to send most of this. */
  function send(port: number, bytes: Buffer): Promise<string> {
    return new Promise((resolve) => {
      let answer = '';
      const socket = connect(port, '127.0.0.1', () => socket.end(bytes));
      socket.on('data', (chunk) => (answer += chunk.toString('latin1')));
      socket.on('error', () => socket.destroy());
      socket.on('close', () => resolve(answer));
    });
  }

  const seriesOf = async (): Promise<string[]> => {
    const answer = await send(
      surface.operationsPort,
      Buffer.from('GET /metrics HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n'),
    );
    const lines = answer.slice(answer.indexOf('\r\n\r\n')).split('\n');
    return lines.flatMap((line) => /^[a-z]\w*(\{[^}]*\})?(?= )/.exec(line)?.[0] ?? []).sort();
  };

  it('has the same series whatever strangers call themselves', async () => {
    await seriesOf();
    const before = await seriesOf();
    for (const event of HOSTILE_TEXTS.flatMap(eventsWith))
      surface.events.observe(event, Date.now());
    expect(before.length).toBeGreaterThan(300);
    expect(await seriesOf()).toEqual(before);
  });

  it('logs each refused and accepted request in one whole line', async () => {
    // The rate of changes and of lines is not what is tried here.
    let now = 1e12;
    jest.spyOn(performance, 'now').mockImplementation(() => (now += 1_000));
    jest.spyOn(Date, 'now').mockImplementation(() => (now += 1_000));
    const raw = [...HOSTILE_TEXTS, 'plain'].map((text) => Buffer.from(text.slice(0, 2_200)));
    const invalid = Buffer.from([0xff, 0xc0, 0x80, 0xed, 0xa0, 0x80]);
    for (const text of [...raw, invalid]) {
      const encoded = [...text].map((byte) => `%${byte.toString(16).padStart(2, '0')}`).join('');
      const body = JSON.stringify({ address: '10.0.0.1', seconds: 1, reason: text.toString() });
      for (const request of [
        `DELETE /ops/peers/${encoded} HTTP/1.1\r\nHost: localhost`,
        `DELETE /ops/bans/${encoded}?${encoded} HTTP/1.1\r\nHost: localhost`,
        `GET /ops/book?cursor=${encoded} HTTP/1.1\r\nHost: localhost`,
        `POST /ops/drain HTTP/1.1\r\nHost: localhost\r\nOrigin: http://x/${encoded}`,
        `POST /ops/drain HTTP/1.1\r\nHost: localhost\r\nOrigin: ${text.toString('latin1')}`,
        `POST /ops/drain HTTP/1.1\r\nHost: ${text.toString('latin1')}`,
        `POST /ops/bans HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: ${Buffer.byteLength(body)}\r\nConnection: close\r\n\r\n${body}`,
      ]) {
        const end = request.includes('\r\n\r\n') ? '' : '\r\nConnection: close\r\n\r\n';
        const answer = await send(surface.operationsPort, Buffer.from(request + end, 'latin1'));
        expect(answer).toMatch(/^HTTP\/1\.1 [24]\d\d /);
        expect(answer).not.toContain('forged');
      }
    }
    expect(surface.logged.length).toBeGreaterThan(20);
    const faults = surface.logged.flatMap(({ level, message, fields = {} }) =>
      (['text', 'json'] as const).flatMap((format) => {
        const line = { at: 0, level: level as LogLevel, message, fields };
        return faultsOf(formatLine(line, format), format);
      }),
    );
    expect(faults).toEqual([]);
  });
});
