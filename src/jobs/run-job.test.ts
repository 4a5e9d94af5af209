import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { AppError } from '../core/errors.ts';
import { JobRunFixture } from '../../test/fixtures/job-run.ts';
import { settle } from '../../test/fixtures/manual-time.ts';
import type { Json } from './job.ts';
import type { JobStore } from './job-store.ts';
import type { JobContext } from './workflow.ts';

describe('runJob', () => {
  let fixture: JobRunFixture;
  beforeEach(() => {
    fixture = new JobRunFixture();
  });
  afterEach(() => fixture.dispose());

  it('records every step before the next begins, and finishes with the output', async () => {
    const id = await fixture.createJob();
    const seen: unknown[] = [];
    const { outcome, lease } = await fixture.start(async (context) => {
      seen.push(context.job.input);
      const speech = await context.step('speech', async (step) => ({ attempt: step.attempt, key: 'audio/1.wav' }));
      seen.push((await fixture.store.steps(id)).map((step) => [step.name, step.status, step.output]));
      const render = await context.step('render', async () => 7);
      return { speech, render };
    });
    assert.equal(await outcome, 'completed');
    const speech = { attempt: 1, key: 'audio/1.wav' };
    assert.deepEqual(seen, [{ n: 1 }, [['speech', 'completed', speech]]]);
    const job = await fixture.store.get(id);
    assert.deepEqual([job?.status, job?.output, job?.progress], ['completed', { speech, render: 7 }, 1]);
    assert.equal(lease.ended, undefined);
    assert.equal(fixture.time.pendingTimers, 0);
  });

  it('waits for the journal before it goes on', async () => {
    await fixture.createJob();
    const order: string[] = [];
    const slow: JobStore = {
      ...fixture.store,
      async completeStep(...parameters) {
        await settle();
        await fixture.store.completeStep(...parameters);
        order.push(`${parameters[1]} recorded`);
      },
      async finish(...parameters) {
        order.push('finish');
        await fixture.store.finish(...parameters);
      },
    };
    const { outcome } = await fixture.start(async (context) => {
      for (const name of ['speech', 'render']) {
        await context.step(name, async () => order.push(`${name} worked`));
        order.push(`${name} returned`);
      }
      return null;
    }, slow);
    assert.equal(await outcome, 'completed');
    const each = (name: string) => [`${name} worked`, `${name} recorded`, `${name} returned`];
    assert.deepEqual(order, [...each('speech'), ...each('render'), 'finish']);
  });

  it('answers a finished step from the journal, and runs only the one that was cut', async () => {
    const id = await fixture.createJob();
    const calls: string[] = [];
    const run = async (context: JobContext) => {
      const a = await context.step('speech', async () => {
        calls.push('speech');
        return { at: calls.length };
      });
      return context.step('render', async (step) => {
        calls.push(`render ${step.attempt}`);
        if (step.attempt === 1) await new Promise((_, reject) => step.signal.addEventListener('abort', reject));
        return a;
      });
    };
    const first = await fixture.start(run);
    await settle();
    await fixture.time.advance(300);
    first.lease.end('draining');
    assert.equal(await first.outcome, 'released');
    const begun: string[] = [];
    const second = await fixture.start(run, {
      ...fixture.store,
      beginStep(claim, step) {
        begun.push(step);
        return fixture.store.beginStep(claim, step);
      },
    });
    assert.equal(await second.outcome, 'completed');
    assert.deepEqual(calls, ['speech', 'render 1', 'render 2']);
    assert.deepEqual(begun, ['render'], 'a finished step costs no write');
    assert.deepEqual((await fixture.store.get(id))?.output, { at: 1 });
  });

  it('gives a first run what a resumed run would read', async () => {
    await fixture.createJob();
    const date = new Date(0);
    const { outcome } = await fixture.start((context) =>
      context
        .step('speech', async () => ({ date: date as unknown as string, gone: undefined as unknown as null }))
        .then((result) => {
          assert.deepEqual(result, { date: '1970-01-01T00:00:00.000Z' });
          return null;
        }),
    );
    assert.equal(await outcome, 'completed');
  });

  it('records code, message and step of a failure, and logs the whole cause', async () => {
    const id = await fixture.createJob();
    const failure = new AppError({ code: 'speech_refused', kind: 'invalid_input', message: 'It is.' });
    const { outcome, log } = await fixture.start(async (context) => {
      await context.step('speech', async () => 1);
      await context.step('render', async () => {
        throw failure;
      });
      return null;
    });
    assert.equal(await outcome, 'failed');
    const job = await fixture.store.get(id);
    assert.deepEqual(job?.error, { code: 'speech_refused', kind: 'invalid_input', message: 'It is.', step: 'render' });
    assert.deepEqual(
      (await fixture.store.steps(id)).map((step) => step.status),
      ['completed', 'failed'],
    );
    assert.ok(log.lines.some((line) => line.level === 'error' && line.fields['err'] === failure));
  });

  it('names the step of a wrapped failure, none for a failure between steps, and hides what users must not see', async () => {
    const cases: { readonly run: (context: JobContext) => Promise<Json>; readonly step: string | null }[] = [
      {
        run: async (context) => {
          try {
            return await context.step('speech', async () => {
              throw new Error('socket 10.0.0.1 hung up');
            });
          } catch (error) {
            throw new Error('wrapped', { cause: error });
          }
        },
        step: 'speech',
      },
      {
        run: async (context) => {
          await context.step('speech', async () => 1);
          throw new TypeError('undefined is not a function');
        },
        step: null,
      },
      {
        run: () => {
          throw new Error('before any promise');
        },
        step: null,
      },
    ];
    for (const { run, step } of cases) {
      const id = await fixture.createJob();
      assert.equal(await (await fixture.start(run)).outcome, 'failed');
      const error = (await fixture.store.get(id))?.error;
      assert.deepEqual([error?.code, error?.step], ['internal_error', step]);
      assert.doesNotMatch(error?.message ?? '', /socket|wrapped|undefined|promise/);
    }
  });

  it('lets a workflow go on without a step that failed', async () => {
    const id = await fixture.createJob();
    const { outcome } = await fixture.start(async (context) => {
      const speech = await context
        .step('speech', async () => {
          throw new Error('no');
        })
        .catch(() => 'fallback');
      return context.step('render', async () => speech);
    });
    assert.equal(await outcome, 'completed');
    assert.deepEqual(
      (await fixture.store.steps(id)).map((step) => step.status),
      ['failed', 'completed'],
    );
  });

  it('refuses a step name that is used twice in a run', async () => {
    const id = await fixture.createJob();
    const { outcome } = await fixture.start(async (context) => {
      await context.step('speech', async () => 1);
      return context.step('speech', async () => 2);
    });
    assert.equal(await outcome, 'failed');
    assert.match((await fixture.store.get(id))?.error?.message ?? '', /once in a run; "speech"/);
  });
});
