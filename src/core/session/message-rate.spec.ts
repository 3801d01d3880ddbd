import { millis } from '../support/brand.ts';
import { DEFAULT_LIMITS } from '../support/limits.ts';
import { MessageRate } from './message-rate.ts';

/** Counts messages until a pause begins. @returns how many were counted */
function flood(rate: MessageRate, now: number): number {
  let counted = 1;
  while (rate.count(millis(now))) counted += 1;
  return counted;
}

describe('MessageRate', () => {
  it('pauses at the end of the burst, and for a moment only', () => {
    const rate = new MessageRate(DEFAULT_LIMITS, millis(0));
    expect(rate.isPaused).toBe(false);
    expect(flood(rate, 0)).toBe(DEFAULT_LIMITS.messageBurst);
    expect(rate.isPaused).toBe(true);
    const at = rate.resumeAt as number;
    expect(at).toBeLessThanOrEqual(1_000);
    expect(rate.resume(millis(at))).toBe(true);
    expect(rate.isPaused).toBe(false);
    expect(rate.resumeAt).toBeUndefined();
  });

  it('lets through what the rate allows, pauses or not', () => {
    const rate = new MessageRate(DEFAULT_LIMITS, millis(0));
    let counted = 0;
    let now = 0;
    while (now < 5_000) {
      counted += flood(rate, now);
      now = rate.resumeAt as number;
      rate.resume(millis(now));
    }
    const { messageBurst, messagesPerSecond } = DEFAULT_LIMITS;
    expect(counted).toBeLessThanOrEqual(messageBurst + (messagesPerSecond * now) / 1_000);
  });

  it('loses patience after 10 s of pauses in all', () => {
    const rate = new MessageRate(DEFAULT_LIMITS, millis(0));
    let now = 0;
    let mayStay = true;
    while (mayStay) {
      flood(rate, now);
      now = rate.resumeAt as number;
      mayStay = rate.resume(millis(now));
    }
    expect(now).toBe(DEFAULT_LIMITS.messagePauseMaxMs);
  });

  it('forgets its pauses when the peer has been quiet', () => {
    const rate = new MessageRate(DEFAULT_LIMITS, millis(0));
    let now = 0;
    for (let round = 0; round < 60; round += 1) {
      flood(rate, now);
      expect(rate.resume(millis(rate.resumeAt as number))).toBe(true);
      now += 5_000;
    }
  });
});
