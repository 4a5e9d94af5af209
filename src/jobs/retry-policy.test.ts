import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import * as fc from 'fast-check';
import { FAILURE_POLICY, type FailureKind } from '../core/failure-policy.ts';
import { delayBeforeNextTry } from './retry-policy.ts';

const KINDS = Object.keys(FAILURE_POLICY) as FailureKind[];

function triesOf(kind: FailureKind, code = 'x'): number {
  let retries = 0;
  while (retries < 100 && delayBeforeNextTry({ kind, code, retryAfterSeconds: undefined }, retries, () => 0.5))
    retries += 1;
  return retries;
}

describe('delayBeforeNextTry', () => {
  it('tries again as often as the failure policy has it, and also when the disk or the database is of no use for now', () => {
    for (const kind of KINDS) {
      const usual = { never: 0, once: 1, with_backoff: 4, after_retry_after: 4 }[FAILURE_POLICY[kind].retrySame];
      const expected = kind === 'storage' ? 4 : usual;
      assert.equal(triesOf(kind), expected, kind);
    }
  });

  it('waits anywhere between now and a ceiling that doubles, and at least a second', () => {
    fc.assert(
      fc.property(fc.nat({ max: 3 }), fc.double({ min: 0, max: 0.999_999, noNaN: true }), (retries, random) => {
        const delay = delayBeforeNextTry(
          { kind: 'unavailable', code: 'x', retryAfterSeconds: undefined },
          retries,
          () => random,
        );
        assert.ok(delay !== undefined && Number.isInteger(delay));
        const ceiling = 10_000 * 2 ** retries;
        assert.equal(delay, Math.ceil(Math.max(1_000, ceiling * random)));
      }),
    );
  });

  it('waits at least as long as it was asked to, and gives up when that is an outage', () => {
    const delay = delayBeforeNextTry({ kind: 'rate_limited', code: 'x', retryAfterSeconds: 120 }, 0, () => 0.5);
    assert.equal(delay, 125_000);
    assert.equal(
      delayBeforeNextTry({ kind: 'rate_limited', code: 'x', retryAfterSeconds: 7_200 }, 0, () => 0),
      undefined,
    );
  });

  it('never gives up on a place that our own limit keeps', () => {
    assert.equal(triesOf('rate_limited', 'provider_busy'), 100);
  });
});
