/** What many clients at once are. */
export const CLIENTS_AT_ONCE = 64;
export const CONCURRENCY = 4;

export type EngineMeasurement = {
  readonly enqueuesInTurn: number;
  readonly enqueuesAtOnce: number;
  readonly jobsPerSecond: number;
};

/** What a process of the shared kind is told on its way. */
export type SharedOrder =
  | { readonly do: 'accept'; readonly count: number; readonly atOnce: number; readonly label: string }
  | { readonly do: 'work' }
  /** To be ready for the next `work`, with nothing under way. */
  | { readonly do: 'rest' };
