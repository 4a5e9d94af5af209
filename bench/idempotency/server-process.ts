import { once } from 'node:events';
import { systemClock } from '../../src/core/clock.ts';
import { createEmbeddedDispatcher } from '../../src/jobs/dispatchers/embedded.ts';
import { startTestServer } from '../../test/http/test-server.ts';
import { QUIET_LOG } from '../jobs/four-steps.ts';
import type { IdempotencyCount } from './measurement.ts';

/*
 * The product's HTTP server on a journal of its own, with a dispatcher of the product that runs a stand-in for the video: one
 * step, which pays a provider once. Sends its address to its parent; asked for a count, sends an IdempotencyCount when every
 * job has ended.
 */

const server = await startTestServer({ after: () => {} });
/** How often the provider was asked to charge, by job. */
const charges = new Map<string, number>();
const dispatcher = createEmbeddedDispatcher({
  store: server.jobs,
  instanceLock: { folder: server.folder, release() {} },
  clock: systemClock,
  concurrency: 4,
  log: QUIET_LOG,
  workflow: {
    steps: [{ name: 'speech', weight: 1 }],
    run: ({ job, step }) =>
      step('speech', ({ paidCall }) =>
        paidCall({
          provider: 'voice',
          requestHash: 'script',
          recovery: 'key',
          estimatedUsd: 1,
          async send() {
            charges.set(job.id, (charges.get(job.id) ?? 0) + 1);
            return { result: null, costUsd: 1 };
          },
        }),
      ),
  },
});
await dispatcher.start();
process.on('message', () => void count());
process.send?.(server.url);
await once(process, 'disconnect');
await dispatcher.drain({ graceMilliseconds: 1_000 });
await server.close();

async function count(): Promise<void> {
  for (;;) {
    const { ready, running, waiting } = await server.jobs.statistics();
    if (ready + running + waiting === 0) break;
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
  const jobsOfUsers: Record<string, number> = {};
  let completed = 0;
  let cursor: string | undefined;
  do {
    const page = await server.jobs.list({ limit: 1_000, ...(cursor !== undefined && { cursor }) });
    for (const { userId, status } of page.jobs) {
      jobsOfUsers[userId] = (jobsOfUsers[userId] ?? 0) + 1;
      if (status === 'completed') completed += 1;
    }
    cursor = page.nextCursor ?? undefined;
  } while (cursor !== undefined);
  const spending = await server.jobs.spending({ userId: null });
  process.send?.({
    jobsOfUsers,
    completed,
    mostChargesOfOneJob: Math.max(0, ...charges.values()),
    charges: [...charges.values()].reduce((sum, times) => sum + times, 0),
    costInJournalUsd: spending.reduce((sum, { costUsd }) => sum + costUsd, 0),
  } satisfies IdempotencyCount);
}
