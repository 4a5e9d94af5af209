import { Redis } from 'ioredis';
import type { JobLog } from '../../job-log.ts';

const LONGEST_RECONNECT_MILLISECONDS = 2_000;
const COMMAND_MILLISECONDS = 5_000;

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
  const open = (maxRetriesPerRequest: number | null): Redis => {
    const connection = new Redis(url, { maxRetriesPerRequest, retryStrategy, connectTimeout: COMMAND_MILLISECONDS });
    connection.on('error', tellError);
    return connection;
  };
  const commands = open(1);
  const blocking = open(null);
  const subscriber = open(null);
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
