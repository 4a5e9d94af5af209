/** Wakes workers. It carries job ids only; the journal decides who may run what. */
export type Dispatcher = {
  /** A job became runnable (created, released, its lease expired) or was asked to stop. */
  notify(jobId: string): void;
  /** Starts claiming and running jobs, `concurrency` at a time. */
  start(): Promise<void>;
  /** Takes no more work, lets running jobs finish for up to `graceMilliseconds`, then aborts and releases them. */
  drain(options: { readonly graceMilliseconds: number }): Promise<void>;
};
