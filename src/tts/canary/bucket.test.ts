import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { canaryBucket, isCanaryUser } from './bucket.ts';

describe('the bucket of a user', () => {
  it('gives 5, 25 and 100 % of 100,000 users within 0.3 percentage points, and 0 % nobody', () => {
    const users = Array.from({ length: 100_000 }, (_, index) => `user-${index}@example.com`);
    for (const percent of [0, 5, 25, 100]) {
      const share = (100 * users.filter((user) => isCanaryUser('rollout', user, percent)).length) / users.length;
      assert.ok(Math.abs(share - percent) <= 0.3, `${percent} % came out as ${share} %`);
      if (percent === 0 || percent === 100) assert.equal(share, percent);
    }
  });

  it('keeps every user in when the percentage grows', () => {
    const percent = fc.double({ min: 0, max: 100, noNaN: true });
    fc.assert(
      fc.property(fc.string(), fc.string(), percent, percent, (salt, userId, one, other) => {
        const smaller = Math.min(one, other);
        const larger = Math.max(one, other);
        return !isCanaryUser(salt, userId, smaller) || isCanaryUser(salt, userId, larger);
      }),
      { numRuns: 1_000 },
    );
  });

  it('deals the users anew for another salt, and never mixes salt and user', () => {
    const users = Array.from({ length: 2_000 }, (_, index) => `user-${index}`);
    const both = users.filter((user) => isCanaryUser('a', user, 25) && isCanaryUser('b', user, 25)).length;
    assert.ok(both > 80 && both < 175, `${both} of 2,000 users are in both; independent deals give 125`);
    assert.notEqual(canaryBucket('a', ':b'), canaryBucket('a:', 'b'));
  });
});
