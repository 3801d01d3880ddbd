import { millis } from '../support/brand.ts';
import { CalmWait } from './calm-wait.ts';

describe('a wait for a quiet moment', () => {
  it('is none before anything happened', () => {
    expect(new CalmWait(500, 5_000).calmAt).toBe(0);
  });

  it('ends when nothing has happened for long enough', () => {
    const wait = new CalmWait(500, 5_000);
    wait.busy(millis(1_000));
    expect(wait.calmAt).toBe(1_500);
    wait.busy(millis(1_499));
    expect(wait.calmAt).toBe(1_999);
  });

  it('ends in the end, whatever happens, and begins anew after that', () => {
    const wait = new CalmWait(500, 5_000);
    for (let now = 1_000; now < 6_000; now += 100) wait.busy(millis(now));
    expect(wait.calmAt).toBe(6_000);
    wait.busy(millis(6_100));
    expect(wait.calmAt).toBe(6_600);
  });
});
