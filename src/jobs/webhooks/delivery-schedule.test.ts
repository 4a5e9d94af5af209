import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import * as fc from 'fast-check';
import { ATTEMPT_DELAYS_SECONDS, nextDelayMilliseconds, readRetryAfterMilliseconds } from './delivery-schedule.ts';

const NOW = Date.UTC(2026, 0, 1);

describe('when a webhook is attempted again', () => {
  it('ten times over three days, each within a fifth of its time, later only when the receiver asked for it', () => {
    const fraction = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true });
    const retryAfter = fc.oneof(fc.constant(0), fc.nat({ max: 2 ** 40 }));
    fc.assert(
      fc.property(fc.nat({ max: 30 }), fraction, retryAfter, (failed, random, asked) => {
        const delay = nextDelayMilliseconds(failed, () => random, asked);
        const seconds = ATTEMPT_DELAYS_SECONDS[failed];
        if (seconds === undefined) return assert.equal(delay, null);
        assert.ok(delay !== null && Number.isSafeInteger(delay));
        const wish = Math.min(asked, 86_400_000);
        assert.ok(delay >= Math.max(seconds * 800, wish) && delay <= Math.max(seconds * 1200, wish), `${delay}`);
      }),
    );
    assert.equal(ATTEMPT_DELAYS_SECONDS.length, 10);
  });

  it('reads Retry-After in seconds and as a date, and takes nonsense for nothing', () => {
    const cases: Readonly<Record<string, number>> = {
      '120': 120_000,
      ' 5 ': 5000,
      'Thu, 01 Jan 2026 00:01:00 GMT': 60_000,
      'Wed, 31 Dec 2025 00:00:00 GMT': 0,
      '-5': 0,
      '1.5': 0,
      '2027': 2_027_000,
      '2027-01-01': 0,
      soon: 0,
      'Monday, or so': 0,
      '': 0,
    };
    for (const [header, expected] of Object.entries(cases)) {
      assert.equal(readRetryAfterMilliseconds(header, NOW), expected, JSON.stringify(header));
    }
    assert.equal(readRetryAfterMilliseconds(undefined, NOW), 0);
  });
});
