import assert from 'node:assert/strict';
import { it } from 'node:test';
import { setTimeout as wait } from 'node:timers/promises';
import type { JobContext } from '../../../src/jobs/workflow.ts';
import type { ProviderLimit } from '../../../src/jobs/provider-call.ts';
import { createStage, until, type DispatcherPair } from './stage.ts';

const MINUTE_MILLISECONDS = 60_000;
const WORKERS = 4;

/** What a provider is asked for at most, over all processes. */
export function describeProviderLimits(pair: DispatcherPair): void {
  const processCount = pair.isShared ? 3 : 1;

  /** One paid call for each job, which counts how many are open at once. */
  const createCalls = (limit: ProviderLimit, callMilliseconds: number) => {
    const counts = { open: 0, mostOpen: 0 };
    const run = (context: JobContext) =>
      context.step('work', (step) =>
        step.paidCall({
          provider: 'voice',
          requestHash: 'hash',
          recovery: 'key',
          estimatedUsd: 1,
          limit,
          async send() {
            counts.open += 1;
            counts.mostOpen = Math.max(counts.mostOpen, counts.open);
            await wait(callMilliseconds);
            counts.open -= 1;
            return { result: null, costUsd: 1 };
          },
        }),
      );
    return { counts, run };
  };

  it(`never asks for more calls at once, with ${processCount} x ${WORKERS} workers`, async (test) => {
    const stage = await createStage(pair, test);
    const calls = createCalls({ concurrency: 3 }, 30);
    const options = { run: calls.run, concurrency: WORKERS, random: () => 0 };
    const processes = await Promise.all(Array.from({ length: processCount }, () => stage.startProcess(options)));
    const ids = await Promise.all(
      Array.from({ length: 6 }, (_, index) => stage.submit(processes[index % processCount]!)),
    );
    await stage.waitForAll(ids);
    assert.ok(calls.counts.mostOpen <= 3, `${calls.counts.mostOpen} were open at once`);
    const spending = await stage.reader.spending({ userId: null });
    assert.deepEqual([spending[0]?.calls, spending[0]?.costUsd], [6, 6]);
  });

  it(`never asks for more calls a minute, with ${processCount} x ${WORKERS} workers`, async (test) => {
    const stage = await createStage(pair, test);
    const perMinute = 6;
    const calls = createCalls({ perMinute }, 0);
    const options = { run: calls.run, concurrency: WORKERS, random: () => 0 };
    const processes = await Promise.all(Array.from({ length: processCount }, () => stage.startProcess(options)));
    const ids = await Promise.all(
      Array.from({ length: 14 }, (_, index) => stage.submit(processes[index % processCount]!)),
    );
    const { reader } = stage;
    await until(
      async () => {
        const { ready, running } = await reader.statistics();
        return ready + running === 0;
      },
      () => 'every job has made its call or waits for its turn',
    );
    const jobs = await Promise.all(ids.map((id) => stage.job(id)));
    const waiting = jobs.filter(({ status }) => status === 'waiting');
    assert.ok(waiting.length > 0 && waiting.every(({ waitingFor }) => waitingFor?.reason === 'provider_busy'));
    const times = (await Promise.all(ids.map((id) => reader.calls(id))))
      .flat()
      .map(({ startedAt }) => startedAt)
      .toSorted((a, b) => a - b);
    assert.ok(times.length >= perMinute);
    // A full bucket, and what has run in since: true of every stretch of time, not only of whole minutes.
    for (const [first, from] of times.entries()) {
      for (const [index, to] of times.slice(first).entries()) {
        const allowed = perMinute + ((to - from) * perMinute) / MINUTE_MILLISECONDS;
        assert.ok(index + 1 <= allowed, `${index + 1} calls in ${to - from} ms`);
      }
    }
  });
}
