import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import type { Claim, JobStore } from '../../../src/jobs/job-store.ts';
import type { PlantedBug } from '../sabotage.ts';

/** Whoever holds the job now: the number of claims is its epoch. */
async function claimOfToday(store: JobStore, claim: Claim): Promise<Claim> {
  const job = await store.get(claim.jobId);
  return { jobId: claim.jobId, epoch: job?.attempts ?? claim.epoch };
}

/** Bugs of what is written about jobs, and when. */
export const JOURNAL_BUGS: readonly PlantedBug[] = [
  {
    bug: 'a step and a call can be ended by a worker that has lost the job',
    hunt: 'frozen',
    sabotage: {
      store: (store) => ({
        ...store,
        completeStep: async (claim, ...rest) => store.completeStep(await claimOfToday(store, claim), ...rest),
        endCall: async (claim, key, end) => store.endCall(await claimOfToday(store, claim), key, end),
      }),
    },
  },
  {
    bug: 'the lease is not looked at before something is sent',
    hunt: 'frozen',
    // A clock that stands still lets no lease run out.
    sabotage: { clock: { now: () => 0 } },
  },
  {
    bug: 'a result is told before it is durable',
    hunt: 'kills',
    sabotage: {
      store: (store) => ({
        ...store,
        async completeStep(...step) {
          setTimeout(() => void store.completeStep(...step).catch(() => {}), 30);
        },
      }),
    },
  },
  {
    bug: 'the end of a job has two events',
    hunt: 'kills',
    sabotage: {
      store: (store, { folder }) => ({
        ...store,
        async finish(claim, output) {
          await store.finish(claim, output);
          const database = new DatabaseSync(join(folder, 'jobs.db'), { timeout: 5_000 });
          database
            .prepare(
              `INSERT INTO job_events (job_id, type, data, at) SELECT job_id, type, data, at FROM job_events
               WHERE job_id = ? AND type = 'status' ORDER BY sequence DESC LIMIT 1`,
            )
            .run(claim.jobId);
          database.close();
        },
      }),
    },
  },
  {
    bug: 'a finished step runs again',
    hunt: 'kills',
    sabotage: { store: (store) => ({ ...store, steps: async () => [], beginStep: beginAnew(store) }) },
  },
];

function beginAnew(store: JobStore): JobStore['beginStep'] {
  return async (claim, step) => {
    const record = await store.beginStep(claim, step);
    return record.status === 'completed' ? { ...record, status: 'running' } : record;
  };
}
