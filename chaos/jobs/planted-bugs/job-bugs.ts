import type { PlantedBug } from '../sabotage.ts';

/** Bugs of how jobs come in, are woken, and give their result. */
export const JOB_BUGS: readonly PlantedBug[] = [
  {
    bug: 'a job is acknowledged before it is on disk',
    hunt: 'acknowledged',
    sabotage: {
      acknowledgesFirst: true,
      store: (store) => ({
        ...store,
        async createOnce(job, once) {
          await new Promise<void>((resolve) => void setTimeout(resolve, 30));
          return store.createOnce(job, once);
        },
      }),
    },
  },
  {
    bug: 'a request that comes again makes a second job',
    hunt: 'kills',
    sabotage: {
      store: (store) => ({
        ...store,
        async createOnce(job) {
          await store.create(job);
          return { answer: job.id, isReplay: false };
        },
      }),
    },
  },
  {
    bug: 'progress goes back',
    hunt: 'faults',
    sabotage: {
      store: (store) => ({
        ...store,
        reportProgress: (claim, report) => store.reportProgress(claim, { ...report, progress: 1 - report.progress }),
      }),
    },
  },
  { bug: 'a file is written under its final name', hunt: 'half_files', sabotage: { publishesInPlace: true } },
  {
    bug: 'wake-ups are lost and nobody looks for the jobs',
    hunt: 'wake_ups',
    sabotage: { losesWakeUps: true, store: (store) => ({ ...store, readyJobs: async () => [] }) },
  },
];
