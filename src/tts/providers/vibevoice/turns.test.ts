import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { Turns } from './turns.ts';

test('callers of one key take turns in order; other keys do not wait; failures and aborts hold nobody up', async () => {
  const caller = fc.record({ key: fc.constantFrom('a', 'b'), fails: fc.boolean(), aborts: fc.boolean() });
  await fc.assert(
    fc.asyncProperty(fc.array(caller, { maxLength: 8 }), async (callers) => {
      const turns = new Turns();
      const active = new Map<string, number>();
      const served: Record<string, number[]> = { a: [], b: [] };
      const work = callers.map(async ({ key, fails, aborts }, index) => {
        const controller = new AbortController();
        const turn = turns.run(key, controller.signal, async () => {
          assert.equal(active.get(key) ?? 0, 0, 'two at once');
          active.set(key, 1);
          served[key]?.push(index);
          await new Promise(setImmediate);
          active.set(key, 0);
          if (fails) throw new Error('failed');
        });
        if (aborts) controller.abort(new Error('aborted'));
        await turn.catch((error: Error) => assert.match(error.message, /^(failed|aborted)$/));
      });
      await Promise.all(work);
      for (const list of Object.values(served))
        assert.deepEqual(
          list,
          list.toSorted((a, b) => a - b),
        );
      const patient = callers.flatMap(({ aborts }, index) => (aborts ? [] : [index]));
      const all = new Set(Object.values(served).flat());
      assert.ok(patient.every((index) => all.has(index)));
    }),
    { numRuns: 50 },
  );
});
