import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import request from 'supertest';
import { type RunningApplication, startApplication } from '../../src/app.module.ts';
import { parsePeerAddress } from '../../src/core/support/peer-address.ts';
import type { NodeConfig } from '../../src/config/node-config.ts';
import { configOf, recordingLogger } from '../support/operator-surface.ts';

const open: RunningApplication[] = [];
const directories: string[] = [];

afterEach(async () => {
  await Promise.all(open.splice(0).map((application) => application.stop()));
  for (const directory of directories.splice(0)) rmSync(directory, { recursive: true });
});

async function start(config: NodeConfig = configOf()) {
  const { logger, logged } = recordingLogger();
  const application = await startApplication(config, logger, { handleSignals: false });
  open.push(application);
  const { http, operations } = application.ports;
  return {
    application,
    logged,
    publicUrl: `http://127.0.0.1:${http}`,
    operationsUrl: `http://127.0.0.1:${operations}`,
  };
}

function knowing(port: number): NodeConfig {
  const parsed = parsePeerAddress(`127.0.0.1:${port}`);
  if (!parsed.ok) throw new Error(parsed.fault);
  const config = configOf();
  return { ...config, discovery: { ...config.discovery, peers: [parsed.address] } };
}

async function until(what: string, condition: () => Promise<boolean>): Promise<void> {
  const deadline = performance.now() + 5_000;
  while (!(await condition())) {
    if (performance.now() > deadline) throw new Error(`not within 5 s: ${what}`);
  }
}

it('two applications in one process find each other and show it on every path', async () => {
  const first = await start();
  const second = await start(knowing(first.application.ports.p2p));
  for (const { operationsUrl } of [first, second]) {
    await until('ready', async () => {
      return (await request(operationsUrl).get('/health/ready')).status === 200;
    });
    await until('a verified peer', async () => {
      return (await request(operationsUrl).get('/p2p/peers')).body.count === 1;
    });
    const { body } = await request(operationsUrl).get('/ops/connections').expect(200);
    expect(body.connections).toContainEqual(expect.objectContaining({ state: 'established' }));
    const { text } = await request(operationsUrl).get('/metrics').expect(200);
    expect(text).toMatch(/^vision_p2p_peers_connected 1$/m);
    expect(text).toMatch(/^vision_p2p_persisted_peers 1$/m);
  }
  const [one, two] = await Promise.all(
    [first, second].map(
      async ({ publicUrl }) => (await request(publicUrl).get('/p2p/status')).body,
    ),
  );
  expect(one).toMatchObject({ state: 'connected', peers: { inbound: 1, outbound: 0 } });
  expect(two).toMatchObject({ state: 'connected', peers: { inbound: 0, outbound: 1 } });
  expect(one.node_id).not.toBe(two.node_id);
});

it('connects to a peer that the operator names, forgets it, and says goodbye when drained', async () => {
  const [first, second] = [await start(), await start()];
  const address = `127.0.0.1:${first.application.ports.p2p}`;
  const { body: added } = await request(second.operationsUrl).post('/ops/peers').send({ address });
  expect(added).toEqual({ address });
  const stateAtFirst = async () =>
    (await request(first.operationsUrl).get('/p2p/status')).body.peers.inbound as number;
  await until('connected', async () => (await stateAtFirst()) === 1);
  const { body } = await request(second.operationsUrl).get('/ops/book?source=peer').expect(200);
  expect(body.entries).toEqual([
    expect.objectContaining({
      address,
      source: 'peer',
      verified: true,
    }),
  ]);
  const path = `/ops/peers/${address}`;
  await request(second.operationsUrl).delete(path).expect(204);
  await request(second.operationsUrl).delete('/ops/peers/127.0.0.1:1').expect(404);
  await request(second.operationsUrl).post('/ops/drain').expect(202);
  await until('nobody is connected', async () => (await stateAtFirst()) === 0);
  await request(second.operationsUrl).get('/health/ready').expect(503);
  await request(second.operationsUrl).get('/health/live').expect(200);
});

it('logs one line for each listener, with the address that was bound', async () => {
  const { logged, application } = await start();
  const lines = logged.filter(({ message }) => message.endsWith('listening'));
  expect(lines.map(({ level, message, fields }) => [level, message, fields])).toEqual([
    ['info', 'P2P listening', { address: { quoted: `127.0.0.1:${application.ports.p2p}` } }],
    ['info', 'HTTP API listening', { address: { quoted: `127.0.0.1:${application.ports.http}` } }],
    [
      'info',
      'Operations API listening',
      { address: { quoted: `127.0.0.1:${application.ports.operations}` } },
    ],
  ]);
});

it('stops in order, and answers nothing afterwards', async () => {
  const { application, logged, publicUrl } = await start();
  await application.stop();
  await application.stop();
  expect(logged.map(({ message }) => message)).toEqual(
    expect.arrayContaining(['Shutting down', 'Stopped']),
  );
  await expect(request(publicUrl).get('/p2p/status')).rejects.toThrow('ECONNREFUSED');
});

describe('a start that fails', () => {
  let occupied: Server;
  let port: number;

  beforeEach(async () => {
    occupied = createServer();
    await new Promise<void>((resolve) => {
      occupied.listen(0, '127.0.0.1', resolve);
    });
    port = (occupied.address() as { port: number }).port;
  });

  afterEach(() => {
    occupied.close();
  });

  function onDisk(changes: (config: NodeConfig) => NodeConfig): NodeConfig {
    const dataDir = mkdtempSync(join(tmpdir(), 'vision-http-'));
    directories.push(dataDir);
    mkdirSync(join(dataDir, 'peers'));
    const config = configOf();
    return changes({ ...config, store: { ...config.store, kind: 'file', dataDir } });
  }

  it.each(['http', 'operations', 'p2p'])(
    'on the %s port says so, exit code 69, and leaves port and store free',
    async (which) => {
      const config = onDisk((base) => ({
        ...base,
        http: {
          ...base.http,
          port: which === 'http' ? port : 0,
          opsPort: which === 'operations' ? port : 0,
        },
        p2p: { ...base.p2p, port: which === 'p2p' ? port : 0 },
      }));
      const { logger, logged } = recordingLogger();
      await expect(
        startApplication(config, logger, { handleSignals: false }),
      ).rejects.toMatchObject({
        code: 'VN_ERR_CANNOT_LISTEN',
        exitCode: 69,
        message: expect.stringContaining(`127.0.0.1:${port}`),
      });
      expect(logged.filter(({ level }) => level === 'error')).toEqual([]);
      const free = { ...config, http: configOf().http, p2p: configOf().p2p };
      await request((await start(free)).operationsUrl)
        .get('/health/live')
        .expect(200);
    },
  );
});
