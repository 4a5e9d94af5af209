import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as fc from 'fast-check';
import { createManualTime } from '../../test/fixtures/manual-time.ts';
import { startCronRounds } from './cron-rounds.ts';
import { parseCron, type CronSchedule } from './cron-schedule.ts';

const HOUR_MILLISECONDS = 3_600_000;

function schedule(expression: string): CronSchedule {
  const parsed = parseCron(expression);
  assert.ok(parsed, expression);
  return parsed;
}

/** Hour and minute of this process's time zone. */
function timeOfDay(milliseconds: number): string {
  return new Date(milliseconds).toTimeString().slice(0, 5);
}

test('an expression has five fields and a day that comes', () => {
  for (const wrong of [
    '',
    'daily',
    '0 3 * *',
    '* * * * * *',
    '61 3 * * *',
    '0 24 * * *',
    '0 3 31 2 *',
    '0 3 * * 9',
    '-1 * * * *',
  ]) {
    assert.equal(parseCron(wrong), undefined, wrong);
  }
  for (const right of ['0 3 * * *', '*/15 * * * *', '30 2 1 * 1-5', '0 0 29 2 *', '@daily', '5,35 3-6 * jan-jun sun']) {
    assert.ok(parseCron(right), right);
  }
});

test('the next moment is after the one asked for, at that time of the day, within a day', () => {
  const daily = fc.record({ minute: fc.nat(59), hour: fc.nat(23), from: fc.nat(2_000_000_000_000) });
  fc.assert(
    fc.property(daily, ({ minute, hour, from }) => {
      const next = schedule(`${minute} ${hour} * * *`).nextAfter(from);
      assert.ok(next > from && next <= from + 25 * HOUR_MILLISECONDS);
      const isShifted = new Date(from).getTimezoneOffset() !== new Date(next).getTimezoneOffset();
      if (!isShifted)
        assert.equal(timeOfDay(next), `${String(hour).padStart(2, '0')}:${String(minute).padStart(2, '0')}`);
    }),
    { numRuns: 200 },
  );
});

test('each moment has its round, one at a time, and a failure does not end them', async () => {
  const time = createManualTime();
  const began: number[] = [];
  const failures: unknown[] = [];
  let finish = (): void => undefined;
  const rounds = startCronRounds({
    schedule: schedule('0 * * * *'),
    clock: time.clock,
    timer: time.timer,
    onFailure: (error) => failures.push(error),
    async work() {
      began.push(time.clock.now());
      if (began.length === 1) throw new Error('once');
      if (began.length === 2) await new Promise<void>((resolve) => (finish = resolve));
    },
  });
  await time.advance(2 * HOUR_MILLISECONDS);
  assert.equal(began.length, 2);
  assert.equal(failures.length, 1);
  await time.advance(3 * HOUR_MILLISECONDS);
  assert.equal(began.length, 2, 'a round is still under way');
  finish();
  await time.advance(HOUR_MILLISECONDS);
  assert.equal(began.length, 3);
  for (const at of began) assert.equal(timeOfDay(at).slice(3), '00');
  await rounds.stop();
  await time.advance(5 * HOUR_MILLISECONDS);
  assert.equal(began.length, 3);
  assert.equal(time.pendingTimers, 0);
});

test('a stop calls off the round under way, waits for it, and is no failure', async () => {
  const time = createManualTime();
  const failures: unknown[] = [];
  let isOver = false;
  const rounds = startCronRounds({
    schedule: schedule('0 * * * *'),
    clock: time.clock,
    timer: time.timer,
    onFailure: (error) => failures.push(error),
    async work(signal) {
      await new Promise((resolve) => signal.addEventListener('abort', resolve));
      isOver = true;
      signal.throwIfAborted();
    },
  });
  await time.advance(HOUR_MILLISECONDS);
  await rounds.stop();
  assert.deepEqual([isOver, failures, time.pendingTimers], [true, [], 0]);
});
