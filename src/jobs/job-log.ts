/** What the job engine needs of a logger; pino's logger fits. Fields never carry inputs or outputs of jobs. */
export type JobLog = {
  info(fields: Readonly<Record<string, unknown>>, message: string): void;
  warn(fields: Readonly<Record<string, unknown>>, message: string): void;
  error(fields: Readonly<Record<string, unknown>>, message: string): void;
};
