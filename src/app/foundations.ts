import { ConfigError } from '../config/load.ts';
import type { Config } from '../config/schema.ts';
import type { Clock } from '../core/clock.ts';
import { AppError, toAppError } from '../core/errors.ts';
import type { Logger } from '../core/logger.ts';
import type { VendorRecord } from '../core/vendor-record.ts';
import { openJobEngine, type JobEngine } from './jobs.ts';
import { hasBucket, openObjects, type OpenObjects } from './objects.ts';
import { watchStore } from './vendor-watch.ts';

/** A start does not wait longer for a Redis that may come back; the dispatcher goes on without it and says so. */
const REDIS_MILLISECONDS = 3_000;

/** What everything else stands on: the journal and the files. */
export type Foundations = OpenObjects & { readonly engine: JobEngine };

/**
 * Opens both; the record hears what calls to a bucket come to. What somebody has to correct stops the start, all of it told at once: throws AppError, or ConfigError with a line for
 * each, which begins with the variable unless it names it.
 */
export async function openFoundations(
  config: Config,
  options: { readonly clock: Clock; readonly logger: Logger; readonly record: VendorRecord },
): Promise<Foundations> {
  const { clock, logger, record } = options;
  const journalVariable = config.databaseUrl === null ? 'DATA_DIR' : 'DATABASE_URL';
  const [engine, redis] = await Promise.all([
    attempt(journalVariable, () => openJobEngine(config, { clock, logger })),
    attempt('REDIS_URL', () => refuseWrongRedis(config)),
  ]);
  // Files in a folder are touched only by the process that has it.
  const mayOpenFiles = engine.error === undefined || hasBucket(config);
  const objects = mayOpenFiles
    ? await attempt('DATA_DIR', () => openObjects(config, { now: clock.now(), logger }))
    : undefined;
  if (engine.value !== undefined && objects?.value !== undefined && redis.error === undefined) {
    const { objects: store, checkBucket } = objects.value;
    return {
      engine: engine.value,
      ...objects.value,
      objects: checkBucket === undefined ? store : watchStore(store, record),
    };
  }
  objects?.value?.close();
  await engine.value?.close();
  const errors = [engine.error, redis.error, objects?.error].filter((error) => error !== undefined);
  const [first] = errors;
  throw errors.length === 1 && first !== undefined ? first : new ConfigError(errors.map(({ message }) => message));
}

type Attempt<T> = { readonly value?: T; readonly error?: AppError };

/** A defect of ours is thrown on; all else is a mistake in the variable. */
async function attempt<T>(variable: string, open: () => Promise<T>): Promise<Attempt<T>> {
  try {
    return { value: await open() };
  } catch (thrown) {
    const { code, kind, message, cause } = toAppError(thrown);
    if (kind === 'internal') throw thrown;
    const isNamed = /\b(?:WASABI|DATA|DATABASE|REDIS)_[A-Z_]+\b/.test(message);
    return { error: new AppError({ code, kind, message: isNamed ? message : `${variable}: ${message}`, cause }) };
  }
}

/** One that does not answer may come back, and nothing is lost without it. */
async function refuseWrongRedis({ redisUrl }: Config): Promise<void> {
  if (redisUrl === null) return;
  const { checkRedisServer } = await import('../jobs/dispatchers/bullmq/server-check.ts');
  const signal = AbortSignal.timeout(REDIS_MILLISECONDS);
  await checkRedisServer(redisUrl, { timeoutMilliseconds: REDIS_MILLISECONDS, signal }).catch((error: unknown) => {
    if (toAppError(error).kind === 'auth') throw error;
  });
}
