import { openSqliteJournal } from '../../src/app/journal.ts';
import { systemClock } from '../../src/core/clock.ts';
import { cleanUp } from '../../src/pipeline/clean-up/clean-up.ts';
import { totalOf } from '../../src/pipeline/clean-up/report.ts';
import { openS3Store } from '../../src/storage/stores/s3.ts';
import { BENCH_ACCOUNT } from '../support/bench-account.ts';

export type CleanUpMeasured = {
  readonly listed: number;
  readonly deleted: number;
  readonly failed: number;
  readonly seconds: number;
  /** Of the heap, after a collection: at the first page, and the most at any later one. */
  readonly firstHeapBytes: number;
  readonly mostHeapBytes: number;
  /** The highest mark of the process, over what it was at the first page. */
  readonly rssGrowthBytes: number;
};

const PAGES_PER_SAMPLE = 10;

const [endpoint = '', journalPath = ''] = process.argv.slice(2);
const { gc } = globalThis;
if (gc === undefined) throw new Error('Memory is measured after a collection: start with --expose-gc.');
const jobs = openSqliteJournal({ path: journalPath, clock: systemClock });
const objects = openS3Store({ ...BENCH_ACCOUNT, endpoint });
const heaps: number[] = [];
let pages = 0;
let firstRssBytes = 0;
const startedAt = performance.now();
const report = await cleanUp({
  jobs,
  objects,
  days: { videos: 30 },
  isDryRun: false,
  chargedDays: 0,
  clock: systemClock,
  signal: new AbortController().signal,
  onProgress() {
    if (pages % PAGES_PER_SAMPLE === 0) {
      gc();
      heaps.push(process.memoryUsage().heapUsed);
      if (pages === 0) firstRssBytes = process.memoryUsage.rss();
    }
    pages += 1;
  },
});
const seconds = (performance.now() - startedAt) / 1000;
const { listed, deleted, failed } = totalOf(report);
process.send?.({
  listed,
  deleted,
  failed,
  seconds,
  firstHeapBytes: heaps[0] ?? 0,
  mostHeapBytes: Math.max(...heaps),
  rssGrowthBytes: process.resourceUsage().maxRSS * 1024 - firstRssBytes,
} satisfies CleanUpMeasured);
objects.close();
await jobs.close();
