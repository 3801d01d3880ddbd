import { join } from 'node:path';

import type {
  PeerStore,
  StoreChange,
  StoredState,
  StoreHealth,
} from '../runtime/ports/peer-store.ts';
import { dataDirError, systemCode } from './data-directory.ts';
import { documentsOf } from './document-entries.ts';
import type { StateBatch } from './latest-state.ts';
import { causeOf } from './level-damage.ts';
import { type LevelDatabase, openOrReplace, replaceDamaged } from './level-database.ts';
import { WriteBehind } from './write-behind.ts';

export interface FilePeerStoreOptions {
  /** Made when missing. */
  readonly dataDir: string;
  /** One sentence for the operator, for instance that a damaged database was set aside. */
  readonly warn?: (sentence: string) => void;
  /** Nothing can be written (with the reason), or it can again (without). */
  readonly onAvailability?: (fault: string | undefined) => void;
}

/**
 * The database has a directory of its own in the data directory, so that it can be renamed as a whole
 * when it is damaged while the node's key, which lies beside it, stays where it is.
 */
const DATABASE_DIRECTORY = 'peers';

const WRITE_OPTIONS = { batchPeersMax: 1_000, retryMinMs: 250, retryMaxMs: 5_000 };

class FilePeerStore implements PeerStore {
  readonly kind = 'file';
  readonly #path: string;
  readonly #writes: WriteBehind;
  /** After a failed write LevelDB refuses all others until it is opened anew. */
  #database: LevelDatabase | undefined;
  #wasOpen = false;
  #closing: Promise<void> | undefined;

  private readonly dataDir: string;
  private readonly warn: (sentence: string) => void;

  constructor({ dataDir, warn = () => {}, onAvailability }: FilePeerStoreOptions) {
    this.dataDir = dataDir;
    this.warn = warn;
    this.#path = join(dataDir, DATABASE_DIRECTORY);
    this.#writes = new WriteBehind({
      ...WRITE_OPTIONS,
      warn,
      onAvailability,
      write: (batch) => this.#write(batch),
      describeFault: (error) =>
        `the data directory cannot be written: ${systemCode(causeOf(error)) ?? 'unknown'}`,
    });
  }

  async open(): Promise<this> {
    await this.#opened();
    return this;
  }

  async load(): Promise<StoredState> {
    const database = await this.#opened();
    const { peers, values, damaged } = await database.read().catch((error: unknown) => {
      throw dataDirError(this.dataDir, 'its database cannot be read', error);
    });
    const documents = documentsOf((name) => values.get(name), this.warn);
    this.#writes.state.addLoaded({ peers, documents });
    if (damaged) await this.#replace(database, peers.length);
    return { peers, documents };
  }

  apply(changes: readonly StoreChange[]): void {
    this.#writes.apply(changes);
  }

  health(): StoreHealth {
    return this.#writes.health();
  }

  onWrite(listener: (seconds: number) => void): void {
    this.#writes.onWrite(listener);
  }

  close(): Promise<void> {
    this.#closing ??= this.#writes.close().then(() => this.#closeDatabase());
    return this.#closing;
  }

  async #write(batch: StateBatch): Promise<void> {
    const database = await this.#opened();
    try {
      await database.write(batch);
    } catch (error) {
      await this.#closeDatabase();
      throw error;
    }
  }

  async #opened(): Promise<LevelDatabase> {
    if (this.#database !== undefined) return this.#database;
    const { database, setAsideAs } = await openOrReplace(this.#path, this.dataDir);
    this.#database = database;
    if (database.lostEntries)
      this.warn('Part of the peer database was damaged: its peers are lost');
    if (setAsideAs !== undefined) {
      this.warn(`The peer database was damaged: set aside as ${setAsideAs}, starting a new one`);
    }
    // What is on the disk after a failure is not known: it gets all that this process knows.
    if (this.#wasOpen) this.#writes.state.rewriteAll();
    this.#wasOpen = true;
    return database;
  }

  /** Keeps what could be read of a database that failed on the way. */
  async #replace(damaged: LevelDatabase, peersRead: number): Promise<void> {
    await damaged.close();
    this.#database = undefined;
    const { database, setAsideAs } = await replaceDamaged(this.#path, this.dataDir);
    this.#database = database;
    this.warn(
      `The peer database was damaged: set aside as ${setAsideAs}, ${peersRead} peers were kept`,
    );
    this.#writes.state.rewriteAll();
    this.#writes.wake();
  }

  async #closeDatabase(): Promise<void> {
    const database = this.#database;
    this.#database = undefined;
    await database?.close();
  }
}

/**
 * Peers and documents in a LevelDB below `dataDir`, which belongs to this process alone until `close()`.
 * @throws VisionError VN_ERR_DATA_DIR when another process uses the directory, or it cannot be used.
 */
export function openFilePeerStore(options: FilePeerStoreOptions): Promise<PeerStore> {
  return new FilePeerStore(options).open();
}
