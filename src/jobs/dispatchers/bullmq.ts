import { setTimeout as wait } from 'node:timers/promises';
import { Queue, Worker } from 'bullmq';
import type { Rounds } from '../../core/rounds.ts';
import { systemTimer } from '../../core/timer.ts';
import type { Dispatcher } from '../dispatcher.ts';
import { createJobRunner, type RunnerOptions } from '../job-runner.ts';
import { startReconciler } from '../reconciler.ts';
import { connectToRedis } from './bullmq/redis-connections.ts';

const QUEUE = 'videos';
/** A dead worker's job is taken up when its lease has ended: soon, but not while a worker only stumbles. */
const DEFAULT_LEASE_MILLISECONDS = 10_000;
const DEFAULT_RECONCILE_MILLISECONDS = 1_000;
/** Renewed at half of it. A token of a dead worker is only a wake-up that came too late: the reconciler has sent another. */
const TOKEN_LOCK_MILLISECONDS = 15_000;
const TOKEN_STALLED_MILLISECONDS = 5_000;
/** The journal counts attempts; BullMQ's default would fail a token whose worker died twice. */
const TOKEN_STALLED_TIMES = 1_000;
/** How BullMQ says that a token is gone, or is held by another worker now. */
const LOST_TOKEN = /^(?:Missing (?:key|lock) for job|Lock mismatch for job|could not renew lock for job)/;
/** Redis may tell of a new token one process only, and that one may stand still; the others look by themselves this often. */
const LOOK_EVERY_SECONDS = 1;
/** Redis may be gone when a process stops; what it holds is worth nothing. */
const CLOSE_MILLISECONDS = 2_000;

type Token = { readonly jobId: string };

/**
 * Workers in any number of processes and on any number of machines. Redis holds wake-ups only, each with the id of a job that
 * became ready; whoever gets one asks the journal whose turn it is. So a lost wake-up, or a lost Redis, loses nothing: the
 * reconciler sends what is missing, and while Redis cannot be reached each process asks the journal by itself.
 */
export function createBullMqDispatcher(
  options: RunnerOptions & {
    /** `redis://` or `rediss://`. */
    readonly redisUrl: string;
    /** What this process is called in the journal, unlike all others. */
    readonly workerId: string;
    /** Keeps installations apart that share a Redis. */
    readonly prefix?: string;
    readonly reconcileMilliseconds?: number;
  },
): Dispatcher {
  const { store, concurrency, clock, log, timer = systemTimer, prefix = 'video-engineer' } = options;
  const { leaseMilliseconds = DEFAULT_LEASE_MILLISECONDS } = options;
  const runner = createJobRunner({ ...options, leaseMilliseconds });
  const redis = connectToRedis(options.redisUrl, { log, stopChannel: `${prefix}:stop`, onStop: runner.check });
  const queue = new Queue<Token>(QUEUE, {
    connection: redis.commands,
    prefix,
    defaultJobOptions: { removeOnComplete: true, removeOnFail: true },
    skipWaitingForReady: true,
  });
  queue.on('error', redis.tellError);
  const worker = new Worker<Token>(QUEUE, runOne, {
    connection: redis.blocking,
    prefix,
    concurrency,
    autorun: false,
    lockDuration: TOKEN_LOCK_MILLISECONDS,
    stalledInterval: TOKEN_STALLED_MILLISECONDS,
    maxStalledCount: TOKEN_STALLED_TIMES,
    drainDelay: LOOK_EVERY_SECONDS,
  });
  worker.on('error', (error) => {
    // Redis has lost the token while its job ran; the journal has the job, and Redis can be used.
    if (!LOST_TOKEN.test(error.message)) redis.tellError(error);
  });
  let reconciler: Rounds | undefined;
  let draining = false;

  async function runOne(): Promise<void> {
    const run = await runner.startNext();
    await run?.ended;
  }

  async function addTokens(jobs: readonly { readonly jobId: string; readonly attempts: number }[]): Promise<void> {
    // An id that is in the queue already is not added again, so that several processes may send the same. After a lease it may:
    // a token can be held by a worker that does nothing with it.
    const period = Math.floor(clock.now() / leaseMilliseconds);
    await queue.addBulk(
      jobs.map(({ jobId, attempts }) => ({
        name: 'run',
        data: { jobId },
        opts: { jobId: `${jobId}#${attempts}.${period}` },
      })),
    );
  }

  return {
    notify(jobId) {
      if (draining) return;
      runner.check(jobId);
      if (!redis.isReady) return;
      redis.publishStop(jobId);
      // The number of attempts is not known here; what is ready and has no token gets one from the reconciler.
      addTokens([{ jobId, attempts: 0 }]).catch(redis.tellError);
    },

    async start() {
      void worker.run().catch(redis.tellError);
      reconciler = startReconciler({
        store,
        log,
        timer,
        intervalMilliseconds: options.reconcileMilliseconds ?? DEFAULT_RECONCILE_MILLISECONDS,
        async countTokens() {
          if (!redis.isReady) return undefined;
          return queue.getWaitingCount();
        },
        addTokens,
        async runWithoutTokens() {
          while (runner.hasRoom && (await runner.startNext()) !== undefined);
        },
      });
    },

    async drain({ graceMilliseconds }) {
      draining = true;
      await reconciler?.stop();
      await atMost(CLOSE_MILLISECONDS, worker.pause(true));
      await runner.drain({ graceMilliseconds });
      await atMost(CLOSE_MILLISECONDS, Promise.all([worker.close(true), queue.close()]));
      redis.disconnect();
    },
  };
}

async function atMost(milliseconds: number, work: Promise<unknown>): Promise<void> {
  const limit = new AbortController();
  const late = wait(milliseconds, undefined, { signal: limit.signal }).catch(() => {});
  await Promise.race([work.catch(() => {}), late]);
  limit.abort();
}
