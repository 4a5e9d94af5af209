/** What the server has made of all requests. */
export type IdempotencyCount = {
  /** Each key is sent by a user of its own. */
  readonly jobsOfUsers: Readonly<Record<string, number>>;
  readonly completed: number;
  readonly mostChargesOfOneJob: number;
  readonly charges: number;
  readonly costInJournalUsd: number;
};
