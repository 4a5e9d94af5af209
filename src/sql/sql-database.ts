export type SqlValue = string | number | null;
export type SqlRow = Readonly<Record<string, SqlValue>>;

/**
 * One open transaction. Parameters are `$1`, `$2`, … in the order of the values. Statements run one after the other, in
 * the order in which they were asked for; a database that is far away takes those that do not wait for each other's results
 * in one trip. One that fails takes the transaction with it: what follows may not build on it.
 */
export type SqlSession = {
  /** Milliseconds since the epoch, the same for the whole transaction. */
  readonly now: number;
  all(sql: string, ...values: readonly SqlValue[]): Promise<readonly SqlRow[]>;
  /** The first row. */
  get(sql: string, ...values: readonly SqlValue[]): Promise<SqlRow | undefined>;
  /** How many rows were changed. */
  run(sql: string, ...values: readonly SqlValue[]): Promise<number>;
  /** A statement whose result nobody needs, so that nobody waits for it; when it fails, the transaction does. */
  send(sql: string, ...values: readonly SqlValue[]): void;
};

export type TransactionOptions = {
  /**
   * `exact`, the default, is what the clock of the database says when the transaction begins. `close` may have been read up to
   * a second ago and carried on by the clock of this process, which saves a trip: for times that people read, never for those
   * by which processes agree on something.
   */
  readonly time?: 'exact' | 'close';
};

/**
 * PORT. A database that speaks SQL, behind the one journal there is. What differs between databases is in here and in the
 * migrations; no statement is written twice. Faults of the database are AppErrors of kind `storage`.
 */
export type SqlDatabase = {
  /**
   * Runs `work` between BEGIN and COMMIT: durable when the promise resolves, without a trace when it rejects, unless the error
   * says that the outcome is unknown. A database whose transactions overlap runs `work` again when two got in each other's
   * way, so it may change nothing but the database and its own variables.
   */
  transaction<T>(work: (session: SqlSession) => Promise<T>, options?: TransactionOptions): Promise<T>;
  /** Runs `work`, which only reads, on one consistent state. */
  read<T>(work: (session: SqlSession) => Promise<T>): Promise<T>;
  /**
   * What a SELECT ends with to take the row for this transaction alone: the first waits for another transaction that has it,
   * the second looks for the next row. Empty where transactions cannot overlap.
   */
  readonly lockRow: string;
  readonly lockFreeRow: string;
  /**
   * Identities are handed out before a commit, so a row can become visible this long after one with a greater identity. 0
   * where transactions cannot overlap.
   */
  readonly longestTransactionMilliseconds: number;
  /**
   * Hints to the other processes on this database that something was committed. Never throws; a hint may be lost, and many
   * may become one.
   */
  announce(): void;
  /** Calls `listener` when another process has announced something, or may have. Returns the undo. */
  onAnnouncement(listener: () => void): () => void;
  close(): Promise<void>;
};
