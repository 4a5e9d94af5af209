import type { CrashPointName } from '../../src/jobs/crash-point.ts';

/**
 * `embedded`: one process, SQLite, the embedded dispatcher. `shared`: several processes on one SQLite file, polling: what
 * several workers do to each other, without servers. `distributed`: several processes, PostgreSQL, BullMQ on Redis.
 */
export type JournalMode = 'embedded' | 'shared' | 'distributed';

/**
 * What happens when `name` is reached for the `hit`th time, counted from 1 since the order was given: the process is killed,
 * frozen (SIGSTOP), or its disk refuses the write.
 */
export type CrashPlan = {
  readonly name: CrashPointName;
  readonly hit: number;
  readonly action: 'kill' | 'freeze' | 'refuse';
};

/** How long a worker has a job without a word from it. Short, so that another one soon takes over. */
export const LEASE_MILLISECONDS = 1_500;

export type WorkerOptions = {
  readonly mode: JournalMode;
  readonly folder: string;
  readonly workerId: string;
  readonly vendorUrl: string;
  /** Of a `distributed` worker. */
  readonly services: { readonly databaseUrl: string; readonly schema: string; readonly redisUrl: string } | null;
  /** From the first moment of the process on. */
  readonly crash: CrashPlan | null;
  /** One of PLANTED_BUGS. */
  readonly bug: string | null;
  /** Reports come when the clock says so, and move the hits of crash points. */
  readonly reportsProgress: boolean;
};

/** What a worker is asked for, one JSON object a line on its standard input. */
export type WorkerQuestion =
  /** The answer is the job's id, and means that the job is accepted. */
  | { readonly ask: 'submit'; readonly key: string }
  | { readonly ask: 'cancel'; readonly jobId: string }
  | { readonly ask: 'arm'; readonly plan: CrashPlan }
  /** Forgets and counts anew. */
  | { readonly ask: 'record' }
  /** Every crash point that was reached since. */
  | { readonly ask: 'reached' }
  /** Answered when no job is left that could go on. */
  | { readonly ask: 'idle' }
  /** The newest event of all jobs: where it stays the same, nothing goes on. */
  | { readonly ask: 'position' }
  | { readonly ask: 'drain' };

export type WorkerMessage =
  | { readonly type: 'ready' }
  /** Printed right before the process is frozen. */
  | { readonly type: 'frozen' }
  | { readonly type: 'answer'; readonly id: number; readonly value: unknown }
  | { readonly type: 'refusal'; readonly id: number; readonly code: string };

/** What workers did, as they saw it: the work of a step began; the journal said that the step is finished. */
export type WorkEntry = {
  readonly kind: 'start' | 'recorded';
  readonly worker: string;
  readonly job: string;
  readonly step: string;
};

export const STEP_NAMES = ['plan', 'video', 'render', 'speak', 'publish'] as const;
export type StepName = (typeof STEP_NAMES)[number];

/** Which steps are paid for, and in which manner. */
export const PAID_STEPS = { video: 'key', render: 'lookup', speak: 'none' } as const;
