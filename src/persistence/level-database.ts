import { ClassicLevel } from 'classic-level';

import { DOCUMENT_NAMES, type DocumentName } from '../core/address-book/stored-documents.ts';
import type { StoredPeer } from '../core/address-book/stored-peer.ts';
import { ClaimedDirectory } from './claimed-directory.ts';
import { dataDirError, makeDirectories, setAside } from './data-directory.ts';
import type { StateBatch } from './latest-state.ts';
import {
  causeOf,
  droppedEntries,
  isDamage,
  isDamageOf,
  isReadable,
  lostItsIndex,
} from './level-damage.ts';
import {
  addressOfPeerKey,
  encodeRecord,
  LOADED_PEERS_MAX,
  PEER_KEY,
  PEER_VALUE,
  peerKey,
  recordKey,
  storedPeer,
} from './peer-entries.ts';

/** What one peer costs is ≈ 200 bytes: a MiB of log and of cache is thousands of them. */
const LEVEL_OPTIONS = { cacheSize: 1_048_576, writeBufferSize: 1_048_576, maxOpenFiles: 64 };
/** Entries read between two turns of the event loop. */
const READ_CHUNK = 1_000;
/** The first key after all `peer:` keys. */
const PEER_KEYS_END = `${PEER_KEY.slice(0, -1)};`;

interface PeersRead {
  readonly peers: readonly StoredPeer[];
  readonly damaged: boolean;
}

export interface ReadResult {
  readonly peers: readonly StoredPeer[];
  /** What is under the documents' names, unchecked. */
  readonly values: ReadonlyMap<DocumentName, Uint8Array>;
  /** The database was damaged: the rest is what could be read. */
  readonly damaged: boolean;
}

/** One open LevelDB with peers and documents in it. LevelDB's own lock keeps other processes out. */
export class LevelDatabase {
  private constructor(
    private readonly level: ClassicLevel,
    private readonly directory: ClaimedDirectory,
    /** Opening passed over damaged entries: what they held is lost. */
    readonly lostEntries: boolean,
  ) {}

  /**
   * @returns `damaged` when there is a database that LevelDB cannot read.
   * @throws VisionError VN_ERR_DATA_DIR when somebody holds it or the directory is unusable.
   */
  static async open(path: string, dataDir: string): Promise<LevelDatabase | 'damaged'> {
    await makeDirectories(path).catch((error: unknown) => {
      throw dataDirError(dataDir, 'cannot be used', error);
    });
    const directory = await ClaimedDirectory.of(path, dataDir);
    let opened: LevelDatabase | undefined;
    try {
      opened = await LevelDatabase.#openIn(directory, path, dataDir);
    } finally {
      if (opened === undefined) directory.release();
    }
    return opened ?? 'damaged';
  }

  /** @returns undefined when it is damaged */
  static async #openIn(
    directory: ClaimedDirectory,
    path: string,
    dataDir: string,
  ): Promise<LevelDatabase | undefined> {
    try {
      if (await lostItsIndex(path)) return undefined;
      await isReadable(path);
    } catch (error) {
      throw dataDirError(dataDir, 'cannot be used', error);
    }
    const level = new ClassicLevel(path, LEVEL_OPTIONS);
    try {
      await level.open();
      return new LevelDatabase(level, directory, await droppedEntries(path));
    } catch (error) {
      await level.close();
      if (await isDamage(error, path, dataDir)) return undefined;
      throw dataDirError(dataDir, 'cannot be used', causeOf(error));
    }
  }

  /** At most `LOADED_PEERS_MAX` peers; foreign and damaged keys and values are passed over. */
  async read(): Promise<ReadResult> {
    const { peers, damaged } = await this.#readPeers();
    const values = new Map<DocumentName, Uint8Array>();
    let isDamaged = damaged;
    for (const name of DOCUMENT_NAMES) {
      const value = await this.#readValue(name);
      if (value === 'damaged') isDamaged = true;
      else if (value !== undefined) values.set(name, value);
    }
    return { peers, values, damaged: isDamaged };
  }

  async #readValue(name: DocumentName): Promise<Uint8Array | undefined | 'damaged'> {
    try {
      return await this.level.get<string, Uint8Array>(name, { valueEncoding: 'view' });
    } catch (error) {
      if (await isDamageOf(this.level.location, error)) return 'damaged';
      throw error;
    }
  }

  async #readPeers(): Promise<PeersRead> {
    const peers = new Map<string, StoredPeer>();
    const entries = this.level.iterator({ gt: PEER_KEY, lt: PEER_KEYS_END });
    try {
      while (peers.size < LOADED_PEERS_MAX) {
        const chunk = await entries.nextv(READ_CHUNK);
        if (chunk.length === 0) break;
        for (const peer of await this.#peersOf(chunk)) peers.set(peer.address.key, peer);
      }
    } catch (error) {
      if (!(await isDamageOf(this.level.location, error))) throw error;
      return { peers: [...peers.values()], damaged: true };
    } finally {
      await entries.close();
    }
    return { peers: [...peers.values()].slice(0, LOADED_PEERS_MAX), damaged: false };
  }

  /** All of it or nothing, on the disk when it resolves (fsync). */
  async write(batch: StateBatch): Promise<void> {
    const operations = [];
    for (const key of batch.forgets) {
      operations.push({ type: 'del' as const, key: peerKey(key) });
      operations.push({ type: 'del' as const, key: recordKey(key) });
    }
    for (const { address, record } of batch.saves) {
      operations.push({ type: 'put' as const, key: peerKey(address.key), value: PEER_VALUE });
      if (record === undefined) continue;
      const value = encodeRecord(record);
      operations.push({ type: 'put' as const, key: recordKey(address.key), value });
    }
    if (batch.document !== undefined) {
      const { name, text } = batch.document;
      operations.push({ type: 'put' as const, key: name, value: text });
    }
    await this.level.batch(operations, { sync: true });
  }

  async close(): Promise<void> {
    await this.level.close();
    this.directory.release();
  }

  async #peersOf(chunk: readonly [string, string][]): Promise<StoredPeer[]> {
    const addresses = [];
    for (const [key, value] of chunk) {
      const address = value === PEER_VALUE ? addressOfPeerKey(key) : undefined;
      if (address !== undefined) addresses.push(address);
    }
    const records = await this.level.getMany(addresses.map(({ key }) => recordKey(key)));
    return addresses.map((address, index) => storedPeer(address, records[index]));
  }
}

/** Opens the database; one that is damaged goes aside first. @returns where to, if so */
export async function openOrReplace(
  path: string,
  dataDir: string,
): Promise<{ database: LevelDatabase; setAsideAs?: string }> {
  const opened = await LevelDatabase.open(path, dataDir);
  if (opened !== 'damaged') return { database: opened };
  return replaceDamaged(path, dataDir);
}

export async function replaceDamaged(
  path: string,
  dataDir: string,
): Promise<{ database: LevelDatabase; setAsideAs: string }> {
  const setAsideAs = await setAside(path).catch((error: unknown) => {
    throw dataDirError(dataDir, 'its damaged database cannot be set aside', error);
  });
  const database = await LevelDatabase.open(path, dataDir);
  if (database === 'damaged') throw dataDirError(dataDir, 'a new database is damaged at once');
  return { database, setAsideAs };
}
