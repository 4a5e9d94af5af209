import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Job, JobStatus, StepRecord } from './job.ts';
import { retryJob } from './retry-job.ts';

const STEPS = [
  { name: 'script', weight: 1 },
  { name: 'speech', weight: 1 },
  { name: 'render', weight: 1 },
  { name: 'publish', weight: 1, retriedFrom: 'render' },
];

/** Which steps the store is told to run again. */
async function retried(
  ended: { readonly status: JobStatus; readonly failedStep?: string; readonly completed?: readonly string[] },
  from?: string,
): Promise<readonly string[] | undefined> {
  const error = ended.status === 'failed' ? { code: 'x', message: 'x', step: ended.failedStep ?? null } : null;
  const job = { id: 'j', status: ended.status, error } as Job;
  let told: readonly string[] | undefined;
  await retryJob({
    store: {
      get: async () => job,
      steps: async () => (ended.completed ?? []).map((name) => ({ name, status: 'completed' }) as StepRecord),
      retry: async (_id, names) => {
        told = names;
        return job;
      },
    },
    steps: STEPS,
    jobId: 'j',
    from,
  });
  return told;
}

test('a failed job goes on at the step that failed, or where that step needs it', async () => {
  assert.deepEqual(await retried({ status: 'failed', failedStep: 'speech' }), ['speech', 'render', 'publish']);
  assert.deepEqual(await retried({ status: 'failed', failedStep: 'publish' }), ['render', 'publish']);
  assert.deepEqual(await retried({ status: 'failed', completed: ['script'] }), ['speech', 'render', 'publish']);
  assert.deepEqual(
    await retried({ status: 'failed', failedStep: 'of an older release' }),
    STEPS.map(({ name }) => name),
  );
});

test('a cancelled job goes on at its first step that is not finished', async () => {
  assert.deepEqual(await retried({ status: 'cancelled', completed: ['script', 'speech'] }), ['render', 'publish']);
  assert.deepEqual(
    await retried({ status: 'cancelled' }),
    STEPS.map(({ name }) => name),
  );
});

test('a named step runs again with all behind it, of a completed job too', async () => {
  assert.deepEqual(await retried({ status: 'completed' }, 'speech'), ['speech', 'render', 'publish']);
  assert.deepEqual(await retried({ status: 'failed', failedStep: 'publish' }, 'publish'), ['publish']);
});

test('what cannot be retried is refused, and nothing is changed', async () => {
  await assert.rejects(retried({ status: 'running' }), { code: 'job_not_final' });
  await assert.rejects(retried({ status: 'waiting' }, 'speech'), { code: 'job_not_final' });
  await assert.rejects(retried({ status: 'completed' }), { code: 'job_already_completed' });
  await assert.rejects(retried({ status: 'failed', failedStep: 'speech' }, 'dance'), { code: 'unknown_step' });
});
