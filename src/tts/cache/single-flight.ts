import { AppError, toAppError } from '../../core/errors.ts';

/** `isFirst` is true for exactly one of those who waited: the earliest that was still there at the end. */
export type Landed<Result> = { readonly result: Result; readonly isFirst: boolean };

export type SingleFlight<Result> = {
  /**
   * Runs `work` unless the same work is under way, in which case it waits for that. `signal` ends only this waiting, with
   * an AppError of kind `cancelled`, or `timeout` for a deadline; the work itself is aborted when nobody waits any longer.
   * A failure goes to everyone who waits, unchanged, and is forgotten: whoever comes later tries anew.
   */
  run(key: string, work: (signal: AbortSignal) => Promise<Result>, signal: AbortSignal): Promise<Landed<Result>>;
};

type Waiter<Result> = {
  readonly resolve: (landed: Landed<Result>) => void;
  readonly reject: (error: unknown) => void;
};

type Flight<Result> = {
  readonly waiters: Set<Waiter<Result>>;
  readonly controller: AbortController;
};

/** Several who ask for the same thing at the same time get one piece of work between them. */
export function createSingleFlight<Result>(): SingleFlight<Result> {
  const flights = new Map<string, Flight<Result>>();

  const end = (key: string, flight: Flight<Result>): void => {
    if (flights.get(key) === flight) flights.delete(key);
  };

  const start = (key: string, work: (signal: AbortSignal) => Promise<Result>): Flight<Result> => {
    const flight: Flight<Result> = { waiters: new Set(), controller: new AbortController() };
    flights.set(key, flight);
    const landed = (result: Result): void => {
      end(key, flight);
      for (const [index, waiter] of [...flight.waiters].entries()) waiter.resolve({ result, isFirst: index === 0 });
    };
    const failed = (error: unknown): void => {
      end(key, flight);
      for (const waiter of flight.waiters) waiter.reject(error);
    };
    // The turn in between lets the first one join before anything can fail.
    void Promise.resolve(flight.controller.signal).then(work).then(landed, failed);
    return flight;
  };

  return {
    async run(key, work, signal) {
      if (signal.aborted) throw abortError(signal);
      const flight = flights.get(key) ?? start(key, work);
      let leave = (): void => {};
      try {
        return await new Promise<Landed<Result>>((resolve, reject) => {
          const waiter = { resolve, reject };
          flight.waiters.add(waiter);
          leave = () => {
            flight.waiters.delete(waiter);
            reject(abortError(signal));
            if (flight.waiters.size > 0) return;
            // Before the abort: whoever asks from now on must not join work that is being given up.
            end(key, flight);
            flight.controller.abort(signal.reason);
          };
          signal.addEventListener('abort', leave, { once: true });
        });
      } finally {
        signal.removeEventListener('abort', leave);
      }
    },
  };
}

function abortError(signal: AbortSignal): AppError {
  const reason: unknown = signal.reason;
  const isKnown = reason instanceof AppError || (reason instanceof Error && reason.name === 'TimeoutError');
  return toAppError(isKnown ? reason : new DOMException('Nobody waits for the speech any longer.', 'AbortError'));
}
