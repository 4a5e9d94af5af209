/**
 * Who may use a server that serves one caller at a time: each key's callers in the order in which they came. A caller whose
 * signal aborts gives up its turn at once.
 */
export class Turns {
  readonly #last = new Map<string, Promise<void>>();

  /** Throws what `work` throws, or the signal's reason while it waits. */
  async run<Result>(key: string, signal: AbortSignal, work: () => Promise<Result>): Promise<Result> {
    const previous = this.#last.get(key) ?? Promise.resolve();
    const done = Promise.withResolvers<void>();
    const last = previous.then(() => done.promise);
    this.#last.set(key, last);
    try {
      await untilAborted(previous, signal);
      return await work();
    } finally {
      done.resolve();
      if (this.#last.get(key) === last) this.#last.delete(key);
    }
  }
}

async function untilAborted(turn: Promise<void>, signal: AbortSignal): Promise<void> {
  signal.throwIfAborted();
  const { promise, reject } = Promise.withResolvers<void>();
  const abort = (): void => reject(signal.reason);
  signal.addEventListener('abort', abort, { once: true });
  try {
    await Promise.race([turn, promise]);
  } finally {
    signal.removeEventListener('abort', abort);
  }
}
