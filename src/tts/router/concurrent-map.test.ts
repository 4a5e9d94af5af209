import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { mapConcurrently } from './concurrent-map.ts';

async function turns(count: number): Promise<void> {
  for (let turn = 0; turn < count; turn += 1) await new Promise(setImmediate);
}

test('results keep the order of the items, and no more than the limit run at once', async () => {
  const waits = fc.array(fc.nat(4), { maxLength: 12 });
  await fc.assert(
    fc.asyncProperty(waits, fc.integer({ min: 1, max: 5 }), async (items, limit) => {
      let running = 0;
      let most = 0;
      const signal = new AbortController().signal;
      const results = await mapConcurrently(items, { limit, signal }, async (wait, index) => {
        running += 1;
        most = Math.max(most, running);
        await turns(wait);
        running -= 1;
        return `${index}:${wait}`;
      });
      assert.deepEqual(
        results,
        items.map((wait, index) => `${index}:${wait}`),
      );
      assert.ok(most <= limit);
    }),
    { numRuns: 50 },
  );
});

test('a failure stops the others, begins nothing more, and is thrown only when all have ended', async () => {
  const begun: number[] = [];
  const ended: number[] = [];
  const work = mapConcurrently(
    [0, 1, 2, 3, 4],
    { limit: 3, signal: new AbortController().signal },
    async (item, _, signal) => {
      begun.push(item);
      await turns(item === 1 ? 1 : 3);
      ended.push(item);
      if (item === 1) throw new Error('the first failure');
      signal.throwIfAborted();
    },
  );
  await assert.rejects(work, /the first failure/);
  assert.deepEqual(begun, [0, 1, 2]);
  assert.deepEqual(
    ended.toSorted((a, b) => a - b),
    [0, 1, 2],
  );

  let seen: AbortSignal | undefined;
  const other = mapConcurrently([0, 1], { limit: 2, signal: new AbortController().signal }, async (item, _, signal) => {
    if (item === 1) throw new Error('stop');
    seen = signal;
    await turns(3);
  });
  await assert.rejects(other, /stop/);
  assert.equal(seen?.aborted, true);
});

test('a limit that is no limit is refused', async () => {
  const signal = new AbortController().signal;
  for (const limit of [0, -1, 1.5, Number.NaN]) {
    await assert.rejects(
      mapConcurrently([1], { limit, signal }, async () => 1),
      RangeError,
    );
  }
});
