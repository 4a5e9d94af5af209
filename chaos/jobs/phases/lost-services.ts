import { setTimeout as pause } from 'node:timers/promises';
import { flushRedis } from '../services.ts';
import type { Stage } from '../stage.ts';
import type { PhaseCounts } from './phase-result.ts';

const JOBS_PER_LOSS = 6;
const LONGEST_PAUSE_MILLISECONDS = 400;

/** Takes a service away while workers have jobs at every stage: `lose` returns when it is there again. */
export async function loseService(
  stage: Stage,
  options: {
    readonly times: number;
    readonly workers: number;
    readonly random: () => number;
    readonly lose: (time: number) => Promise<void>;
  },
  counts: PhaseCounts,
): Promise<void> {
  const { times, random, lose } = options;
  const workers = Array.from({ length: options.workers }, () => stage.start());
  await Promise.all(workers.map((worker) => worker.ready));
  for (let time = 0; time < times; time += 1) {
    for (let count = 0; count < JOBS_PER_LOSS; count += 1) {
      const worker = workers[count % workers.length];
      if (worker !== undefined) void stage.submit(worker);
    }
    await pause(random() * LONGEST_PAUSE_MILLISECONDS);
    await lose(time);
    counts.kills += 1;
  }
  await pause(LONGEST_PAUSE_MILLISECONDS);
  await Promise.all(workers.map((worker) => worker.drain()));
}

export const flushRedisOf = (stage: Stage) => async (): Promise<void> => {
  if (stage.servers !== undefined) await flushRedis(stage.servers.redisUrl);
};
