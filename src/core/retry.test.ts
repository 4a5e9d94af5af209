import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { createRetryBudget, jitteredDelayMilliseconds, RETRY_BUDGET_LIMITS } from './retry.ts';

const backoff = { baseMilliseconds: 200, capMilliseconds: 5000 };

test('a delay lies between nothing and its ceiling, which doubles up to the cap', () => {
  fc.assert(
    fc.property(fc.nat(2000), fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }), (retry, drawn) => {
      const delay = jitteredDelayMilliseconds(retry, backoff, () => drawn);
      assert.ok(delay >= 0 && delay <= Math.min(5000, 200 * 2 ** retry), String(delay));
    }),
  );
  const highest = [0, 1, 2, 3, 10].map((retry) => jitteredDelayMilliseconds(retry, backoff, () => 1));
  assert.deepEqual(highest, [200, 400, 800, 1600, 5000]);
  assert.equal(
    jitteredDelayMilliseconds(3, backoff, () => 0),
    0,
  );
});

test('in a full outage the attempts stay within 1.2 per request', () => {
  let now = 0;
  const budget = createRetryBudget({ clock: { now: () => now } });
  let retries = 0;
  const requests = 3000;
  for (let request = 0; request < requests; request += 1) {
    now += 100;
    budget.recordRequest('voice');
    for (let attempt = 0; attempt < 2 && budget.spend('voice'); attempt += 1) retries += 1;
  }
  const { capacity, floorPerSecond, retriesPerRequest } = RETRY_BUDGET_LIMITS;
  assert.ok(retries <= retriesPerRequest * requests + capacity + floorPerSecond * (now / 1000), `${retries} retries`);
  assert.ok(requests + retries <= 1.2 * requests, `${retries} retries`);
  assert.ok(retries >= retriesPerRequest * requests, `${retries} retries`);
});

test('whatever comes, retries never pass the limit, a clock that goes back gives none, and keys do not share', () => {
  const step = fc.record({
    key: fc.constantFrom('a', 'b'),
    request: fc.boolean(),
    wait: fc.integer({ min: -500, max: 2000 }),
  });
  fc.assert(
    fc.property(fc.array(step, { maxLength: 300 }), (steps) => {
      let now = 1_000_000;
      let passed = 0;
      const budget = createRetryBudget({ clock: { now: () => now } });
      const counts: Record<string, { requests: number; retries: number }> = {};
      for (const { key, request, wait } of steps) {
        now += wait;
        passed += Math.max(0, wait) / 1000;
        const count = (counts[key] ??= { requests: 0, retries: 0 });
        if (request) {
          budget.recordRequest(key);
          count.requests += 1;
        } else if (budget.spend(key)) count.retries += 1;
        assert.ok(count.retries <= 10 + 0.1 * count.requests + 0.05 * passed + 1e-9);
      }
    }),
  );
  const budget = createRetryBudget({ clock: { now: () => 0 } });
  while (budget.spend('a'));
  assert.equal(budget.spend('b'), true);
});
