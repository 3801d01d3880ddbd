import { setTimeout as delay } from 'node:timers/promises';
import { SurfaceOfEachTest } from '../support/surface-of-each-test.ts';

jest.setTimeout(20_000);

const each = new SurfaceOfEachTest();

async function lag(which: string, url = each.surface.operationsUrl): Promise<number> {
  const text = await (await fetch(`${url}/metrics`)).text();
  const value = new RegExp(`^nodejs_eventloop_lag_${which}_seconds (\\S+)$`, 'm').exec(text)?.[1];
  return Number(value);
}

it.each([300, 1_200])(
  'shows a block of %d ms for a second, to each who asks',
  async (blockedMs) => {
    await delay(200);
    const until = performance.now() + blockedMs;
    while (performance.now() < until);
    let shown = 0;
    for (let i = 0; i < 50; i += 1) {
      await lag('max', each.surface.publicUrl);
      if ((await lag('max')) >= (blockedMs - 20) / 1_000) shown += 1;
      await delay(40);
    }
    expect(shown).toBeGreaterThanOrEqual(5);
  },
);

it('has been watching since before the first question', async () => {
  await delay(1_500);
  expect(await lag('p99')).toBeGreaterThan(0);
  expect(await lag('min')).toBeLessThanOrEqual(await lag('max'));
});
