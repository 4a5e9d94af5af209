import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { AppError } from '../core/errors.ts';
import { NO_CAPS } from '../jobs/cost-caps.ts';
import { createCostDoor } from './cost-door.ts';

const MIDNIGHT = Date.UTC(2026, 0, 2);
const HOUR_MILLISECONDS = 3_600_000;
const cents = fc.integer({ min: 0, max: 400 });

test('an estimate passes exactly when it fits into a video, into a day, and into what is left of today', async () => {
  const caps = fc.record({ video: fc.option(cents), day: fc.option(cents) });
  const later = fc.constantFrom(null, HOUR_MILLISECONDS, 30 * HOUR_MILLISECONDS);
  await fc.assert(
    fc.asyncProperty(
      caps,
      cents,
      cents,
      later,
      fc.integer({ min: 1, max: 86_400 }),
      async (cap, spent, cost, delay, left) => {
        const now = MIDNIGHT - left * 1000;
        const runAt = delay === null ? null : now + delay;
        const door = createCostDoor({
          caps: {
            perVideoUsd: cap.video === null ? null : cap.video / 100,
            perDayUsd: cap.day === null ? null : cap.day / 100,
          },
          store: {
            async heldUsd({ from, to }) {
              assert.deepEqual([from, to], [MIDNIGHT - 24 * HOUR_MILLISECONDS, MIDNIGHT]);
              return spent / 100;
            },
          },
          clock: { now: () => now },
        });
        const refusal = await door({ costUsd: cost / 100, runAt }).then(
          () => undefined,
          (error: AppError) => error,
        );
        const isToday = runAt === null || runAt < MIDNIGHT;
        const due =
          cost === 0
            ? undefined
            : cost > (cap.video ?? Infinity) || cost > (cap.day ?? Infinity)
              ? 'cost_above_limit'
              : isToday && spent + cost > (cap.day ?? Infinity)
                ? 'daily_budget_spent'
                : undefined;
        assert.equal(refusal?.code, due);
        assert.equal(refusal?.retryAfterSeconds, due === 'daily_budget_spent' ? left : undefined);
        if (refusal !== undefined) assert.equal(refusal.kind, 'over_budget');
      },
    ),
  );
});

test('without a cap nobody asks the journal', async () => {
  const heldUsd = async (): Promise<number> => assert.fail('it was asked');
  const door = createCostDoor({ caps: NO_CAPS, store: { heldUsd }, clock: { now: () => MIDNIGHT } });
  await door({ costUsd: 1e6, runAt: null });
});
