import { millis } from '../support/brand.ts';
import { DEFAULT_LIMITS } from '../support/limits.ts';
import { MessageRate } from './message-rate.ts';

const { messageBurst, messagesPerSecond, messageCredit, messagePauseMaxMs } = DEFAULT_LIMITS;

/** Counts messages until a pause begins. @returns how many were counted */
function flood(rate: MessageRate, now: number): number {
  let counted = 1;
  while (rate.count(millis(now))) counted += 1;
  return counted;
}

describe('MessageRate', () => {
  it('pauses at the first message beyond the burst, and for a moment only', () => {
    const rate = new MessageRate(DEFAULT_LIMITS, millis(0));
    expect(rate.isPaused).toBe(false);
    expect(flood(rate, 0)).toBe(messageBurst + 1);
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
    const allowed = messageBurst + (messagesPerSecond * now) / 1_000;
    expect(counted).toBeLessThanOrEqual(allowed + messageCredit + 1);
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
    expect(now).toBe(messagePauseMaxMs);
  });

  it.each([0, 0.4, 30, 150])(
    'closes nobody who sends at the rate, though the burst was read %d ms late',
    (lateMs) => {
      const rate = new MessageRate(DEFAULT_LIMITS, millis(0));
      for (let i = 0; i < messageBurst; i += 1) rate.count(millis(lateMs));
      let mayStay = true;
      let read = 0;
      let pauses = 0;
      for (let now = Math.ceil(lateMs); now < 60_000; now += 1) {
        if (rate.resumeAt !== undefined && now >= rate.resumeAt)
          mayStay &&= rate.resume(millis(now));
        const sent = Math.floor((now * messagesPerSecond) / 1_000);
        for (; read < sent && !rate.isPaused; read += 1) {
          if (!rate.count(millis(now))) pauses += 1;
        }
      }
      expect(mayStay).toBe(true);
      expect(pauses).toBeLessThanOrEqual(1);
    },
  );

  it('closes who sends a little faster than the rate', () => {
    const rate = new MessageRate(DEFAULT_LIMITS, millis(0));
    let waiting = 0;
    let mayStay = true;
    let now = 0;
    for (; mayStay && now < 60_000; now += 10) {
      waiting += (1.2 * messagesPerSecond) / 100;
      if (rate.resumeAt !== undefined && now >= rate.resumeAt) mayStay = rate.resume(millis(now));
      for (; waiting >= 1 && !rate.isPaused; waiting -= 1) rate.count(millis(now));
    }
    expect(mayStay).toBe(false);
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
