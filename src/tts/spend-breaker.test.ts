import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { AppError } from '../core/errors.ts';
import { createSpendBreaker, type SpendBreaker, type SpendEntry, type SpendState } from './spend-breaker.ts';

const limits = { hourlyUsd: 1, hourlyUsdPerUser: 0.4 };

function refusal(breaker: SpendBreaker, userId: string, usd: number): AppError | undefined {
  try {
    breaker.reserve(userId, usd);
    return undefined;
  } catch (thrown) {
    assert.ok(thrown instanceof AppError && thrown.kind === 'quota');
    assert.ok(!thrown.message.includes(userId));
    return thrown;
  }
}

test('one user stops at the cap of a user, all users at the cap of all, and an hour later there is room', () => {
  const time = { now: 1_000_000 };
  const breaker = createSpendBreaker({ clock: { now: () => time.now }, limits });
  breaker.reserve('ann', 0.3).settle(0.3);
  assert.match(refusal(breaker, 'ann', 0.2)?.message ?? '', /0\.40 USD in an hour for one user; 0\.3000 USD are spent/);
  time.now += 600_000;
  breaker.reserve('ann', 0.1).settle(0.1);
  breaker.reserve('bob', 0.4).settle(0.4);
  const refused = refusal(breaker, 'eve', 0.3);
  assert.match(refused?.message ?? '', /1\.00 USD in an hour;/);
  assert.equal(refused?.retryAfterSeconds, 3000);
  time.now += 3_000_000;
  assert.equal(refusal(breaker, 'eve', 0.3), undefined);
});

test('what is reserved counts until it is settled or released, only once, and survives a restart', () => {
  const clock = { now: () => 5_000_000 };
  const breaker = createSpendBreaker({ clock, limits });
  const reserved = breaker.reserve('ann', 0.4);
  assert.ok(refusal(breaker, 'ann', 0.1));
  const stored = JSON.parse(JSON.stringify(breaker.snapshot())) as SpendState;
  assert.equal(createSpendBreaker({ clock, limits, restored: stored }).spentUsd('ann'), 0.4);
  reserved.release();
  reserved.settle(9);
  assert.equal(breaker.spentUsd(), 0);
  assert.throws(() => breaker.reserve('ann', Number.NaN), RangeError);
});

test('what is set aside is there for its calls alone, and what they do not need is given back', () => {
  const breaker = createSpendBreaker({ clock: { now: () => 5_000_000 }, limits });
  const account = breaker.setAside('ann', 0.3);
  assert.ok(refusal(breaker, 'ann', 0.2), 'others may not take it');
  account.reserve('ann', 0.1).settle(0.05);
  account.reserve('ann', 0.2);
  assert.ok(Math.abs(breaker.spentUsd('ann') - 0.25) < 1e-9);
  account.reserve('ann', 0.1).release();
  assert.throws(() => account.reserve('ann', 0.2), { kind: 'quota' }, 'beyond it the caps hold');
  account.close();
  assert.throws(() => breaker.setAside('ann', 0.2), { code: 'fallback_spend_limit' });
  breaker.setAside('ann', 0.15).close();
  assert.ok(Math.abs(breaker.spentUsd() - 0.25) < 1e-9);
});

test('whatever comes, no hour and no user passes the cap, and a refusal tells when there is room', () => {
  const step = fc.record({
    user: fc.constantFrom('ann', 'bob', 'eve'),
    cents: fc.integer({ min: 0, max: 30 }),
    paidShare: fc.constantFrom(0, 0.5, 1),
    wait: fc.integer({ min: 0, max: 1_200_000 }),
    restart: fc.boolean(),
  });
  fc.assert(
    fc.property(fc.array(step, { maxLength: 80 }), (steps) => {
      let now = 10_000_000;
      const clock = { now: () => now };
      let breaker = createSpendBreaker({ clock, limits });
      const stored: SpendEntry[] = [];
      const paid: { at: number; user: string; usd: number }[] = [];
      for (const { user, cents, paidShare, wait, restart } of steps) {
        now += wait;
        if (restart) {
          stored.push(...breaker.snapshot().entries);
          breaker = createSpendBreaker({ clock, limits, restored: { entries: stored } });
        }
        let reserved;
        try {
          reserved = breaker.reserve(user, cents / 100);
        } catch (thrown) {
          assert.ok(thrown instanceof AppError);
          assert.ok(thrown.retryAfterSeconds! > 0 && thrown.retryAfterSeconds! <= 3600);
          continue;
        }
        const usd = (cents / 100) * paidShare;
        reserved.settle(usd);
        paid.push({ at: now, user, usd });
        const recent = paid.filter(({ at }) => at > now - 3_600_000);
        const sum = (of: typeof recent): number => of.reduce((all, one) => all + one.usd, 0);
        assert.ok(sum(recent) <= limits.hourlyUsd + 1e-9);
        assert.ok(sum(recent.filter((one) => one.user === user)) <= limits.hourlyUsdPerUser + 1e-9);
      }
    }),
  );
});
