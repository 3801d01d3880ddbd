import { setTimeout as pause } from 'node:timers/promises';

const BETWEEN_LOOKS_MS = 250;

export interface Waiting {
  readonly what: string;
  readonly seconds: number;
}

/**
 * Looks again and again until `fault` finds nothing wrong.
 * @param fault says in words what is still wrong; undefined when the condition holds
 * @returns seconds that it took; rejects with the last fault when the time is over
 */
export async function until(
  waiting: Waiting,
  fault: () => Promise<string | undefined>,
): Promise<number> {
  const startedAt = performance.now();
  const elapsed = (): number => (performance.now() - startedAt) / 1_000;
  for (;;) {
    const found = await fault().catch((error: unknown) => String(error));
    if (found === undefined) return elapsed();
    if (elapsed() > waiting.seconds) {
      throw new Error(`${waiting.what}: not within ${waiting.seconds} s; ${found}`);
    }
    await pause(BETWEEN_LOOKS_MS);
  }
}

/** A figure for who reads the run. */
export function tell(line: string): void {
  process.stdout.write(`      ${line}\n`);
}
