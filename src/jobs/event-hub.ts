import { monotonicClock, type Clock } from '../core/clock.ts';
import { createEventPosition, GAP_WINDOW, type EventPosition } from './event-position.ts';
import { createEventSubscription, type EventSubscription } from './event-subscription.ts';
import type { JobEvent } from './job.ts';
import type { JobLog } from './job-log.ts';
import type { JobStore } from './job-store.ts';
import { readEvents } from './read-events.ts';
import { systemTimer, type Timer } from '../core/timer.ts';

const DEFAULT_POLL_MILLISECONDS = 1_000;
/** About four minutes of one job's progress. */
const DEFAULT_BUFFERED_EVENTS = 1_000;

/** One reader of the journal's events for any number of subscribers. */
export type EventHub = {
  /**
   * Every event with a sequence greater than `afterSequence` (without it: from now on), of one job or of all, none missing and
   * none twice; those of one job in order, while those of different jobs may change places where several processes write.
   * Ends when the hub closes, when `signal` aborts, or by `return()`. Throws an AppError
   * `subscriber_too_slow` when more events wait than the hub keeps, and what the journal threw when it cannot be read.
   */
  subscribe(options: {
    readonly jobId?: string;
    readonly afterSequence?: number;
    readonly signal?: AbortSignal;
  }): AsyncIterableIterator<JobEvent, undefined>;
  /** Ends all subscriptions and waits for a read that is under way. */
  close(): Promise<void>;
};

/** Reads only while someone listens: when the journal says that it has grown, and every `pollMilliseconds` in any case. */
export function createEventHub(options: {
  readonly store: Pick<JobStore, 'eventsSince' | 'lastEventSequence' | 'watchEvents' | 'eventsSettleMilliseconds'>;
  readonly log: JobLog;
  readonly timer?: Timer;
  /** For spans of time only. */
  readonly clock?: Clock;
  readonly pollMilliseconds?: number;
  readonly bufferedEvents?: number;
}): EventHub {
  const { store, log, timer = systemTimer, pollMilliseconds = DEFAULT_POLL_MILLISECONDS } = options;
  const { bufferedEvents = DEFAULT_BUFFERED_EVENTS, clock = monotonicClock } = options;
  const settleMilliseconds = store.eventsSettleMilliseconds;
  const subscriptions = new Set<EventSubscription>();
  /** All events up to here have been offered, or are older than every live subscription. */
  let position: EventPosition | undefined;
  let reading: Promise<void> | undefined;
  let readAgain = false;
  let journalFails = false;
  let stopTimer: (() => void) | undefined;
  let closed = false;
  const stopWatching = store.watchEvents(read);

  function read(): void {
    if (subscriptions.size === 0) return;
    readAgain = true;
    reading ??= readAll().finally(() => {
      reading = undefined;
    });
  }

  async function readAll(): Promise<void> {
    try {
      while (readAgain && subscriptions.size > 0) {
        readAgain = false;
        const { events, isLast } = await readEvents(store, await knowPosition());
        for (const event of events) for (const subscription of subscriptions) subscription.offer(event);
        if (!isLast) readAgain = true;
      }
      journalFails = false;
    } catch (error) {
      // Said once; the next poll tries again, and nothing is lost, because the journal keeps it.
      if (!journalFails) log.error({ err: error }, 'Job events cannot be read from the journal');
      journalFails = true;
    }
  }

  async function knowPosition(): Promise<EventPosition> {
    if (position !== undefined) return position;
    const last = await store.lastEventSequence();
    const mayHaveGaps = settleMilliseconds > 0 && last > 0;
    const start = mayHaveGaps ? Math.max(0, last - GAP_WINDOW) : last;
    const next = createEventPosition({ start, settleMilliseconds, clock });
    // What is on its way at this moment was not seen by anyone: the past will be read without it.
    const recent = mayHaveGaps ? await store.eventsSince(start, { limit: GAP_WINDOW }) : [];
    for (const { sequence } of recent) next.admit(sequence);
    // Someone else may have set it meanwhile and have offered on from there: a later one would make a gap.
    position ??= next;
    return position;
  }

  function poll(): void {
    read();
    stopTimer = timer.start(pollMilliseconds, poll);
  }

  return {
    subscribe(request) {
      const first = subscriptions.size === 0;
      const subscription = createEventSubscription({
        ...request,
        store,
        bufferedEvents,
        clock,
        liveFeedStarts: knowPosition,
        onEnd() {
          subscriptions.delete(subscription);
          if (subscriptions.size === 0) stopTimer?.();
        },
      });
      if (closed || request.signal?.aborted) {
        subscription.end();
        return subscription.iterator;
      }
      subscriptions.add(subscription);
      if (first) {
        // Nobody needs what happened while nobody listened.
        position = undefined;
        poll();
      }
      return subscription.iterator;
    },

    async close() {
      closed = true;
      stopWatching();
      for (const subscription of subscriptions) subscription.end();
      await reading;
    },
  };
}
