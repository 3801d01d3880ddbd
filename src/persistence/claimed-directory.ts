import { realpath } from 'node:fs/promises';

import { dataDirError } from './data-directory.ts';

const claimed = new Set<string>();

/**
 * A database directory that this process has, once. LevelDB's lock keeps only other processes out: a
 * second open in the same one takes that lock away from the first although it is refused, and by
 * another path it is not even refused.
 */
export class ClaimedDirectory {
  private constructor(private readonly path: string) {}

  /** @throws VisionError VN_ERR_DATA_DIR when this process has it already, or it is not there. */
  static async of(path: string, dataDir: string): Promise<ClaimedDirectory> {
    const real = await realpath(path).catch((error: unknown) => {
      throw dataDirError(dataDir, 'cannot be used', error);
    });
    if (claimed.has(real)) throw dataDirError(dataDir, 'is in use by this very process');
    claimed.add(real);
    return new ClaimedDirectory(real);
  }

  release(): void {
    claimed.delete(this.path);
  }
}
