import request from 'supertest';
import { snapshotOf } from '../support/stub-running-node.ts';
import { openOperatorSurface, type OperatorSurface } from '../support/operator-surface.ts';

let surface: OperatorSurface;

beforeEach(async () => {
  surface = await openOperatorSurface();
});

afterEach(async () => {
  await surface.application.close();
});

const joined = { joined: true, reason: 'connected', waitingFor: undefined } as const;

const probe = (path: string) => request(surface.operationsUrl).get(path);

it('answers every probe on both listeners in the shape of terminus', async () => {
  surface.node.current = snapshotOf({ state: 'connected', readiness: joined });
  for (const url of [surface.publicUrl, surface.operationsUrl]) {
    for (const path of ['/health/startup', '/health/live', '/health/ready', '/health']) {
      const { status, body } = await request(url).get(path);
      expect([path, status]).toEqual([path, 200]);
      expect(Object.keys(body).sort()).toEqual(['details', 'error', 'info', 'status']);
      expect(body.status).toBe('ok');
    }
  }
});

describe('/health/ready', () => {
  it('is 503 with the reason until the mesh latch is set', async () => {
    const { status, body } = await probe('/health/ready');
    expect(status).toBe(503);
    expect(body).toMatchObject({
      status: 'error',
      error: { mesh: { status: 'down', message: 'waiting for the first handshake' } },
    });
    surface.node.current = snapshotOf({ readiness: joined });
    await probe('/health/ready').expect(200);
  });

  it('stays 200 when peers are lost later and when the store is away', async () => {
    surface.node.current = snapshotOf({
      state: 'isolated',
      readiness: joined,
      peers: { inbound: 0, outbound: 0 },
    });
    surface.node.store = { up: false, pendingWrites: 9, detail: 'connection refused' };
    await probe('/health/ready').expect(200);
  });
});

describe('/health/live', () => {
  it('is 503 while the discovery loop stands still', async () => {
    surface.node.heartbeatMs = 3_001;
    const { status, body } = await probe('/health/live');
    expect(status).toBe(503);
    expect(body.error).toEqual({ discovery_loop: { status: 'down', age_ms: 3_001 } });
    surface.node.heartbeatMs = 900;
    await probe('/health/live').expect(200);
  });

  it('does not look at peers, store or readiness', async () => {
    surface.node.store = { up: false, pendingWrites: 9 };
    await probe('/health/live').expect(200);
  });
});

describe('/health', () => {
  it('is degraded and 200 when only the store is away, with the reason', async () => {
    surface.node.current = snapshotOf({ readiness: joined });
    surface.node.store = { up: false, pendingWrites: 9, detail: 'connection refused' };
    const { status, body } = await probe('/health');
    expect(status).toBe(200);
    expect(body.status).toBe('degraded');
    expect(body.details.store).toEqual({
      status: 'degraded',
      pending_writes: 9,
      message: 'connection refused',
    });
  });

  it('names everything that it looked at', async () => {
    const { body } = await probe('/health');
    expect(Object.keys(body.details).sort()).toEqual([
      'discovery_loop',
      'event_loop',
      'lifecycle',
      'listeners',
      'mesh',
      'startup',
      'store',
    ]);
  });
});

it('while draining: not ready at once, still started and live, state draining', async () => {
  surface.node.current = snapshotOf({ state: 'connected', readiness: joined });
  let release = () => {};
  surface.node.stopping = new Promise((resolve) => (release = resolve));
  await probe('/health/ready').expect(200);
  const closing = surface.application.close();
  const ready = await pollUntil(() => probe('/health/ready'), 503);
  expect(ready.body.details.lifecycle).toEqual({ status: 'down', message: 'draining' });
  expect(ready.headers.connection).toBe('close');
  surface.node.heartbeatMs = 60_000;
  await probe('/health/live').expect(200);
  await probe('/health/startup').expect(200);
  expect((await probe('/p2p/status')).body.state).toBe('draining');
  release();
  await closing;
  expect(surface.node.stopped).toBe(true);
  await expect(probe('/health/live')).rejects.toThrow('ECONNREFUSED');
});

async function pollUntil(ask: () => request.Test, status: number): Promise<request.Response> {
  const deadline = performance.now() + 2_000;
  for (;;) {
    const answer = await ask();
    if (answer.status === status) return answer;
    if (performance.now() > deadline) throw new Error(`still ${answer.status}`);
  }
}
