/** Fields never hold script text, speech or keys. */
export type LogFields = Readonly<Record<string, unknown>>;

/** What modules log through; pino fits it. */
export type Logger = {
  debug(fields: LogFields, message: string): void;
  info(fields: LogFields, message: string): void;
  warn(fields: LogFields, message: string): void;
  error(fields: LogFields, message: string): void;
};
