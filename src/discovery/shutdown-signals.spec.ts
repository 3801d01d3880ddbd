import { ShutdownSignals } from './shutdown-signals.ts';

function signals() {
  const seen = { nowMs: 1_000, exits: 0 };
  const tested = new ShutdownSignals(
    () => (seen.exits += 1),
    () => seen.nowMs,
  );
  return { seen, tested };
}

it('remembers the first signal and lets the process end in its own time', () => {
  const { seen, tested } = signals();
  expect(tested.received).toBeUndefined();
  tested.onSignal('SIGINT');
  expect(tested.received).toBe('SIGINT');
  expect(seen.exits).toBe(0);
});

it('ends at once on a second signal, but not on the echo of one key press', () => {
  const { seen, tested } = signals();
  tested.onSignal('SIGINT');
  seen.nowMs += 20;
  tested.onSignal('SIGINT');
  expect(seen.exits).toBe(0);
  seen.nowMs += 500;
  tested.onSignal('SIGTERM');
  expect(seen.exits).toBe(1);
});

it('listens to the process only between listen and stop', () => {
  const { tested } = signals();
  const before = process.listenerCount('SIGTERM');
  tested.listen();
  expect(process.listenerCount('SIGTERM')).toBe(before + 1);
  tested.stop();
  expect(process.listenerCount('SIGTERM')).toBe(before);
});
