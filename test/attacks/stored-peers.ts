import { createServer, type Server, type Socket } from 'node:net';
import { createSecureContext, TLSSocket } from 'node:tls';
import type { PeerRecordEntry } from '../../src/core/address-book/stored-peer.ts';
import type { NodeId } from '../../src/core/support/brand.ts';
import { unixMillis } from '../../src/core/support/brand.ts';
import { parsePeerAddress } from '../../src/core/support/peer-address.ts';
import { nodeIdOf } from '../../src/handshake/node-id.ts';
import { openFilePeerStore } from '../../src/persistence/file-peer-store.ts';
import type { StoreChange } from '../../src/runtime/ports/peer-store.ts';
import { FakePeer, handshakeBytes, helloOf } from '../support/fake-peer.ts';
import { durable } from '../support/store-conditions.ts';
import { testIdentity, type TestIdentity } from '../support/tls-peer.ts';

export const STORED_COUNT = 1_000;
const PORT = 9_071;
const HOUR_MS = 3_600_000;
const PER_GROUP = 8;

/**
 * The peers that the node met before: in 125 networks, each with a key of its own, and all of them
 * answer, behind one listener for every address.
 */
export class StoredPeers {
  private readonly identities = new Map<string, TestIdentity>();
  private readonly open = new Set<Socket>();
  private readonly server: Server;

  private constructor() {
    for (let i = 0; i < STORED_COUNT; i += 1) {
      const host = `150.${Math.floor(i / PER_GROUP)}.${1 + (i % PER_GROUP)}.1`;
      this.identities.set(host, testIdentity());
    }
    this.server = createServer((socket) => this.answer(socket));
  }

  static async listen(): Promise<StoredPeers> {
    const peers = new StoredPeers();
    await new Promise<void>((resolve) => peers.server.listen(PORT, '0.0.0.0', resolve));
    return peers;
  }

  get addresses(): string[] {
    return [...this.identities.keys()].map((host) => `${host}:${PORT}`);
  }

  /** Fills the store that a node will read. */
  async writeTo(dataDir: string, isSecured: boolean): Promise<void> {
    const store = await openFilePeerStore({ dataDir });
    await store.load();
    store.apply(
      [...this.identities].map(([host, { publicKey }]): StoreChange => {
        const parsed = parsePeerAddress(`${host}:${PORT}`);
        if (!parsed.ok) throw new Error(parsed.fault);
        return {
          kind: 'save',
          address: parsed.address,
          record: recordOf(nodeIdOf(publicKey), isSecured),
        };
      }),
    );
    await durable(store);
    await store.close();
  }

  async close(): Promise<void> {
    for (const socket of this.open) socket.destroy();
    await new Promise((resolve) => this.server.close(resolve));
  }

  private answer(socket: Socket): void {
    const identity = this.identities.get(socket.localAddress ?? '');
    if (identity === undefined) return void socket.destroy();
    this.open.add(socket);
    socket.once('close', () => this.open.delete(socket));
    socket.once('error', () => socket.destroy());
    // What came is put back, and read again by whoever speaks.
    socket.once('data', (first) => {
      socket.pause();
      socket.unshift(first);
      const isTls = first[0] === 0x16;
      this.speak(isTls ? secured(socket, identity) : socket, identity);
    });
  }

  private speak(socket: Socket, { publicKey }: TestIdentity): void {
    const peer = new FakePeer(socket);
    peer.onMessage = ({ type }) => {
      if (type === 'hello') peer.write(handshakeBytes(helloOf({ publicKey })));
      if (type === 'get-peers') peer.send({ type: 'peer-list', body: { peers: [], records: [] } });
      // Hours of Pings are not to be kept.
      peer.messages.length = 0;
    };
    socket.resume();
  }
}

function secured(socket: Socket, { certificate, privateKey }: TestIdentity): TLSSocket {
  return new TLSSocket(socket, {
    isServer: true,
    secureContext: createSecureContext({
      cert: certificate,
      key: privateKey,
      minVersion: 'TLSv1.3',
    }),
    ALPNProtocols: ['vision-p2p/1'],
    requestCert: true,
    rejectUnauthorized: false,
  });
}

function recordOf(nodeId: NodeId, isSecured: boolean): PeerRecordEntry {
  return {
    nodeId,
    firstSuccessAt: unixMillis(Date.now() - 240 * HOUR_MS),
    lastSuccessAt: unixMillis(Date.now() - HOUR_MS),
    failures: 0,
    isProven: true,
    isTried: true,
    isSecured,
  };
}
