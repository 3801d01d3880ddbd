import { HealthIndicatorService } from '@nestjs/terminus';
import { EventLoopIndicator } from './event-loop.indicator.ts';

function indicator() {
  const clock = { nowMs: 0 };
  const tested = new EventLoopIndicator(new HealthIndicatorService(), () => clock.nowMs);
  tested.stop();
  return { clock, tested };
}

it('is up while its timer comes in time', () => {
  const { clock, tested } = indicator();
  for (let second = 1; second <= 5; second += 1) {
    clock.nowMs = second * 1_000 + 20;
    tested.tick();
  }
  expect(tested.check()).toEqual({ event_loop: { status: 'up', lag_ms: 0 } });
});

it('is down while the timer is overdue, and until the next tick after a long block', () => {
  const { clock, tested } = indicator();
  clock.nowMs = 6_000;
  expect(tested.check()).toEqual({ event_loop: { status: 'down', lag_ms: 5_000 } });
  tested.tick();
  expect(tested.check().event_loop?.status).toBe('down');
  clock.nowMs = 7_000;
  tested.tick();
  expect(tested.check()).toEqual({ event_loop: { status: 'up', lag_ms: 0 } });
});
