import { statfs } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { askDatabase, createTestSchema, WITHOUT_DATABASE, WITHOUT_REDIS } from '../test/fixtures/services.ts';
import { withTemporaryFolder } from '../test/fixtures/temporary-folder.ts';
import type { BenchResult, BenchRow } from './bench-result.ts';
import { CLIENTS_AT_ONCE, type EngineMeasurement, type SharedOrder } from './jobs/measurement.ts';
import { startBenchProcess, type BenchProcess } from './support/bench-process.ts';
import { median } from './support/median.ts';

const TARGETS = { embeddedEnqueues: 1_000, embeddedJobs: 100, sharedEnqueues: 400, sharedJobs: 100 };
const WORKERS = 4;
/** Before anything is measured, so many for each of four: V8 compiles what is hot in a process some thousand calls later. */
const WARM_UP_JOBS_OF_ONE = 500;
const LOOK_MILLISECONDS = 100;
const MOST_LOOKS = 2_000;
/** `f_type` of a file system in memory, https://man7.org/linux/man-pages/man2/statfs.2.html. */
const TMPFS = 0x01021994;

/** Of one round: by one process, and by four. */
type SharedMeasurement = { readonly one: EngineMeasurement; readonly four: EngineMeasurement };

/**
 * How many jobs the engine accepts, and how many of four steps that do nothing it runs, a second; every acceptance and every
 * step is on disk. The promised figure of the first is the one of many clients at once, which is what a server sees.
 */
export async function run({ quick }: { readonly quick: boolean }): Promise<BenchResult> {
  const rounds = quick ? 2 : 6;
  const count = quick ? 300 : 1_000;
  const embedded: EngineMeasurement[] = [];
  for (let round = 0; round < rounds; round += 1) embedded.push(await measureEmbedded(count));
  const missing = WITHOUT_DATABASE || WITHOUT_REDIS;
  const shared: SharedMeasurement[] = [];
  if (missing === false) for (let round = 0; round < rounds; round += 1) shared.push(await measureBoth(count, round));

  const middle = <T>(of: readonly T[], select: (one: T) => number): number => Math.round(median(of.map(select)));
  const ofEmbedded = {
    embeddedEnqueuesPerSecond: middle(embedded, ({ enqueuesAtOnce }) => enqueuesAtOnce),
    embeddedEnqueuesInTurnPerSecond: middle(embedded, ({ enqueuesInTurn }) => enqueuesInTurn),
    embeddedJobsPerSecond: middle(embedded, ({ jobsPerSecond }) => jobsPerSecond),
  };
  const ofShared = shared.length > 0 && {
    sharedEnqueuesPerSecond: middle(shared, ({ one }) => one.enqueuesAtOnce),
    sharedEnqueuesInTurnPerSecond: middle(shared, ({ one }) => one.enqueuesInTurn),
    sharedJobsPerSecond: middle(shared, ({ one }) => one.jobsPerSecond),
    sharedJobsPerSecondOfFour: middle(shared, ({ four }) => four.jobsPerSecond),
    fourAgainstOne: Number(median(shared.map(({ one, four }) => four.jobsPerSecond / one.jobsPerSecond)).toFixed(2)),
  };
  return {
    name: 'jobs',
    rows: [
      ...embedded.map((one) => rowOf('SQLite', one)),
      ...shared.map(({ one, four }) => rowOf('PostgreSQL + Redis', one, four)),
    ],
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

function rowOf(journal: string, measured: EngineMeasurement, four?: EngineMeasurement): BenchRow {
  const { enqueuesAtOnce, enqueuesInTurn, jobsPerSecond } = measured;
  return {
    journal,
    enqueuesAtOnce: Math.round(enqueuesAtOnce),
    enqueuesInTurn: Math.round(enqueuesInTurn),
    jobsPerSecond: Math.round(jobsPerSecond),
    ...(four !== undefined && { jobsPerSecondOfFour: Math.round(four.jobsPerSecond) }),
  };
}

async function measureEmbedded(count: number): Promise<EngineMeasurement> {
  return withTemporaryFolder(async (folder) => {
    if ((await statfs(folder)).type === TMPFS)
      throw new Error(`${folder} is in memory; set TMPDIR to a folder on a disk.`);
    const child = start('embedded-process.ts', [folder, String(count)]);
    const measured = await child.receive<EngineMeasurement>();
    await child.end();
    return measured;
  });
}

/** Who is first takes turns: the machine gets slower and faster within a round. */
async function measureBoth(count: number, round: number): Promise<SharedMeasurement> {
  if (round % 2 === 0) return { one: await measureShared(count, 1), four: await measureShared(count, WORKERS) };
  const four = await measureShared(count, WORKERS);
  return { one: await measureShared(count, 1), four };
}

/** In a schema of its own, so that whoever comes second does not pay for what the first has left there. */
async function measureShared(count: number, workerCount: number): Promise<EngineMeasurement> {
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
  try {
    const server = await open('server');
    const workers = await Promise.all(Array.from({ length: workerCount }, (_, index) => open(`worker-${index}`)));
    const inTurn = Math.ceil(count / 4);
    const enqueuesInTurn = await acceptedBy(server, { count: inTurn, atOnce: 1, label: 'in-turn' });
    // Start-up has a bench of its own; here every process has worked before, on connections that have, too.
    // As many for one as for four, so that both find the same journal.
    const warmUp = WARM_UP_JOBS_OF_ONE * WORKERS;
    await acceptedBy(server, { count: warmUp, atOnce: CLIENTS_AT_ONCE, label: 'warm-up' });
    await finishAll(workers, inTurn + warmUp);
    for (const worker of workers) order(worker, { do: 'rest' });
    await Promise.all(workers.map((worker) => worker.receive()));
    const enqueuesAtOnce = await acceptedBy(server, { count, atOnce: CLIENTS_AT_ONCE, label: 'at-once' });
    return { enqueuesInTurn, enqueuesAtOnce, jobsPerSecond: await finishAll(workers, count) };
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
