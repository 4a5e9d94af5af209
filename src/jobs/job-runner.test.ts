import assert from 'node:assert/strict';
import { after, describe, it } from 'node:test';
import { createRecordingLog, JobRunFixture, LEASE_MILLISECONDS } from '../../test/fixtures/job-run.ts';
import { createJobRunner } from './job-runner.ts';

describe('createJobRunner', () => {
  const fixture = new JobRunFixture();
  after(() => fixture.dispose());

  it('gives a job back that was claimed while it was told to drain, and ends its drain only then', async () => {
    const { store, time } = fixture;
    const id = await fixture.createJob();
    const gate = Promise.withResolvers<void>();
    const began: string[] = [];
    const runner = createJobRunner({
      store: {
        ...store,
        async claimNext(options) {
          await gate.promise;
          return store.claimNext(options);
        },
      },
      workflow: {
        steps: [{ name: 'speech', weight: 1 }],
        async run({ job }) {
          began.push(job.id);
          return null;
        },
      },
      concurrency: 1,
      workerId: 'worker',
      leaseMilliseconds: LEASE_MILLISECONDS,
      log: createRecordingLog(),
      ...time,
    });
    const starting = runner.startNext();
    assert.equal(runner.hasRoom, false);
    let drained = false;
    const draining = runner.drain({ graceMilliseconds: 1_000 }).then(() => (drained = true));
    await new Promise(setImmediate);
    assert.equal(drained, false);
    gate.resolve();
    assert.equal(await starting, undefined);
    await draining;
    assert.equal((await store.get(id))?.status, 'queued');
    assert.deepEqual(began, []);
  });
});
