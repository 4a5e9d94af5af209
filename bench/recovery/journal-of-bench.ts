import { join } from 'node:path';
import { openPostgresJournal } from '../../src/app/journal.ts';
import type { JobStore } from '../../src/jobs/job-store.ts';
import { askDatabase, createTestSchema, TEST_DATABASE_URL } from '../../test/fixtures/services.ts';
import { newBenchJob, QUIET_LOG } from '../jobs/four-steps.ts';
import { startBenchProcess, type BenchProcess } from '../support/bench-process.ts';

/** A journal of its own in PostgreSQL, and workers on it. */
export type BenchJournal = {
  readonly store: JobStore;
  accept(count: number): Promise<readonly string[]>;
  startWorker(stepMilliseconds: number): Promise<BenchProcess>;
  /** Milliseconds since the epoch at which each job was begun for the n-th time, by the clock of the database. */
  begun(attempts: number): Promise<ReadonlyMap<string, number>>;
  /** The clock of the database. */
  now(): Promise<number>;
};

export async function withBenchJournal<T>(work: (journal: BenchJournal) => Promise<T>): Promise<T> {
  const schema = createTestSchema();
  const store = await openPostgresJournal({ url: TEST_DATABASE_URL ?? '', schema: schema.name, log: QUIET_LOG });
  const workers: BenchProcess[] = [];
  let accepted = 0;
  try {
    return await work({
      store,
      async accept(count) {
        const ids = Array.from({ length: count }, () => `job-${(accepted += 1)}`);
        await Promise.all(ids.map((id, index) => store.create(newBenchJob(id, index))));
        return ids;
      },
      async startWorker(stepMilliseconds) {
        const file = join(import.meta.dirname, 'worker-process.ts');
        const worker = startBenchProcess(file, [schema.name, `worker-${workers.length}`, String(stepMilliseconds)]);
        workers.push(worker);
        await worker.receive();
        return worker;
      },
      async begun(attempts) {
        const rows = await askDatabase(
          `SELECT job_id, at FROM (SELECT job_id, at, row_number() OVER (PARTITION BY job_id ORDER BY sequence) AS nth
             FROM ${schema.name}.job_events WHERE type = 'status' AND data::json->>'status' = 'running') AS started
           WHERE nth = $1`,
          [attempts],
        );
        return new Map(rows.map((row) => [String(row['job_id']), Number(row['at'])]));
      },
      async now() {
        const rows = await askDatabase('SELECT extract(epoch FROM clock_timestamp()) * 1000 AS now');
        return Number(rows[0]?.['now']);
      },
    });
  } finally {
    await Promise.all(workers.map((worker) => worker.end()));
    await store.close();
    await schema.drop();
  }
}
