import { Client, escapeIdentifier, type ClientConfig, type Notification } from 'pg';
import type { Logger } from '../../../core/logger.ts';
import { jitteredDelayMilliseconds } from '../../../core/retry.ts';
import type { Timer } from '../../../core/timer.ts';
import { toPostgresFault } from './faults.ts';

/** At most 20 a second: each costs all listening processes a read. */
const PAUSE_MILLISECONDS = 50;
const RECONNECT_BACKOFF = { baseMilliseconds: 200, capMilliseconds: 10_000 };
/** A router on the way may forget a silent connection and tell nobody. */
const HEARTBEAT_MILLISECONDS = 30_000;
const QUERY_TIMEOUT_MILLISECONDS = 5_000;

export type Announcements = {
  announce(): void;
  onAnnouncement(listener: () => void): () => void;
  close(): Promise<void>;
};

/**
 * NOTIFY and LISTEN on a connection of their own, which is opened when someone first listens or announces, and opened again
 * when it breaks. Not in the transactions: a NOTIFY would make their commits take turns, all over the database.
 */
export function createAnnouncements(options: {
  readonly client: ClientConfig;
  readonly channel: string;
  readonly where: string;
  readonly timer: Timer;
  readonly random: () => number;
  readonly log: Pick<Logger, 'info' | 'warn'>;
}): Announcements {
  const { timer, random, log } = options;
  const channel = escapeIdentifier(options.channel);
  const listeners = new Set<() => void>();
  let client: Client | undefined;
  let isConnected = false;
  let isListening = false;
  let closed = false;
  let failures = 0;
  let hasNews = false;
  let isPausing = false;
  let isBackingOff = false;
  const stops = { reconnect: () => {}, heartbeat: () => {}, pause: () => {} };

  function hear(): void {
    for (const listener of listeners) listener();
  }

  function open(): void {
    if (closed || isBackingOff || client !== undefined) return;
    // The log is behind by a transaction at worst, and nothing of ours is written here.
    const sessionOptions = `${options.client.options ?? ''} -c synchronous_commit=off`;
    const opened = new Client({
      ...options.client,
      options: sessionOptions,
      query_timeout: QUERY_TIMEOUT_MILLISECONDS,
      pipeline: true,
    });
    client = opened;
    const lost = (error: unknown): void => lose(opened, error);
    opened.on('error', lost);
    opened.on('end', () => lost(new Error('Connection terminated')));
    opened.on('notification', (notification) => {
      if (!isFrom(opened, notification)) hear();
    });
    void connect(opened).catch(lost);
  }

  async function connect(opened: Client): Promise<void> {
    await opened.connect();
    if (client !== opened || closed) return;
    isConnected = true;
    if (failures > 0) log.info({}, 'Announcements of other processes come again');
    failures = 0;
    beat(opened);
    send();
    await listen(opened);
  }

  /** Only where someone wants to hear: an announcement wakes every process that listens. */
  async function listen(opened: Client): Promise<void> {
    if (isListening || listeners.size === 0) return;
    isListening = true;
    await opened.query(`LISTEN ${channel}`);
    // Some may have been made while nobody listened.
    if (client === opened && !closed) hear();
  }

  function lose(lostClient: Client, error: unknown): void {
    if (client !== lostClient) return;
    client = undefined;
    isConnected = false;
    isListening = false;
    stops.heartbeat();
    void lostClient.end().catch(() => {});
    if (closed) return;
    if (failures === 0)
      log.warn({ err: toPostgresFault(error, options.where) }, 'Announcements of other processes do not come for now');
    isBackingOff = true;
    stops.reconnect = timer.start(jitteredDelayMilliseconds(failures, RECONNECT_BACKOFF, random), () => {
      isBackingOff = false;
      open();
    });
    failures += 1;
  }

  function beat(opened: Client): void {
    stops.heartbeat = timer.start(HEARTBEAT_MILLISECONDS, () => {
      opened.query('SELECT 1').then(
        () => client === opened && beat(opened),
        (error: unknown) => lose(opened, error),
      );
    });
  }

  function send(): void {
    const sender = client;
    if (!hasNews || isPausing || !isConnected || closed || sender === undefined) return;
    hasNews = false;
    isPausing = true;
    sender.query(`NOTIFY ${channel}`).then(
      () => {
        stops.pause = timer.start(PAUSE_MILLISECONDS, () => {
          isPausing = false;
          send();
        });
      },
      (error: unknown) => {
        isPausing = false;
        hasNews = true;
        lose(sender, error);
      },
    );
  }

  return {
    announce() {
      hasNews = true;
      open();
      send();
    },
    onAnnouncement(listener) {
      const own = (): void => listener();
      listeners.add(own);
      open();
      const current = client;
      if (isConnected && current !== undefined) void listen(current).catch((error: unknown) => lose(current, error));
      return () => listeners.delete(own);
    },
    async close() {
      closed = true;
      for (const stop of Object.values(stops)) stop();
      listeners.clear();
      await client?.end().catch(() => {});
    },
  };
}

/** Whether this very connection announced it. */
function isFrom(client: Client, { processId }: Notification): boolean {
  return 'processID' in client && client.processID === processId;
}
