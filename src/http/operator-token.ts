import { hash, timingSafeEqual } from 'node:crypto';
import { constants } from 'node:fs';
import { open } from 'node:fs/promises';
import { NAMED_FILE_LIMITS } from '../core/support/surface-limits.ts';
import { shownPath } from '../support/masked-text.ts';
import { tokenOfText } from '../support/token-text.ts';
import { VisionError } from '../support/vision-error.ts';

const { tokenBytesMax } = NAMED_FILE_LIMITS;
/** The open of a pipe without a writer would never return. */
const READ_AT_ONCE = constants.O_RDONLY | constants.O_NONBLOCK;

export type TokenVerdict = 'right' | 'wrong' | 'unreadable';

/**
 * Goal: only who knows the content of a file may change the node. Adversary: guesses, and measures how
 * long an answer takes. Mechanism: the file is read for every check, so a rotated secret counts at once
 * and a lost one lets nobody in; digests of equal length are compared in constant time. Bound and cost:
 * one read of 4 KiB per check; the caller limits their rate.
 */
export class OperatorToken {
  private constructor(private readonly path: string) {}

  /** @throws VisionError VN_ERR_CONFIG when there is no token in the file */
  static async at(path: string): Promise<OperatorToken> {
    const token = new OperatorToken(path);
    if ((await token.read()) !== undefined) return token;
    throw new VisionError(
      'VN_ERR_CONFIG',
      `http.ops_token_file: ${shownPath(path)} holds no token`,
      `write 1 to ${tokenBytesMax} visible ASCII characters into it, readable for this process`,
    );
  }

  async check(candidate: string): Promise<TokenVerdict> {
    const token = await this.read();
    if (token === undefined) return 'unreadable';
    return timingSafeEqual(digest(candidate), digest(token)) ? 'right' : 'wrong';
  }

  private async read(): Promise<string | undefined> {
    const bytes = await readBegin(this.path);
    if (bytes === undefined || bytes.length > tokenBytesMax) return undefined;
    return tokenOfText(bytes.toString('latin1'));
  }
}

async function readBegin(path: string): Promise<Buffer | undefined> {
  try {
    const file = await open(path, READ_AT_ONCE);
    try {
      if (!(await file.stat()).isFile()) return undefined;
      const { buffer, bytesRead } = await file.read(Buffer.alloc(tokenBytesMax + 1));
      return buffer.subarray(0, bytesRead);
    } finally {
      await file.close();
    }
  } catch (error) {
    // Missing, a directory, not ours to read: in each case there is no token.
    if (typeof Object(error).code === 'string') return undefined;
    throw error;
  }
}

function digest(text: string): Buffer {
  return hash('sha256', text, 'buffer');
}
