import { request as httpRequest } from 'node:http';
import fc from 'fast-check';
import request from 'supertest';
import { openOperatorSurface, type OperatorSurface } from '../support/operator-surface.ts';

let surface: OperatorSurface;

beforeEach(async () => {
  surface = await openOperatorSurface();
});

afterEach(async () => {
  await surface.application.close();
});

/** Sends bytes as they are. */
function send(
  path: string,
  body: string,
  headers: Record<string, string> = {},
): Promise<{ status: number | undefined; text: string }> {
  return new Promise((resolve, reject) => {
    const sent = httpRequest(
      `${surface.operationsUrl}${path}`,
      { method: 'POST', headers: { 'content-type': 'application/json', ...headers } },
      (answer) => {
        let text = '';
        answer.on('data', (chunk) => (text += String(chunk)));
        answer.on('end', () => resolve({ status: answer.statusCode, text }));
      },
    );
    sent.on('error', reject);
    sent.end(body);
  });
}

const codeOf = ({ text }: { text: string }): string => JSON.parse(text).code;

it.each([
  ['text/plain', '{"address":"10.0.0.1:7071"}'],
  ['application/x-www-form-urlencoded', 'address=10.0.0.1:7071'],
  ['multipart/form-data; boundary=x', '--x--'],
  ['application/problem+json', '{"address":"10.0.0.1:7071"}'],
  ['application/octet-stream', '\0'],
  ['', '{"address":"10.0.0.1:7071"}'],
])('reads no body of type "%s"', async (type, body) => {
  const answer = await send('/ops/peers', body, { 'content-type': type });
  expect([answer.status, codeOf(answer)]).toEqual([415, 'unsupported-body']);
  expect(surface.node.commands).toEqual([]);
});

it.each([
  ['a character set that is none', 415, { 'content-type': 'application/json; charset=iso-8859-1' }],
  ['a packed body', 415, { 'content-encoding': 'br' }],
])('refuses %s', async (_, status, headers) => {
  const answer = await send('/ops/peers', '{"address":"10.0.0.1:7071"}', headers);
  expect([answer.status, codeOf(answer)]).toEqual([status, 'unsupported-body']);
});

it.each([
  ['nothing', ''],
  ['a list', '[{"address":"10.0.0.1:7071"}]'],
  ['an empty list', '[]'],
  ['a prototype', '{"__proto__":{"address":"10.0.0.1:7071"}}'],
  ['a constructor', '{"address":"10.0.0.1:7071","constructor":{"prototype":{}}}'],
  ['deep nesting', `{"address":${'['.repeat(30_000)}${']'.repeat(30_000)}}`],
  [
    'deep nesting beside the address',
    `{"address":"10.0.0.1:7071","x":${'{"a":'.repeat(9_000)}1${'}'.repeat(9_000)}}`,
  ],
  ['many members', `{${Array.from({ length: 5_000 }, (_, i) => `"k${i}":1`).join()}}`],
])('refuses %s in place of an address', async (_, body) => {
  const answer = await send('/ops/peers', body);
  expect([answer.status, codeOf(answer)]).toEqual([400, 'invalid-parameter']);
  expect(answer.text.length).toBeLessThan(1_000);
  expect(surface.node.commands).toEqual([]);
  expect(surface.logged.filter(({ level }) => level === 'error')).toEqual([]);
});

it.each(['"text"', 'null', '1', 'NaN', '{"address":', "{'address':1}", '\ufeff{}', '{}{}'])(
  'refuses %s, which is no JSON object',
  async (body) => {
    const answer = await send('/ops/peers', body);
    expect(answer.status).toBe(400);
    expect(surface.node.commands).toEqual([]);
  },
);

it('refuses a body over 64 KiB, announced or not, on every path that takes one', async () => {
  const body = JSON.stringify({ address: 'x'.repeat(70_000) });
  for (const path of ['/ops/peers', '/ops/bans', '/ops/drain', '/ops/peers/x']) {
    for (const framing of [{}, { 'transfer-encoding': 'chunked' }]) {
      const answer = await send(path, body, framing);
      expect([answer.status, codeOf(answer)]).toEqual([413, 'body-too-large']);
    }
  }
  expect(surface.node.commands).toEqual([]);
});

it('does not repeat what was sent in its answer', async () => {
  const canary = '<script>canary</script>';
  const answers = [
    await send('/ops/peers', JSON.stringify({ address: canary })),
    await send('/ops/peers', JSON.stringify({ [canary]: 1 })),
    await send('/ops/bans', JSON.stringify({ node_id: canary, seconds: canary, reason: 'x' })),
    await request(surface.operationsUrl).delete(`/ops/bans/${encodeURIComponent(canary)}`),
    await request(surface.operationsUrl).delete(`/ops/peers/${encodeURIComponent(canary)}`),
    await request(surface.operationsUrl).get(`/ops/book?state=${encodeURIComponent(canary)}`),
    await request(surface.operationsUrl).get(`/ops/book?${encodeURIComponent(canary)}=1`),
  ];
  for (const { status, text } of answers) {
    expect(status).toBeGreaterThanOrEqual(400);
    expect(text).not.toContain('canary');
  }
});

it('takes every JSON for what it is: no answer of 500, and no command but for an address', async () => {
  // The rate of changes is not what is tried here.
  jest.spyOn(performance, 'now').mockImplementation(advancingClock());
  const value = fc.oneof(
    fc.json({ maxDepth: 4 }),
    fc
      .record({ address: fc.oneof(fc.string({ unit: 'binary' }), fc.domain(), fc.ipV6()) })
      .map((body) => JSON.stringify(body)),
  );
  await fc.assert(
    fc.asyncProperty(value, async (body) => {
      const answer = await send('/ops/peers', body);
      expect([201, 400]).toContain(answer.status);
    }),
    { numRuns: 150 },
  );
  jest.restoreAllMocks();
}, 20_000);

function advancingClock(): () => number {
  let now = 1e6;
  return () => (now += 1_000);
}
