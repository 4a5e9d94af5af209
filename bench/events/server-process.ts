import { once } from 'node:events';
import { setTimeout as wait } from 'node:timers/promises';
import type { JobEvent } from '../../src/jobs/job.ts';
import { startTestServer } from '../../test/http/test-server.ts';
import type { EventsOrder, EventsReply } from './measurement.ts';

/*
 * The product's HTTP server on a journal of its own, with one job that is claimed and reports its progress when the parent says
 * so. Sends its address and the job's id first, and an EventsReply to every EventsOrder.
 */

const server = await startTestServer({ after: () => {} });
const { id } = await server.jobs.create({ id: 'watched', userId: 'ann', input: null, priority: 0, runAt: 0 });
const claim = await server.jobs.claimNext({ workerId: 'bench', leaseMilliseconds: 3_600_000 });
if (claim === undefined) throw new Error('The only job could not be claimed.');
await server.jobs.beginStep(claim, 'render');
process.on('message', (order: EventsOrder) => void obey(order));
process.send?.({ address: server.url, jobId: id });
await once(process, 'disconnect');
await server.close();

async function obey(order: EventsOrder): Promise<void> {
  if (order.do === 'report') {
    const { seconds, perSecond } = order;
    const startedAt = performance.now();
    for (let count = 0; count < seconds * perSecond; count += 1) {
      const delay = startedAt + (count * 1000) / perSecond - performance.now();
      if (delay > 0) await wait(delay);
      if (claim !== undefined)
        await server.jobs.reportProgress(claim, {
          progress: ((count % 100) + 1) / 100,
          detail: 'x'.repeat(order.detailBytes),
        });
    }
    // What is under way comes through before anything is asked.
    await wait(2_000);
  }
  globalThis.gc?.();
  const connections = await openConnections();
  const events: readonly JobEvent[] = await allEvents();
  process.send?.({
    rssMiB: process.memoryUsage.rss() / 2 ** 20,
    connections,
    sequences: events.map(({ sequence }) => sequence),
  } satisfies EventsReply);
}

async function allEvents(): Promise<readonly JobEvent[]> {
  const events: JobEvent[] = [];
  for (;;) {
    const page = await server.jobs.eventsSince(events.at(-1)?.sequence ?? 0, { jobId: id, limit: 1_000 });
    if (page.length === 0) return events;
    events.push(...page);
  }
}

/** Sockets of clients that the process has. */
async function openConnections(): Promise<number> {
  return process.getActiveResourcesInfo().filter((name) => name === 'TCPSocketWrap').length;
}
