import { CAPABILITY } from '../../src/core/session/hello-verdict.ts';
import { eventually } from '../support/eventually.ts';
import { FakePeer, handshakeBytes, helloOf, rawFrame } from '../support/fake-peer.ts';
import { NodeProcess } from '../support/node-process.ts';
import { signedRecord } from '../support/signed-records.ts';

/** In `npm test` fewer than the 20,000 that an operator may meet: 256 a second are let in. */
const STRANGERS = Number(process.env['VISION_STRANGERS'] ?? 2_000);
const AT_ONCE = 24;
const METRICS_BYTES_MAX = 100_000;
const LINE_BYTES_MAX = 2_048;

jest.setTimeout(60_000 + STRANGERS * 20);

/** What breaks formats: quotes, line ends, escapes, braces; unique by the number. */
const strange = (i: number): string => `s${i}"} 1\\n{x="${i.toString(36)}' \\u2028 %0a \x1b[31m`;
const printable = (i: number): string =>
  strange(i)
    .replace(/[^ -~]/g, '')
    .slice(0, 60);
const addressOf = (i: number): string => `127.${1 + (i >> 16)}.${(i >> 8) & 255}.${i & 255}`;

type Stranger = (peer: FakePeer, i: number) => Promise<void>;

/** Each names something that no other has named. */
const STRANGERS_KINDS: readonly Stranger[] = [
  async (peer, i) => {
    peer.write(handshakeBytes(helloOf({ chainId: `chain-${i}` })));
    await peer.closed();
  },
  async (peer, i) => {
    peer.write(handshakeBytes(helloOf({ agent: printable(i), zone: `zone-${i}` })));
    await peer.next('hello');
    peer.send({
      type: 'peer-list',
      body: { peers: [strange(i), `203.0.113.1:${i}`], records: [] },
    });
    peer.send({
      type: 'disconnect',
      body: { reason: 4, detail: printable(i), retryAfterSeconds: i, redirect: [strange(i)] },
    });
    await peer.closed();
  },
  async (peer, i) => {
    const claim = [`127.0.0.1:${1_024 + (i % 60_000)}`, strange(i)];
    peer.write(
      handshakeBytes(helloOf({ listenAddresses: claim, capabilities: CAPABILITY.feeler })),
    );
    await peer.closed();
  },
  async (peer, i) => {
    peer.write(handshakeBytes(helloOf()));
    await peer.next('hello');
    const record = signedRecord({
      zone: printable(i),
      addresses: [`127.0.0.1:${20_000 + (i % 999)}`],
    });
    peer.send({ type: 'announce-peer', body: { record } });
    peer.write(rawFrame(0x80 + (i % 100), Buffer.from(strange(i))));
    await peer.roundTrip();
    peer.end();
  },
  async (peer, i) => {
    peer.write(Buffer.from(`GET /${strange(i)} HTTP/1.1\r\nhost: ${i}\r\n\r\n`));
    await peer.closed();
  },
];

async function meet(port: number, i: number): Promise<void> {
  const peer = await FakePeer.dial(port, addressOf(i));
  try {
    await (STRANGERS_KINDS[i % STRANGERS_KINDS.length] as Stranger)(peer, i);
  } catch {
    // Let in or not, answered or not: what it leaves behind is what counts.
  } finally {
    peer.end();
  }
}

const seriesOf = (metrics: string): string[] =>
  metrics
    .split('\n')
    .filter((line) => line !== '' && !line.startsWith('#'))
    .map((line) => line.slice(0, line.lastIndexOf(' ')))
    .toSorted();

async function ask(node: NodeProcess, i: number): Promise<void> {
  const url = `http://127.0.0.1:${node.httpPort + 2}/ops/${encodeURIComponent(strange(i))}?x=${i}`;
  await fetch(url, { headers: { authorization: `Bearer ${i}` } }).then((it) => it.text());
}

it(`${STRANGERS} strangers with names of their own leave the metrics as they were, and a log that can be read`, async () => {
  const args = ['--log-level', 'debug', '--log-format', 'json'];
  const node = await NodeProcess.create({ security: 'plain', args });
  try {
    await node.start();
    const metrics = (): Promise<string> => node.getText('/metrics', node.httpPort + 2);
    const before = seriesOf(await metrics());
    let next = 0;
    const worker = async (): Promise<void> => {
      while (next < STRANGERS) {
        next += 1;
        await meet(node.httpPort + 1, next);
        if (next % 20 === 0) await ask(node, next);
      }
    };
    await Promise.all(Array.from({ length: AT_ONCE }, worker));
    const startedAt = performance.now();
    const text = await metrics();
    const tookMs = performance.now() - startedAt;
    expect(seriesOf(text)).toEqual(before);
    expect(text.length).toBeLessThan(METRICS_BYTES_MAX);
    const met =
      /^vision_p2p_handshake_rejections_total\{direction="inbound",reason="chain-id-mismatch"\} (\d+)$/m;
    expect(Number(met.exec(text)?.[1])).toBeGreaterThan(STRANGERS / 20);

    await eventually(() => node.log.endsWith('\n'), { withinMs: 2_000, what: 'a whole last line' });
    const lines = node.log.trimEnd().split('\n');
    for (const line of lines) {
      expect(Buffer.byteLength(line)).toBeLessThanOrEqual(LINE_BYTES_MAX);
      expect(typeof (JSON.parse(line) as { level: unknown }).level).toBe('string');
    }
    process.stderr.write(
      `${STRANGERS} strangers: ${before.length} series before and after, ${text.length} bytes in ${tookMs.toFixed(0)} ms, ${lines.length} lines of JSON\n`,
    );
    expect(node.isRunning).toBe(true);
  } finally {
    await node.dispose();
  }
});
