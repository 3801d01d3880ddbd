type Truthy<T> = Exclude<T, false | '' | 0 | null | undefined>;

export interface Patience {
  readonly withinMs: number;
  /** For the failure's message. */
  readonly what: string;
  readonly everyMs?: number;
}

/**
 * The first truthy answer of `probe`, asked again and again until a deadline; a probe that throws has
 * no answer yet.
 * @throws Error that says what was waited for, and how the probe failed last
 */
export async function eventually<T>(
  probe: () => T | Promise<T>,
  { withinMs, what, everyMs = 20 }: Patience,
): Promise<Truthy<T>> {
  const deadline = performance.now() + withinMs;
  let last: unknown = 'no answer';
  do {
    try {
      const answer = await probe();
      if (answer) return answer as Truthy<T>;
    } catch (error) {
      last = error;
    }
    await new Promise((resolve) => {
      setTimeout(resolve, everyMs);
    });
  } while (performance.now() < deadline);
  throw new Error(`not within ${withinMs} ms: ${what} (${String(last)})`);
}
