import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { AppError } from '../core/errors.ts';
import { JobRunFixture, LEASE_MILLISECONDS } from '../../test/fixtures/job-run.ts';
import { settle } from '../../test/fixtures/manual-time.ts';
import { FencedError } from './fenced-error.ts';
import type { JobStore } from './job-store.ts';

describe('a run and its lease', () => {
  let fixture: JobRunFixture;
  beforeEach(() => {
    fixture = new JobRunFixture();
  });
  afterEach(() => fixture.dispose());

  it('cancels: the renewal tells it, the signal aborts, the job ends', async () => {
    const { id, outcome, lease } = await fixture.startWaiting();
    await fixture.store.requestCancel(id);
    await fixture.time.advance(LEASE_MILLISECONDS / 3 - 1);
    assert.equal(lease.ended, undefined);
    await fixture.time.advance(1);
    assert.equal(await outcome, 'cancelled');
    const job = await fixture.store.get(id);
    assert.deepEqual([job?.status, job?.error], ['cancelled', null]);
    assert.equal((await fixture.store.steps(id))[0]?.status, 'interrupted');
    assert.equal(fixture.time.pendingTimers, 0);
  });

  it('cancels a claimed job before any work when it was asked to stop meanwhile', async () => {
    const id = await fixture.createJob();
    const claim = await fixture.store.claimNext({ workerId: 'first', leaseMilliseconds: LEASE_MILLISECONDS });
    assert.equal(claim?.jobId, id);
    await fixture.store.requestCancel(id);
    await fixture.time.advance(LEASE_MILLISECONDS);
    const { outcome } = await fixture.start(() => assert.fail('must not run'));
    assert.equal(await outcome, 'cancelled');
  });

  it('takes the job from work that ignores its signal, after some patience', async () => {
    const { id, outcome, lease, gate, log } = await fixture.startWaiting({ ignoresSignal: true });
    await fixture.store.requestCancel(id);
    await lease.check();
    await fixture.time.advance(4_999);
    assert.equal((await fixture.store.get(id))?.status, 'running');
    await fixture.time.advance(1);
    assert.equal(await outcome, 'cancelled');
    gate.resolve('too late');
    await settle();
    assert.equal((await fixture.store.get(id))?.status, 'cancelled');
    assert.notEqual((await fixture.store.steps(id))[0]?.status, 'completed');
    assert.ok(log.lines.some((line) => line.level === 'warn'));
  });

  it('drops a job silently that another worker holds', async () => {
    const { id, outcome, log, gate } = await fixture.startWaiting({ ignoresSignal: true });
    assert.equal(await fixture.store.expireAllLeases(), 1);
    const other = await fixture.store.claimNext({ workerId: 'other', leaseMilliseconds: 10 * LEASE_MILLISECONDS });
    assert.ok(other);
    await fixture.store.beginStep(other, 'speech');
    gate.resolve('zombie');
    assert.equal(await outcome, 'dropped');
    assert.deepEqual(
      log.lines.map((line) => line.level),
      ['info'],
    );
    const [speech] = await fixture.store.steps(id);
    assert.deepEqual([speech?.status, speech?.output], ['running', null]);
    await fixture.store.finish(other, 'other');
  });

  it('drops it as well when the workflow swallows or wraps the refusal', async () => {
    await fixture.createJob();
    const { outcome, claim } = await fixture.start(async (context) => {
      await fixture.store.expireAllLeases();
      const error = await context.step('speech', async () => 1).catch((thrown: unknown) => thrown);
      assert.ok(error instanceof FencedError);
      throw new Error('something else');
    });
    assert.equal(await outcome, 'dropped');
    const next = await fixture.store.claimNext({ workerId: 'other', leaseMilliseconds: LEASE_MILLISECONDS });
    assert.ok(next && next.jobId === claim.jobId);
    await fixture.store.finish(next, null);
  });

  it('keeps its lease through a long step, so that nobody else can claim the job', async () => {
    const { outcome, gate } = await fixture.startWaiting();
    for (let index = 0; index < 20; index += 1) {
      await fixture.time.advance(LEASE_MILLISECONDS / 2);
      assert.equal(
        await fixture.store.claimNext({ workerId: 'other', leaseMilliseconds: LEASE_MILLISECONDS }),
        undefined,
      );
    }
    gate.resolve('done');
    assert.equal(await outcome, 'completed');
  });

  it('goes on while renewals fail, but stops when the lease has run out', async () => {
    await fixture.createJob();
    let failing = false;
    const flaky: JobStore = {
      ...fixture.store,
      renew: (...parameters) =>
        failing ? Promise.reject(new Error('disk I/O error')) : fixture.store.renew(...parameters),
    };
    const { outcome, lease, log } = await fixture.start(
      (context) =>
        context.step('speech', (step) => new Promise((_, reject) => step.signal.addEventListener('abort', reject))),
      flaky,
    );
    await fixture.time.advance(LEASE_MILLISECONDS / 3);
    failing = true;
    await fixture.time.advance(LEASE_MILLISECONDS - 1);
    assert.equal(lease.ended, undefined);
    await fixture.time.advance(1);
    assert.equal(lease.ended, 'lost');
    assert.equal(await outcome, 'dropped');
    assert.equal(log.lines.filter((line) => line.message === 'A lease could not be renewed').length, 3);
    const next = await fixture.store.claimNext({ workerId: 'other', leaseMilliseconds: LEASE_MILLISECONDS });
    assert.ok(next);
    await fixture.store.finish(next, null);
  });

  it('leaves the job to its lease when the end cannot be recorded', async () => {
    const id = await fixture.createJob();
    const full = new AppError({ code: 'storage_failed', kind: 'storage', message: 'The disk is full.' });
    const broken: JobStore = { ...fixture.store, finish: () => Promise.reject(full) };
    const { outcome, log } = await fixture.start((context) => context.step('speech', async () => 1), broken);
    assert.equal(await outcome, 'unrecorded');
    assert.ok(log.lines.some((line) => line.level === 'error' && line.fields['err'] === full));
    await fixture.time.advance(LEASE_MILLISECONDS);
    const again = await fixture.start((context) => context.step('speech', () => assert.fail('must not run again')));
    assert.equal(await again.outcome, 'completed');
    assert.equal((await fixture.store.get(id))?.output, 1);
  });
});
