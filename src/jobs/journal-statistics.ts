/** What waits and what runs, counted in the journal, so that it is the same however jobs are dispatched. */
export type JournalStatistics = {
  /** Could run now: queued, waiting past their time, or left behind by a dead worker. */
  readonly ready: number;
  readonly running: number;
  /** Not yet due. */
  readonly waiting: number;
  /** Seconds since the oldest ready job became ready; 0 without one. */
  readonly oldestReadySeconds: number;
};
