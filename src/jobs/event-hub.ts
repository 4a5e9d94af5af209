import { createEventSubscription, type EventSubscription } from './event-subscription.ts';
import type { JobEvent } from './job.ts';
import type { JobLog } from './job-log.ts';
import type { JobStore } from './job-store.ts';
import { systemTimer, type Timer } from '../core/timer.ts';

const DEFAULT_POLL_MILLISECONDS = 1_000;
/** About four minutes of one job's progress. */
const DEFAULT_BUFFERED_EVENTS = 1_000;
const PAGE = 500;

/** One reader of the journal's events for any number of subscribers. */
export type EventHub = {
  /**
   * Every event with a sequence greater than `afterSequence` (without it: from now on), of one job or of all, in order,
   * none missing and none twice. Ends when the hub closes, when `signal` aborts, or by `return()`. Throws an AppError
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
  readonly store: JobStore;
  readonly log: JobLog;
  readonly timer?: Timer;
  readonly pollMilliseconds?: number;
  readonly bufferedEvents?: number;
}): EventHub {
  const { store, log, timer = systemTimer, pollMilliseconds = DEFAULT_POLL_MILLISECONDS } = options;
  const { bufferedEvents = DEFAULT_BUFFERED_EVENTS } = options;
  const subscriptions = new Set<EventSubscription>();
  /** All events up to here have been offered, or are older than every live subscription. */
  let tail: number | undefined;
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
        const from = await knowTail();
        const events = await store.eventsSince(from, { limit: PAGE });
        for (const event of events) for (const subscription of subscriptions) subscription.offer(event);
        tail = events.at(-1)?.sequence ?? from;
        if (events.length === PAGE) readAgain = true;
      }
      journalFails = false;
    } catch (error) {
      // Said once; the next poll tries again, and nothing is lost, because the journal keeps it.
      if (!journalFails) log.error({ err: error }, 'Job events cannot be read from the journal');
      journalFails = true;
    }
  }

  async function knowTail(): Promise<number> {
    if (tail !== undefined) return tail;
    const last = await store.lastEventSequence();
    // Someone else may have set it meanwhile and have offered on from there: a later value would make a gap.
    tail ??= last;
    return tail;
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
        liveFeedStarts: knowTail,
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
        tail = undefined;
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
