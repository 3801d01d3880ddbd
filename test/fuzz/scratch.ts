import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** In memory where there is such a place: to cut a file short costs a disk a thousandth of a second. */
const PARENT = existsSync('/dev/shm') ? '/dev/shm' : tmpdir();

/** For decoders that take the path of a file: gone at the end of the run. */
const SCRATCH = mkdtempSync(join(PARENT, 'vision-fuzz-'));
afterAll(() => rmSync(SCRATCH, { recursive: true, force: true }));

export const scratchPath = (name: string): string => join(SCRATCH, name);
