/**
 * Runs tasks one at a time in the order in which they came. A task whose signal aborts while it waits is never started;
 * its promise rejects at once with the signal's reason. A failed task does not stop those behind it.
 */
export class SerialQueue {
  #tail: Promise<unknown> = Promise.resolve();

  run<Result>(task: () => Promise<Result>, signal: AbortSignal): Promise<Result> {
    const { promise, resolve, reject } = Promise.withResolvers<Result>();
    const abandon = (): void => reject(signal.reason);
    signal.addEventListener('abort', abandon, { once: true });
    const previous = this.#tail;
    const turn = async (): Promise<void> => {
      await previous;
      signal.removeEventListener('abort', abandon);
      if (signal.aborted) return abandon();
      try {
        resolve(await task());
      } catch (thrown) {
        reject(thrown);
      }
    };
    this.#tail = turn();
    if (signal.aborted) abandon();
    return promise;
  }
}
