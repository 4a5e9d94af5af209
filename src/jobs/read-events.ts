import type { EventPosition } from './event-position.ts';
import type { JobEvent } from './job.ts';
import type { JobStore } from './job-store.ts';

export const EVENT_PAGE = 500;

/**
 * What can be read now and was not before, upwards, at most a page of new events; the position moves on. The events of each
 * job come in order, also over several calls: the newest are read first, so whoever sees an event sees at a later moment
 * those of its job with smaller sequences, which were committed earlier.
 */
export async function readEvents(
  store: Pick<JobStore, 'eventsSince'>,
  position: EventPosition,
  filter: { readonly jobId?: string } = {},
): Promise<{ readonly events: readonly JobEvent[]; readonly isLast: boolean }> {
  const page = await store.eventsSince(position.tail, { ...filter, limit: EVENT_PAGE });
  const read = [...page];
  for (const { first, last } of position.gapRanges()) {
    read.push(...(await store.eventsSince(first - 1, { ...filter, limit: last - first + 1 })));
  }
  if (read.length > page.length) read.sort((a, b) => a.sequence - b.sequence);
  return {
    events: read.filter((event) => position.admit(event.sequence)),
    isLast: page.length < EVENT_PAGE,
  };
}
