import assert from 'node:assert/strict';
import { it } from 'node:test';
import { AppError } from '../../../src/core/errors.ts';
import { retryJob } from '../../../src/jobs/retry-job.ts';
import { JobSuspendedError } from '../../../src/jobs/suspension.ts';
import type { JobContext } from '../../../src/jobs/workflow.ts';
import { createGates } from './gates.ts';
import { createStage, type DispatcherPair } from './stage.ts';

const STEPS = ['first', 'second', 'third'];

/** How jobs go on after a failure, and after a wait. */
export function describeTryingAgain(pair: DispatcherPair): void {
  /** Three steps that note when they work; the second throws what `failing` gives. */
  const createThreeSteps = (failing: (attempt: number) => Error | undefined) => {
    const worked: string[] = [];
    const run = async (context: JobContext) => {
      for (const name of STEPS) {
        await context.step(name, async ({ attempt }) => {
          worked.push(name);
          const failure = name === 'second' ? failing(attempt) : undefined;
          if (failure !== undefined) throw failure;
          return name;
        });
      }
      return null;
    };
    return { worked, run, steps: STEPS, random: () => 0 };
  };
  const failure = (kind: 'unavailable' | 'invalid_input') =>
    new AppError({ code: 'internal_error', kind, message: 'No.' });

  it('fails a job at once for a reason that will not pass; its user has it go on at the step that failed', async (test) => {
    const stage = await createStage(pair, test);
    const work = createThreeSteps((attempt) => (attempt === 1 ? failure('invalid_input') : undefined));
    const process = await stage.startProcess(work);
    const jobId = await stage.submit(process);
    const failed = await stage.waitForStatus(jobId, 'failed');
    assert.deepEqual([failed.error?.step, failed.retries, failed.attempts], ['second', 0, 1]);
    const steps = STEPS.map((name) => ({ name, weight: 1 }));
    await retryJob({ store: stage.reader, steps, jobId });
    process.dispatcher.notify(jobId);
    await stage.waitForStatus(jobId, 'completed');
    assert.deepEqual(work.worked, ['first', 'second', 'second', 'third']);
  });

  it('tries again by itself after a failure that may pass, waits for that without a worker, and counts it', async (test) => {
    const stage = await createStage(pair, test);
    const work = createThreeSteps((attempt) => (attempt === 1 ? failure('unavailable') : undefined));
    const process = await stage.startProcess({ ...work, concurrency: 1 });
    const jobId = await stage.submit(process);
    const waiting = await stage.waitForStatus(jobId, 'waiting');
    assert.deepEqual([waiting.waitingFor?.reason, waiting.retries], ['retry', 1]);
    const { finishedAt } = await stage.waitForStatus(jobId, 'completed');
    assert.deepEqual(work.worked, ['first', 'second', 'second', 'third']);
    assert.deepEqual(await stage.statuses(jobId), ['queued', 'running', 'waiting', 'running', 'completed']);
    const again = (await stage.eventsOf(jobId)).filter((event) => event.type === 'step').at(4);
    assert.ok(again !== undefined && again.at >= waiting.runAt && again.at <= (finishedAt ?? 0));
  });

  it('lets a suspended job hold no worker; its step goes on without a new attempt', async (test) => {
    const stage = await createStage(pair, test);
    const attempts: number[] = [];
    const gates = createGates();
    const run = async (context: JobContext) => {
      if (context.job.userId === 'other') return gates.run(context);
      return context.step('work', async ({ attempt }) => {
        attempts.push(attempt);
        const waitingFor = { reason: 'provider_works', message: 'It works.' } as const;
        if (attempts.length < 3) throw new JobSuspendedError(attempts.length === 1 ? 3_000 : 50, waitingFor);
        return 'done';
      });
    };
    const process = await stage.startProcess({ run, concurrency: 1 });
    const suspended = await stage.submit(process);
    await stage.waitForStatus(suspended, 'waiting');
    const other = await stage.submit(process, { userId: 'other' });
    await gates.reached(other);
    gates.open(other);
    await stage.waitForStatus(suspended, 'completed');
    assert.deepEqual(attempts, [1, 1, 1]);
    const { retries, startedAt } = await stage.job(other);
    assert.deepEqual([retries, (await stage.job(suspended)).retries], [0, 0]);
    // The other one had the only worker while the first one waited.
    const wentOn = (await stage.eventsOf(suspended)).filter((event) => event.type === 'status').at(3)?.at ?? 0;
    assert.ok((startedAt ?? Infinity) <= wentOn);
  });

  it('cancels a job that is suspended, and does not ask its step again', async (test) => {
    const stage = await createStage(pair, test);
    let asked = 0;
    const run = (context: JobContext) =>
      context.step('work', async () => {
        asked += 1;
        const waitingFor = { reason: 'provider_works', message: 'It works.' } as const;
        if (asked === 1) throw new JobSuspendedError(3_600_000, waitingFor);
        return null;
      });
    const process = await stage.startProcess({ run });
    const id = await stage.submit(process);
    await stage.waitForStatus(id, 'waiting');
    await stage.reader.requestCancel(id);
    process.dispatcher.notify(id);
    await stage.waitForStatus(id, 'cancelled');
    assert.equal(asked, 1);
  });
}
