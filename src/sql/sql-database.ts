export type SqlValue = string | number | null;
export type SqlRow = Readonly<Record<string, SqlValue>>;

/**
 * One open transaction. Parameters are `$1`, `$2`, … in the order of the values. Statements run one after the other, in
 * the order in which they were asked for.
 */
export type SqlSession = {
  /** Milliseconds since the epoch, the same for the whole transaction. */
  readonly now: number;
  all(sql: string, ...values: readonly SqlValue[]): Promise<readonly SqlRow[]>;
  /** The first row. */
  get(sql: string, ...values: readonly SqlValue[]): Promise<SqlRow | undefined>;
  /** How many rows were changed. */
  run(sql: string, ...values: readonly SqlValue[]): Promise<number>;
};

/**
 * PORT. A database that speaks SQL, behind the one journal there is. What differs between databases is in here and in the
 * migrations; no statement is written twice. Faults of the database are AppErrors of kind `storage`.
 */
export type SqlDatabase = {
  /** Runs `work` between BEGIN and COMMIT: durable when the promise resolves, without a trace when it rejects. */
  transaction<T>(work: (session: SqlSession) => Promise<T>): Promise<T>;
  /** Runs `work`, which only reads, on one consistent state. */
  read<T>(work: (session: SqlSession) => Promise<T>): Promise<T>;
  /**
   * What a SELECT ends with to take the row for this transaction alone: the first waits for another transaction that has it,
   * the second looks for the next row. Empty where transactions cannot overlap.
   */
  readonly lockRow: string;
  readonly lockFreeRow: string;
  close(): Promise<void>;
};
