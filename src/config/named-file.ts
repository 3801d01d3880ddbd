import { readFileSync, statSync } from 'node:fs';
import type { ConfigFault } from './config-fault.ts';
import type { MergedValues } from './merged-values.ts';

/** Why a file is of no use, in words that show nothing of it. */
interface Unusable {
  readonly got: string;
}

/** The whole of a file that a value names, byte for character. A pipe is not opened: that might never return. */
export function readNamedFile(path: string, bytesMax: number): string | Unusable {
  try {
    const stat = statSync(path);
    if (!stat.isFile()) return { got: 'no regular file' };
    if (stat.size > bytesMax) return { got: `${stat.size} bytes` };
    return readFileSync(path, 'latin1');
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? 'unreadable';
    return { got: code === 'ENOENT' ? 'no such file' : code };
  }
}

export function namedFileFault(
  values: MergedValues,
  key: string,
  fault: Pick<ConfigFault, 'expected' | 'got'>,
): ConfigFault {
  return { source: values.sourceOf(key).name, key, ...fault };
}
