import { AppError } from '../core/errors.ts';
import type { Clock } from '../core/clock.ts';
import { createEventPosition } from './event-position.ts';
import type { JobEvent } from './job.ts';
import type { JobStore } from './job-store.ts';
import { readEvents } from './read-events.ts';

/** One subscriber's place in the log: it reads the past for itself, then lives on what the hub offers. */
export type EventSubscription = {
  readonly iterator: AsyncIterableIterator<JobEvent, undefined>;
  offer(event: JobEvent): void;
  end(): void;
};

/**
 * `liveFeedStarts` resolves once it is certain that every later event will be offered; the past is read after that, so
 * the two overlap and cannot leave a gap. `onEnd` may be called twice.
 */
export function createEventSubscription(options: {
  readonly store: Pick<JobStore, 'eventsSince' | 'lastEventSequence' | 'eventsSettleMilliseconds'>;
  readonly clock: Clock;
  readonly jobId?: string;
  readonly afterSequence?: number;
  readonly signal?: AbortSignal;
  readonly bufferedEvents: number;
  readonly liveFeedStarts: () => Promise<unknown>;
  readonly onEnd: () => void;
}): EventSubscription {
  const { store, clock, jobId, signal, bufferedEvents, liveFeedStarts, onEnd } = options;
  const state = { live: false, ended: false, overflowed: false };
  let buffer: JobEvent[] = [];
  let wake: (() => void) | undefined;
  // Asked for now, not at the first `next()`: "from now on" means from the call of `subscribe`.
  const start = options.afterSequence ?? store.lastEventSequence();
  // Whoever iterates gets the error; when nobody does, it concerns nobody.
  if (start instanceof Promise) start.catch(() => {});

  function offer(event: JobEvent): void {
    if (state.ended || state.overflowed || (jobId !== undefined && event.jobId !== jobId)) return;
    if (buffer.length < bufferedEvents) {
      buffer.push(event);
    } else {
      state.overflowed = true;
      buffer = [];
      // One that is still reading the past finds there what overflowed; a live one is dropped, pulling or not.
      if (state.live) detach();
    }
    wake?.();
  }

  function detach(): void {
    signal?.removeEventListener('abort', end);
    onEnd();
  }

  function end(): void {
    if (state.ended) return;
    state.ended = true;
    buffer = [];
    wake?.();
    detach();
  }

  async function* deliver(): AsyncGenerator<JobEvent, undefined> {
    try {
      // One job's events become readable in their order, so there is nothing to look for behind its newest one.
      const settleMilliseconds = jobId === undefined ? store.eventsSettleMilliseconds : 0;
      const position = createEventPosition({ start: await start, settleMilliseconds, clock });
      await liveFeedStarts();
      while (!state.live) {
        state.overflowed = false;
        const { events, isLast } = await readEvents(store, position, jobId === undefined ? {} : { jobId });
        for (const event of events) {
          if (state.ended) return;
          yield event;
        }
        state.live = isLast && !state.overflowed;
      }
      while (!state.ended) {
        if (state.overflowed) throw tooSlow(bufferedEvents);
        const event = buffer.shift();
        if (event === undefined) {
          await new Promise<void>((resolve) => {
            wake = resolve;
          });
          wake = undefined;
        } else if (position.admit(event.sequence)) {
          yield event;
        }
      }
    } finally {
      end();
    }
  }

  signal?.addEventListener('abort', end, { once: true });
  const events = deliver();
  return {
    offer,
    end,
    iterator: {
      next: () => events.next(),
      return() {
        end();
        return events.return(undefined);
      },
      [Symbol.asyncIterator]() {
        return this;
      },
    },
  };
}

function tooSlow(bufferedEvents: number): AppError {
  return new AppError({
    code: 'subscriber_too_slow',
    kind: 'unavailable',
    message: `A subscriber may leave at most ${bufferedEvents} events waiting; this one was dropped. Resume after the last event it received.`,
  });
}
