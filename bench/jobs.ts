import { statfs } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { askDatabase, createTestSchema, WITHOUT_DATABASE, WITHOUT_REDIS } from '../test/fixtures/services.ts';
import { withTemporaryFolder } from '../test/fixtures/temporary-folder.ts';
import type { BenchResult, BenchRow } from './bench-result.ts';
import { CLIENTS_AT_ONCE, type EmbeddedMeasurement, type SharedOrder } from './jobs/measurement.ts';
import { startBenchProcess, type BenchProcess } from './support/bench-process.ts';
import { median } from './support/median.ts';

const TARGETS = { embeddedEnqueues: 1_000, embeddedJobs: 100, sharedEnqueues: 400, sharedJobs: 100 };
const WORKERS = 4;
/** For each worker, before anything is measured. */
const WARM_UP_JOBS = 100;
const LOOK_MILLISECONDS = 100;
const MOST_LOOKS = 2_000;
/** `f_type` of a file system in memory, https://man7.org/linux/man-pages/man2/statfs.2.html. */
const TMPFS = 0x01021994;

type SharedMeasurement = {
  readonly enqueuesInTurn: number;
  readonly enqueuesAtOnce: number;
  readonly jobsPerSecond: number;
  readonly jobsPerSecondOfFour: number;
};

/**
 * How many jobs the engine accepts, and how many of four steps that do nothing it runs, a second; every acceptance and every
 * step is on disk. The promised figure of the first is the one of many clients at once, which is what a server sees.
 */
export async function run({ quick }: { readonly quick: boolean }): Promise<BenchResult> {
  const rounds = quick ? 3 : 7;
  const count = quick ? 300 : 1_000;
  const embedded: EmbeddedMeasurement[] = [];
  for (let round = 0; round < rounds; round += 1) embedded.push(await measureEmbedded(count));
  const missing = WITHOUT_DATABASE || WITHOUT_REDIS;
  const shared: SharedMeasurement[] = [];
  if (missing === false) for (let round = 0; round < rounds; round += 1) shared.push(await measureShared(count));

  const middle = <T>(of: readonly T[], select: (one: T) => number): number => Math.round(median(of.map(select)));
  const ofEmbedded = {
    embeddedEnqueuesPerSecond: middle(embedded, ({ enqueuesAtOnce }) => enqueuesAtOnce),
    embeddedEnqueuesInTurnPerSecond: middle(embedded, ({ enqueuesInTurn }) => enqueuesInTurn),
    embeddedJobsPerSecond: middle(embedded, ({ jobsPerSecond }) => jobsPerSecond),
  };
  const ofShared = shared.length > 0 && {
    sharedEnqueuesPerSecond: middle(shared, ({ enqueuesAtOnce }) => enqueuesAtOnce),
    sharedEnqueuesInTurnPerSecond: middle(shared, ({ enqueuesInTurn }) => enqueuesInTurn),
    sharedJobsPerSecond: middle(shared, ({ jobsPerSecond }) => jobsPerSecond),
    sharedJobsPerSecondOfFour: middle(shared, ({ jobsPerSecondOfFour }) => jobsPerSecondOfFour),
    fourAgainstOne: Number(median(shared.map((one) => one.jobsPerSecondOfFour / one.jobsPerSecond)).toFixed(2)),
  };
  return {
    name: 'jobs',
    rows: [...embedded.map((one) => rowOf('SQLite', one)), ...shared.map((one) => rowOf('PostgreSQL + Redis', one))],
    figures: { ...ofEmbedded, ...ofShared, rounds, jobsInRound: count, clientsAtOnce: CLIENTS_AT_ONCE },
    targets: {
      embeddedEnqueuesPerSecond: `>= ${TARGETS.embeddedEnqueues}`,
      embeddedJobsPerSecond: `>= ${TARGETS.embeddedJobs}`,
      ...(ofShared && {
        sharedEnqueuesPerSecond: `>= ${TARGETS.sharedEnqueues}`,
        sharedJobsPerSecond: `>= ${TARGETS.sharedJobs}`,
        fourAgainstOne: '>= 1',
      }),
    },
    pass:
      ofEmbedded.embeddedEnqueuesPerSecond >= TARGETS.embeddedEnqueues &&
      ofEmbedded.embeddedJobsPerSecond >= TARGETS.embeddedJobs &&
      (!ofShared ||
        (ofShared.sharedEnqueuesPerSecond >= TARGETS.sharedEnqueues &&
          ofShared.sharedJobsPerSecond >= TARGETS.sharedJobs &&
          ofShared.fourAgainstOne >= 1)),
    skipped: missing === false ? [] : [`PostgreSQL + Redis: ${missing}`],
  };
}

function rowOf(journal: string, measured: EmbeddedMeasurement & Partial<SharedMeasurement>): BenchRow {
  const { enqueuesAtOnce, enqueuesInTurn, jobsPerSecond, jobsPerSecondOfFour } = measured;
  return {
    journal,
    enqueuesAtOnce: Math.round(enqueuesAtOnce),
    enqueuesInTurn: Math.round(enqueuesInTurn),
    jobsPerSecond: Math.round(jobsPerSecond),
    ...(jobsPerSecondOfFour !== undefined && { jobsPerSecondOfFour: Math.round(jobsPerSecondOfFour) }),
  };
}

async function measureEmbedded(count: number): Promise<EmbeddedMeasurement> {
  return withTemporaryFolder(async (folder) => {
    if ((await statfs(folder)).type === TMPFS)
      throw new Error(`${folder} is in memory; set TMPDIR to a folder on a disk.`);
    const child = start('embedded-process.ts', [folder, String(count)]);
    const measured = await child.receive<EmbeddedMeasurement>();
    await child.end();
    return measured;
  });
}

async function measureShared(count: number): Promise<SharedMeasurement> {
  const schema = createTestSchema();
  const table = `${schema.name}.jobs`;
  const processes: BenchProcess[] = [];
  const open = async (name: string): Promise<BenchProcess> => {
    const opened = start('shared-process.ts', [schema.name, name], processes);
    await opened.receive();
    return opened;
  };
  const order = (to: BenchProcess, what: SharedOrder): void => void to.child.send(what);
  const acceptedBy = async (by: BenchProcess, what: Omit<SharedOrder & { do: 'accept' }, 'do'>): Promise<number> => {
    order(by, { do: 'accept', ...what });
    return by.receive<number>();
  };
  /** From the moment at which all workers, which are ready, are told to begin. */
  const finishAll = async (workers: readonly BenchProcess[], jobs: number): Promise<number> => {
    const now = Number((await askDatabase('SELECT extract(epoch FROM clock_timestamp()) * 1000 AS now'))[0]?.['now']);
    for (const worker of workers) order(worker, { do: 'work' });
    for (let look = 0; look < MOST_LOOKS; look += 1) {
      const [row] = await askDatabase(
        `SELECT count(*) AS finished, max(finished_at) AS last FROM ${table} WHERE finished_at >= $1`,
        [Math.floor(now)],
      );
      if (Number(row?.['finished']) === jobs) return jobs / ((Number(row?.['last']) - now) / 1000);
      await wait(LOOK_MILLISECONDS);
    }
    throw new Error(`${jobs} jobs were not finished within ${(MOST_LOOKS * LOOK_MILLISECONDS) / 1000} s.`);
  };
  /** Start-up has a bench of its own; here every process has worked before, on connections that have, too. */
  const warmUp = async (server: BenchProcess, workers: readonly BenchProcess[], label: string): Promise<void> => {
    const jobs = WARM_UP_JOBS * workers.length;
    await acceptedBy(server, { count: jobs, atOnce: CLIENTS_AT_ONCE, label });
    await finishAll(workers, jobs);
    for (const worker of workers) order(worker, { do: 'rest' });
    await Promise.all(workers.map((worker) => worker.receive()));
  };
  try {
    const server = await open('server');
    const alone = await open('alone');
    await warmUp(server, [alone], 'one-warm');
    const enqueuesInTurn = await acceptedBy(server, { count: Math.ceil(count / 4), atOnce: 1, label: 'in-turn' });
    const enqueuesAtOnce = await acceptedBy(server, { count, atOnce: CLIENTS_AT_ONCE, label: 'at-once' });
    const jobsPerSecond = await finishAll([alone], Math.ceil(count / 4) + count);
    await alone.end();
    const four = await Promise.all(Array.from({ length: WORKERS }, (_, index) => open(`worker-${index}`)));
    await warmUp(server, four, 'four-warm');
    await acceptedBy(server, { count, atOnce: CLIENTS_AT_ONCE, label: 'for-four' });
    const jobsPerSecondOfFour = await finishAll(four, count);
    return { enqueuesInTurn, enqueuesAtOnce, jobsPerSecond, jobsPerSecondOfFour };
  } finally {
    await Promise.all(processes.map((one) => one.end()));
    await schema.drop();
  }
}

function start(file: string, arguments_: readonly string[], list: BenchProcess[] = []): BenchProcess {
  const started = startBenchProcess(join(import.meta.dirname, 'jobs', file), arguments_);
  list.push(started);
  return started;
}
