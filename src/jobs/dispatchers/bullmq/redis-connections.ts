import { Redis, type RedisOptions } from 'ioredis';
import type { JobLog } from '../../job-log.ts';

const LONGEST_RECONNECT_MILLISECONDS = 2_000;
const CONNECT_MILLISECONDS = 5_000;
const COMMAND_MILLISECONDS = 2_000;

export type RedisConnections = {
  /** Answers or fails soon: whoever uses it does not wait for a Redis that is gone. */
  readonly commands: Redis;
  /** Waits for tokens, for as long as it takes. */
  readonly blocking: Redis;
  readonly isReady: boolean;
  /** Tells every process that a job is to be stopped. */
  publishStop(jobId: string): void;
  /** Logs the first of a row of errors: a Redis that is gone reports one for every try. */
  tellError(error: unknown): void;
  disconnect(): void;
};

/** Connects now and again and again; nothing here throws while Redis is away. */
export function connectToRedis(
  url: string,
  options: { readonly log: JobLog; readonly stopChannel: string; readonly onStop: (jobId: string) => void },
): RedisConnections {
  const { log, stopChannel } = options;
  let isAway = false;
  const tellError = (error: unknown): void => {
    if (isAway) return;
    isAway = true;
    log.error({ err: error }, 'Redis cannot be used; jobs are taken from the journal until it can');
  };
  const retryStrategy = (times: number): number =>
    Math.min(LONGEST_RECONNECT_MILLISECONDS, 50 * 2 ** Math.min(times, 10));
  const open = (settings: RedisOptions): Redis => {
    const connection = new Redis(url, { ...settings, retryStrategy, connectTimeout: CONNECT_MILLISECONDS });
    connection.on('error', tellError);
    return connection;
  };
  // A Redis may take connections and say nothing; whoever asks it would wait for ever.
  const commands = open({ maxRetriesPerRequest: 1, commandTimeout: COMMAND_MILLISECONDS });
  const blocking = open({ maxRetriesPerRequest: null });
  const subscriber = open({ maxRetriesPerRequest: null });
  commands.on('ready', () => {
    if (isAway) log.info({}, 'Redis can be used again');
    isAway = false;
  });
  subscriber.subscribe(stopChannel).catch(tellError);
  subscriber.on('message', (_channel, jobId) => options.onStop(jobId));
  return {
    commands,
    blocking,
    get isReady() {
      return commands.status === 'ready';
    },
    publishStop(jobId) {
      commands.publish(stopChannel, jobId).catch(tellError);
    },
    tellError,
    disconnect() {
      for (const connection of [commands, blocking, subscriber]) connection.disconnect();
    },
  };
}
