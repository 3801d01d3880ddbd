import { millis } from '../support/brand.ts';
import { SavePace } from './save-pace.ts';

const limits = { bytesPerSecond: 100, burstBytes: 1_000, urgentIntervalMs: 1_000 };

/** Changes every `stepMs` for a minute. @returns when it was saved */
function savesOf(bytes: number, stepMs: number, isUrgent = false): number[] {
  const pace = new SavePace(limits);
  const saves: number[] = [];
  for (let now = 0; now < 60_000; now += 10) {
    if (now % stepMs === 0) pace.changed(millis(now), isUrgent);
    if (pace.dueAt === undefined || pace.dueAt > now) continue;
    pace.saved(millis(now), bytes);
    saves.push(now);
  }
  return saves;
}

it('has nothing to do without a change', () => {
  expect(new SavePace(limits).dueAt).toBeUndefined();
});

it('saves what is short at once', () => {
  expect(savesOf(10, 1_000)).toHaveLength(60);
});

it('saves what is long at the rate, the last change included', () => {
  expect(savesOf(3_000, 10)).toEqual([0, 20_000, 50_000]);
  const pace = new SavePace(limits);
  pace.saved(millis(0), 3_000);
  pace.changed(millis(10), false);
  expect(pace.dueAt).toBe(20_000);
});

it('saves an urgent change within a second, which is no debt of later ones', () => {
  expect(savesOf(3_000, 10, true)).toHaveLength(60);
  const pace = new SavePace(limits);
  for (let now = 0; now < 60_000; now += 1_000) pace.saved(millis(now), 3_000);
  pace.changed(millis(60_000), false);
  pace.changed(millis(60_010), true);
  expect(pace.dueAt).toBe(60_010);
  pace.saved(millis(60_010), 3_000);
  pace.changed(millis(60_020), false);
  expect(pace.dueAt).toBe(90_010);
  pace.changed(millis(60_030), true);
  expect(pace.dueAt).toBe(61_010);
});
