export type EventsOrder =
  | { readonly do: 'report'; readonly seconds: number; readonly perSecond: number; readonly detailBytes: number }
  | { readonly do: 'tell' };

export type EventsReply = {
  readonly rssMiB: number;
  readonly connections: number;
  /** Of every event of the job. */
  readonly sequences: readonly number[];
};
