import { ShutdownSignals } from './shutdown-signals.ts';

function signals() {
  const seen = { nowMs: 1_000, exits: [] as number[] };
  const tested = new ShutdownSignals(
    (exitCode) => void seen.exits.push(exitCode),
    () => seen.nowMs,
  );
  return { seen, tested };
}

it('remembers the first signal and lets the process end in its own time', () => {
  const { seen, tested } = signals();
  expect(tested.received).toBeUndefined();
  tested.onSignal('SIGINT');
  expect(tested.received).toBe('SIGINT');
  expect(seen.exits).toEqual([]);
  tested.stop();
});

describe('a start that has not come to its end', () => {
  beforeEach(() => void jest.useFakeTimers());
  afterEach(() => void jest.useRealTimers());

  it('is given up within ten seconds of the signal', () => {
    const { seen, tested } = signals();
    jest.advanceTimersByTime(60_000);
    tested.onSignal('SIGTERM');
    jest.advanceTimersByTime(7_999);
    expect(seen.exits).toEqual([]);
    jest.advanceTimersByTime(1);
    expect(seen.exits).toEqual([0]);
  });

  it('is not given up when it ends or fails meanwhile', () => {
    for (const end of ['started', 'stop'] as const) {
      const { seen, tested } = signals();
      tested.onSignal('SIGTERM');
      tested[end]();
      jest.advanceTimersByTime(60_000);
      expect(seen.exits).toEqual([]);
    }
  });
});

it('leaves the time to who obeys the signals after the start', () => {
  jest.useFakeTimers();
  const { seen, tested } = signals();
  tested.started();
  tested.onSignal('SIGTERM');
  jest.advanceTimersByTime(60_000);
  jest.useRealTimers();
  expect(seen.exits).toEqual([]);
});

it('ends at once on a second signal, but not on the echo of one key press', () => {
  const { seen, tested } = signals();
  tested.onSignal('SIGINT');
  seen.nowMs += 20;
  tested.onSignal('SIGINT');
  expect(seen.exits).toEqual([]);
  seen.nowMs += 500;
  tested.onSignal('SIGTERM');
  expect(seen.exits).toEqual([1]);
  tested.stop();
});

it('listens to the process only between listen and stop', () => {
  const { tested } = signals();
  const before = process.listenerCount('SIGTERM');
  tested.listen();
  expect(process.listenerCount('SIGTERM')).toBe(before + 1);
  tested.stop();
  expect(process.listenerCount('SIGTERM')).toBe(before);
});
