import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import * as fc from 'fast-check';
import { advancePace, etaSeconds, noPace, progressPerSecond } from './eta.ts';

const START = Date.UTC(2026, 0, 1);

/** A run as the journal would see it: reports of progress with the pace of that moment, each after a pause. */
function replay(reports: readonly { readonly pauseMilliseconds: number; readonly progress: number }[]) {
  let pace = noPace(0, START);
  return reports.map(({ pauseMilliseconds, progress }) => {
    pace = advancePace(pace, progress, pace.at + pauseMilliseconds);
    return {
      status: 'running' as const,
      progress,
      progressAt: pace.at,
      progressPerSecond: progressPerSecond(pace) ?? null,
    };
  });
}

const runs = fc
  .array(
    fc.record({
      pauseMilliseconds: fc.integer({ min: -500, max: 120_000 }),
      gain: fc.double({ min: 0, max: 1, noNaN: true }),
    }),
    {
      minLength: 1,
      maxLength: 60,
    },
  )
  .map((parts) => {
    const total = parts.reduce((sum, part) => sum + part.gain, 0) || 1;
    let progress = 0;
    return parts.map(({ pauseMilliseconds, gain }) => {
      progress = Math.min(1, progress + gain / total);
      return { pauseMilliseconds, progress };
    });
  });

describe('etaSeconds', () => {
  it('is null or a finite number of 0 or more for every run, at every moment', () => {
    fc.assert(
      fc.property(runs, fc.integer({ min: -10_000, max: 10_000_000 }), (run, later) => {
        for (const job of replay(run)) {
          const eta = etaSeconds(job, job.progressAt + later);
          assert.ok(eta === null || (Number.isFinite(eta) && eta >= 0), String(eta));
          if (job.progress === 1 && eta !== null) assert.equal(eta, 0);
        }
      }),
    );
  });

  it('is right for steady work, soon after the first second and to the end', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 20, max: 2_000 }),
        fc.integer({ min: 50, max: 2_000 }),
        (count, pauseMilliseconds) => {
          const reports = Array.from({ length: count }, (_, index) => ({
            pauseMilliseconds,
            progress: (index + 1) / count,
          }));
          for (const [index, job] of replay(reports).entries()) {
            const eta = etaSeconds(job, job.progressAt);
            const elapsedSeconds = ((index + 1) * pauseMilliseconds) / 1000;
            if (elapsedSeconds < 1) assert.equal(eta, null);
            else if (elapsedSeconds > 1.1) {
              const truth = ((count - index - 1) * pauseMilliseconds) / 1000;
              assert.ok(eta !== null && Math.abs(eta - truth) <= 1e-6 * (1 + truth), `${eta} instead of ${truth}`);
            }
          }
        },
      ),
      { numRuns: 30 },
    );
  });

  it('counts down between two reports and never jumps', () => {
    fc.assert(
      fc.property(runs, fc.integer({ min: 0, max: 600_000 }), fc.integer({ min: 1, max: 5_000 }), (run, at, step) => {
        for (const job of replay(run)) {
          const before = etaSeconds(job, job.progressAt + at);
          const after = etaSeconds(job, job.progressAt + at + step);
          if (before === null || after === null) assert.equal(before, after);
          else assert.ok(Math.abs(after - before) <= step / 1000 + 1e-6 * (1 + before), `${before} -> ${after}`);
        }
      }),
    );
  });

  it('follows a change of speed within a minute', () => {
    const fast = Array.from({ length: 200 }, (_, index) => ({ pauseMilliseconds: 250, progress: (index + 1) / 400 }));
    const slow = Array.from({ length: 240 }, (_, index) => ({
      pauseMilliseconds: 250,
      progress: 0.5 + (index + 1) / 4_000,
    }));
    const last = replay([...fast, ...slow]).at(-1);
    assert.ok(last);
    const truth = (1 - last.progress) * 1_000;
    const eta = etaSeconds(last, last.progressAt);
    assert.ok(eta !== null && Math.abs(eta - truth) < 0.2 * truth, `${eta} instead of about ${truth}`);
  });

  it('does not promise "now" while nothing moves', () => {
    const job = { status: 'running' as const, progress: 0.5, progressAt: START, progressPerSecond: 0.05 };
    assert.equal(etaSeconds(job, START), 10);
    assert.equal(etaSeconds(job, START + 4_000), 6);
    assert.equal(etaSeconds(job, START + 60_000), 30);
  });

  it('is 0 when completed, and unknown for every job that does not run', () => {
    const known = { progress: 0.5, progressAt: START, progressPerSecond: 0.1 };
    assert.equal(etaSeconds({ ...known, status: 'completed' }, START), 0);
    for (const status of ['queued', 'waiting', 'failed', 'cancelled'] as const) {
      assert.equal(etaSeconds({ ...known, status }, START), null);
    }
    assert.equal(etaSeconds({ ...known, status: 'running', progressPerSecond: null }, START), null);
    assert.equal(etaSeconds({ ...known, status: 'running', progressPerSecond: 0 }, START), null);
  });
});
