import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { SerialQueue } from './serial-queue.ts';

const NEVER = new AbortController().signal;

test('tasks run one at a time in their order, and a failed one stops nothing', async () => {
  const queue = new SerialQueue();
  const log: string[] = [];
  const task =
    (name: string, fails = false) =>
    async () => {
      log.push(`${name} starts`);
      await new Promise((resolve) => setImmediate(resolve));
      log.push(`${name} ends`);
      if (fails) throw new Error(name);
      return name;
    };
  const results = await Promise.allSettled([
    queue.run(task('a'), NEVER),
    queue.run(task('b', true), NEVER),
    queue.run(task('c'), NEVER),
  ]);
  assert.deepEqual(log, ['a starts', 'a ends', 'b starts', 'b ends', 'c starts', 'c ends']);
  assert.deepEqual(
    results.map(({ status }) => status),
    ['fulfilled', 'rejected', 'fulfilled'],
  );
});

test('a task whose signal aborts while it waits rejects at once and never starts', async () => {
  const queue = new SerialQueue();
  const first = Promise.withResolvers<void>();
  const running = queue.run(() => first.promise, NEVER);
  const controller = new AbortController();
  let started = false;
  const waiting = queue.run(async () => {
    started = true;
  }, controller.signal);
  controller.abort(new Error('changed my mind'));
  await assert.rejects(waiting, /changed my mind/);
  await assert.rejects(
    queue.run(async () => {}, AbortSignal.abort(new Error('too late'))),
    /too late/,
  );
  first.resolve();
  await running;
  await queue.run(async () => {}, NEVER);
  assert.equal(started, false);
});

test('whatever fails or is aborted, never two at once, in order, and nobody patient is left out', async () => {
  const caller = fc.record({ fails: fc.boolean(), aborts: fc.boolean() });
  await fc.assert(
    fc.asyncProperty(fc.array(caller, { maxLength: 8 }), async (callers) => {
      const queue = new SerialQueue();
      const served: number[] = [];
      let active = 0;
      const work = callers.map(async ({ fails, aborts }, index) => {
        const controller = new AbortController();
        const turn = queue.run(async () => {
          active += 1;
          assert.equal(active, 1, 'two at once');
          served.push(index);
          await new Promise(setImmediate);
          active -= 1;
          if (fails) throw new Error('failed');
        }, controller.signal);
        if (aborts) controller.abort(new Error('aborted'));
        await turn.catch((error: Error) => assert.match(error.message, /^(failed|aborted)$/));
      });
      await Promise.all(work);
      assert.deepEqual(
        served,
        served.toSorted((a, b) => a - b),
      );
      assert.ok(callers.every(({ aborts }, index) => aborts || served.includes(index)));
    }),
    { numRuns: 50 },
  );
});
