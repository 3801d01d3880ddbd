/** How often each address was dialled in the present minute; bounded by the dials of a minute. */
export class DialFrequency {
  private readonly counts = new Map<string, number>();
  private minute = 0;

  /** One more dial. @returns how many that makes in this minute */
  count(endpoint: string, nowMs: number): number {
    const minute = Math.floor(nowMs / 60_000);
    if (minute !== this.minute) this.counts.clear();
    this.minute = minute;
    const count = (this.counts.get(endpoint) ?? 0) + 1;
    this.counts.set(endpoint, count);
    return count;
  }
}
