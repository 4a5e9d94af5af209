import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { JobRunFixture } from '../../test/fixtures/job-run.ts';
import type { JobStore } from './job-store.ts';
import type { JobContext } from './workflow.ts';

describe('progress of a run', () => {
  let fixture: JobRunFixture;
  beforeEach(() => {
    fixture = new JobRunFixture();
  });
  afterEach(() => fixture.dispose());

  it('reports progress at most four times a second, never backwards, the last value always', async () => {
    const id = await fixture.createJob();
    const gate = Promise.withResolvers<null>();
    const { outcome } = await fixture.start((context) =>
      context.step('render', async (step) => {
        for (let frame = 1; frame <= 1_000; frame += 1) {
          step.reportProgress(frame, 1_000);
          if (frame % 7 === 0) step.reportProgress(frame - 5, 1_000);
          await Promise.resolve();
          if (frame % 10 === 0) await new Promise<void>((resolve) => void fixture.time.timer.start(20, resolve));
        }
        return gate.promise;
      }),
    );
    await fixture.time.advance(4_000);
    const reports = (await fixture.store.eventsSince(0, { jobId: id, limit: 1_000 })).filter(
      (event) => event.type === 'progress',
    );
    assert.ok(reports.length > 4 && reports.length <= 2 * 4 + 2, `${reports.length} reports for 2 s of work`);
    const values = reports.map((event) => (event.data as { progress: number }).progress);
    assert.deepEqual(
      values,
      values.toSorted((a, b) => a - b),
    );
    assert.equal(values.at(-1), 0.75);
    const job = await fixture.store.get(id);
    assert.ok(job && job.progressPerSecond !== null && Math.abs(job.progressPerSecond - 0.375) < 0.1);
    gate.resolve(null);
    assert.equal(await outcome, 'completed');
  });

  it('writes it together with the end of a step, also where steps end at the same time', async () => {
    const id = await fixture.createJob();
    let writing = 0;
    const journal: JobStore = {
      ...fixture.store,
      async completeStep(...parameters) {
        writing += 1;
        assert.equal(writing, 1, 'one report could overtake the other');
        await fixture.store.completeStep(...parameters);
        writing -= 1;
      },
    };
    const { outcome } = await fixture.start(async (context) => {
      await Promise.all(['speech', 'render'].map((name) => context.step(name, async () => null)));
      return null;
    }, journal);
    assert.equal(await outcome, 'completed');
    const events = await fixture.store.eventsSince(0, { jobId: id, limit: 100 });
    assert.deepEqual(
      events.filter(({ type }) => type === 'progress').map(({ data }) => data),
      [
        { progress: 0.25, step: 'speech', detail: null },
        { progress: 1, step: 'render', detail: null },
      ],
    );
  });

  it('takes progress back to what is durable when a run resumes', async () => {
    const id = await fixture.createJob();
    const run = (context: JobContext) =>
      context
        .step('speech', async () => 1)
        .then(() =>
          context.step('render', async (step) => {
            if (step.attempt === 2) return 1;
            step.reportProgress(9, 10);
            return new Promise<number>((_, reject) => step.signal.addEventListener('abort', reject));
          }),
        );
    const first = await fixture.start(run);
    await fixture.time.advance(1_000);
    assert.equal((await fixture.store.get(id))?.progress, 0.925);
    first.lease.end('draining');
    await first.outcome;
    const second = await fixture.start(run);
    assert.equal(await second.outcome, 'completed');
    const values = (await fixture.store.eventsSince(0, { jobId: id, limit: 100 }))
      .filter((event) => event.type === 'progress')
      .map((event) => (event.data as { progress: number }).progress);
    assert.ok(values.includes(0.25));
  });
});
