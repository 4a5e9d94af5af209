import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import * as fc from 'fast-check';
import { FencedError } from '../../src/jobs/fenced-error.ts';
import type { Job, JobEvent, JobStatus, StepStatus, WaitingFor } from '../../src/jobs/job.ts';
import type { Claim, JobStore } from '../../src/jobs/job-store.ts';
import {
  anyAction,
  MODEL_LEASE_MILLISECONDS,
  MODEL_STEPS,
  type Action,
  type Write,
} from './job-store/model-actions.ts';
import type { StoreUnderTest } from './job-store/subject.ts';

/** Few, so that short histories reach it. */
const MAXIMUM_INTERRUPTIONS = 3;
const TERMINAL: ReadonlySet<string> = new Set<JobStatus>(['completed', 'failed', 'cancelled']);

const WORKS: WaitingFor = { reason: 'provider_works', message: 'It works.' };
const RETRY: WaitingFor = { reason: 'retry', message: 'It failed.' };

type ModelStep = { status: StepStatus; attempts: number; output: string | null; suspended: boolean };
type ModelJob = {
  readonly id: string;
  readonly priority: number;
  status: JobStatus;
  epoch: number;
  attempts: number;
  retries: number;
  interruptions: number;
  runAt: number;
  leaseUntil: number;
  cancelRequested: boolean;
  readonly steps: Map<string, ModelStep>;
};

/** What the journal must say, in the fewest words: plain values in memory, one line per rule. */
class JobModel {
  now = Date.UTC(2026, 0, 1);
  readonly jobs: ModelJob[] = [];
  readonly claims: Claim[] = [];

  holds(claim: Claim): ModelJob | undefined {
    return this.jobs.find((job) => job.id === claim.jobId && job.epoch === claim.epoch && job.status === 'running');
  }

  /** All jobs belong to one user; turns between users are in fair-turns.test.ts. All sorts are stable. */
  next(): ModelJob | undefined {
    for (const job of this.jobs) if (this.isDue(job) && job.attempts === 0) job.status = 'queued';
    const expired = this.jobs
      .filter((job) => job.status === 'running' && job.leaseUntil <= this.now)
      .toSorted((a, b) => a.leaseUntil - b.leaseUntil);
    return (
      expired.find((job) => !this.countInterruption(job)) ??
      this.jobs.filter((job) => this.isDue(job)).toSorted((a, b) => a.runAt - b.runAt)[0] ??
      this.jobs
        .filter((job) => job.status === 'queued')
        .toSorted((a, b) => b.priority - a.priority || a.runAt - b.runAt)[0]
    );
  }

  isDue(job: ModelJob): boolean {
    return job.status === 'waiting' && job.runAt <= this.now;
  }

  /** True when that was one too many, and the job has failed. */
  countInterruption(job: ModelJob): boolean {
    this.interrupt(job);
    job.interruptions += 1;
    if (job.interruptions >= MAXIMUM_INTERRUPTIONS) job.status = 'failed';
    return job.status === 'failed';
  }

  interrupt(job: ModelJob): void {
    for (const modelStep of job.steps.values()) {
      if (modelStep.status === 'running') Object.assign(modelStep, { status: 'interrupted', suspended: false });
    }
  }

  cancel(job: ModelJob): void {
    this.interrupt(job);
    job.status = 'cancelled';
  }

  requeue(job: ModelJob, runAt: number): void {
    if (job.cancelRequested) return this.cancel(job);
    this.interrupt(job);
    Object.assign(job, { status: 'queued', runAt });
  }

  wait(job: ModelJob, delay: number): void {
    job.status = 'waiting';
    job.runAt = this.now + delay;
  }
}

/** Random histories of one journal, compared with the model after every action. */
export function jobStoreModel(
  name: string,
  create: (clock: { now(): number }) => Promise<StoreUnderTest>,
  options: { readonly runs: number },
): void {
  describe(`JobStore against its model: ${name}`, () => {
    it('behaves as the model in any order of actions, crashes and waits', async () => {
      await fc.assert(
        fc.asyncProperty(fc.array(anyAction, { minLength: 10, maxLength: 60, size: 'max' }), async (actions) => {
          const model = new JobModel();
          const underTest = await create({ now: () => model.now });
          try {
            await replay(model, underTest, actions);
          } finally {
            await underTest.dispose();
          }
        }),
        { numRuns: options.runs },
      );
    });
  });
}

async function replay(model: JobModel, underTest: StoreUnderTest, actions: readonly Action[]): Promise<void> {
  let store = underTest.store;
  const ended = new Map<string, string>();
  let lastSequence = 0;
  for (const action of actions) {
    if (action.do === 'wait') model.now += action.milliseconds;
    else if (action.do === 'crash') {
      store = await underTest.reopen();
      const running = model.jobs.filter((job) => job.status === 'running');
      const interruptions = { maximumInterruptions: MAXIMUM_INTERRUPTIONS };
      assert.equal(await store.expireAllLeases(interruptions), running.length);
      for (const job of running) if (!model.countInterruption(job)) model.requeue(job, Math.min(job.runAt, model.now));
    } else await act(model, store, action);

    const jobs = new Map((await store.list({ limit: 1_000 })).jobs.map((job) => [job.id, job]));
    assert.equal(jobs.size, model.jobs.length, 'nothing is lost, nothing appears');
    for (const expected of model.jobs) {
      const job = jobs.get(expected.id);
      const { status, attempts, retries, cancelRequested } = expected;
      assert.deepEqual(job && pickState(job), { status, attempts, retries, cancelRequested });
      const steps = (await store.steps(expected.id)).map(({ name, status, attempts, output }) => [
        name,
        { status, attempts, output },
      ]);
      assert.deepEqual(
        steps,
        [...expected.steps].map(([name, { suspended: _suspended, ...told }]) => [name, told]),
      );
      const whole = JSON.stringify([job, steps]);
      if (TERMINAL.has(status)) assert.equal(whole, ended.get(expected.id) ?? whole, 'a terminal state is final');
      if (TERMINAL.has(status)) ended.set(expected.id, whole);
    }
    const events = await store.eventsSince(lastSequence, { limit: 1_000 });
    for (const event of events) {
      assert.ok(event.sequence > lastSequence, 'event sequences grow');
      lastSequence = event.sequence;
    }
  }
  await drainAll(model, store);
}

function pickState({ status, attempts, retries, cancelRequested }: Job) {
  return { status, attempts, retries, cancelRequested };
}

/** Nothing is lost: whatever happened, every job can still be brought to an end. */
async function drainAll(model: JobModel, store: JobStore): Promise<void> {
  model.now += 1_000_000;
  for (;;) {
    const claim = await store.claimNext({
      workerId: 'last',
      leaseMilliseconds: MODEL_LEASE_MILLISECONDS,
      maximumInterruptions: 1_000,
    });
    if (claim === undefined) break;
    await store.finish(claim, null);
  }
  const { jobs } = await store.list({ limit: 1_000 });
  for (const job of jobs) {
    assert.ok(TERMINAL.has(job.status), `job ${job.id} is stuck in ${job.status}`);
    const events = await store.eventsSince(0, { jobId: job.id, limit: 1_000 });
    const ends = events.map(statusOf).filter((status) => TERMINAL.has(status));
    assert.deepEqual(ends, [job.status], 'a job ends once, and its events say how');
  }
}

function statusOf(event: JobEvent): string {
  return event.type === 'status' ? (event.data as { readonly status: JobStatus }).status : '';
}

async function act(
  model: JobModel,
  store: JobStore,
  action: Exclude<Action, { readonly do: 'wait' } | { readonly do: 'crash' }>,
): Promise<void> {
  if (action.do === 'create') {
    const id = `job-${model.jobs.length}`;
    const runAt = model.now + action.delay;
    await store.create({ id, userId: 'ada', input: id, priority: action.priority, runAt });
    model.jobs.push({
      id,
      priority: action.priority,
      status: action.delay > 0 ? 'waiting' : 'queued',
      epoch: 0,
      attempts: 0,
      retries: 0,
      interruptions: 0,
      runAt,
      leaseUntil: 0,
      cancelRequested: false,
      steps: new Map(),
    });
    return;
  }
  if (action.do === 'claim') return claimNext(model, store);
  if (action.do === 'createAgain' || action.do === 'cancel') {
    const job = model.jobs[action.pick % Math.max(1, model.jobs.length)];
    if (job === undefined) return;
    if (action.do === 'createAgain') {
      const again = await store.create({
        id: job.id,
        userId: 'eve',
        input: 'other',
        priority: 9,
        runAt: 0,
      });
      assert.equal(again.input, job.id);
      return;
    }
    await store.requestCancel(job.id);
    if (job.status === 'running') job.cancelRequested = true;
    else if (!TERMINAL.has(job.status)) model.cancel(job);
    return;
  }
  const claim = model.claims[action.pick % Math.max(1, model.claims.length)];
  if (claim === undefined) return;
  const job = model.holds(claim);
  if (action.do === 'renew') {
    const expected = { held: job !== undefined, cancelRequested: job?.cancelRequested ?? false };
    assert.deepEqual(await store.renew(claim, MODEL_LEASE_MILLISECONDS), expected);
    if (job !== undefined) job.leaseUntil = model.now + MODEL_LEASE_MILLISECONDS;
    return;
  }
  const write = writeOf(model, store, claim, action);
  if (job === undefined) await assert.rejects(write.run, FencedError);
  else await write.expect(job);
}

async function claimNext(model: JobModel, store: JobStore): Promise<void> {
  const expected = model.next();
  const maximumInterruptions = MAXIMUM_INTERRUPTIONS;
  const claim = await store.claimNext({
    workerId: 'worker',
    leaseMilliseconds: MODEL_LEASE_MILLISECONDS,
    maximumInterruptions,
  });
  assert.equal(claim?.jobId, expected?.id);
  if (claim === undefined || expected === undefined) return;
  const seen = model.claims.filter((other) => other.jobId === claim.jobId).map((other) => other.epoch);
  assert.ok(
    seen.every((epoch) => epoch < claim.epoch),
    'an epoch is given out once, and they grow',
  );
  expected.status = 'running';
  expected.epoch = claim.epoch;
  expected.attempts += 1;
  expected.leaseUntil = model.now + MODEL_LEASE_MILLISECONDS;
  model.claims.push(claim);
}

/** A write with a claim: how to call it, and what it must do to a job that the claim holds. */
function writeOf(
  model: JobModel,
  store: JobStore,
  claim: Claim,
  action: Write,
): { run(): Promise<unknown>; expect(job: ModelJob): Promise<void> } {
  const output = `output of epoch ${claim.epoch}`;
  const name = 'step' in action ? action.step : MODEL_STEPS[0];
  const change = (run: () => Promise<unknown>, apply: (job: ModelJob) => void) => ({
    run,
    async expect(job: ModelJob) {
      await run();
      apply(job);
    },
  });
  switch (action.do) {
    case 'begin':
      return change(
        () => store.beginStep(claim, name),
        (job) => {
          const known = job.steps.get(name);
          if (known?.status === 'completed') return;
          const attempts = (known?.attempts ?? 0) + (known?.suspended === true ? 0 : 1);
          job.steps.set(name, { status: 'running', attempts, output: null, suspended: false });
        },
      );
    case 'complete': {
      const run = () => store.completeStep(claim, name, output);
      return {
        run,
        async expect(job) {
          const known = job.steps.get(name);
          if (known?.status !== 'running' && known?.status !== 'completed') {
            await assert.rejects(run, { kind: 'internal' });
            return;
          }
          await run();
          if (known.status === 'running') Object.assign(known, { status: 'completed', output });
          Object.assign(job, { retries: 0, interruptions: 0 });
        },
      };
    }
    case 'fail':
      return change(
        () => store.fail(claim, { code: 'x', kind: 'internal', message: 'x', step: name }),
        (job) => {
          const known = job.steps.get(name);
          if (known?.status === 'running') known.status = 'failed';
          model.interrupt(job);
          job.status = 'failed';
        },
      );
    case 'finish':
      return change(
        () => store.finish(claim, output),
        (job) => {
          for (const open of job.steps.values()) if (open.status === 'running') open.status = 'failed';
          job.status = 'completed';
        },
      );
    case 'release':
      return change(
        () => store.release(claim),
        (job) => model.requeue(job, model.now),
      );
    case 'suspend':
      return change(
        () => store.suspend(claim, { delayMilliseconds: action.delay, waitingFor: WORKS }),
        (job) => {
          if (job.cancelRequested) return model.cancel(job);
          for (const open of job.steps.values()) if (open.status === 'running') open.suspended = true;
          return model.wait(job, action.delay);
        },
      );
    case 'retryLater':
      return change(
        () => store.retryLater(claim, { step: name, delayMilliseconds: action.delay, waitingFor: RETRY }),
        (job) => {
          const known = job.steps.get(name);
          if (known?.status === 'running') known.status = 'failed';
          model.interrupt(job);
          if (job.cancelRequested) return model.cancel(job);
          job.retries += 1;
          return model.wait(job, action.delay);
        },
      );
    case 'markCancelled':
      return change(
        () => store.markCancelled(claim),
        (job) => model.cancel(job),
      );
    default:
      throw new Error('Every write of the model must say what it does.');
  }
}
