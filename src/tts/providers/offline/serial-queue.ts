/**
 * Runs tasks one at a time in the order in which they came. A task whose signal aborts while it waits is never started;
 * its promise rejects at once with the signal's reason. A failed task does not stop those behind it.
 */
export class SerialQueue {
  #tail: Promise<void> = Promise.resolve();

  run<Result>(task: () => Promise<Result>, signal: AbortSignal): Promise<Result> {
    const { promise, resolve, reject } = Promise.withResolvers<Result>();
    let started = false;
    const abandon = (): void => {
      if (!started) reject(signal.reason);
    };
    signal.addEventListener('abort', abandon, { once: true });
    this.#tail = this.#tail.then(async () => {
      started = true;
      signal.removeEventListener('abort', abandon);
      if (signal.aborted) return reject(signal.reason);
      try {
        resolve(await task());
      } catch (thrown) {
        reject(thrown);
      }
    });
    if (signal.aborted) abandon();
    return promise;
  }
}
