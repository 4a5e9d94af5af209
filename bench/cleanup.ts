import { join } from 'node:path';
import { withTemporaryFolder } from '../test/fixtures/temporary-folder.ts';
import type { BenchResult } from './bench-result.ts';
import { startBenchProcess } from './support/bench-process.ts';
import type { BucketTold } from './support/bucket-process.ts';
import type { CleanUpMeasured } from './cleanup/cleaner-process.ts';

const PAGE_OBJECTS = 1_000;
const MOST_HEAP_GROWTH_MEBIBYTES = 8;
const MEBIBYTE = 1024 ** 2;
const AGE_DAYS = 40;

/**
 * Clean-up of a bucket of which every other object is old and in nobody's use, against the simulator of S3 in another process,
 * which counts the requests. Posters and captions have folders of their own, so their empty lists and the list of unfinished
 * uploads are three requests more than the pages of `videos`. The heap is measured after a collection, every ten pages.
 */
export async function run({ quick }: { readonly quick: boolean }): Promise<BenchResult> {
  const objectCount = quick ? 20_000 : 100_000;
  return withTemporaryFolder(async (folder) => {
    const arguments_ = [String(objectCount), String(AGE_DAYS)];
    const bucket = startBenchProcess(join(import.meta.dirname, 'support/bucket-process.ts'), arguments_);
    const { url } = await bucket.receive<{ readonly url: string }>();
    const cleaner = startBenchProcess(
      join(import.meta.dirname, 'cleanup/cleaner-process.ts'),
      [url, join(folder, 'journal.sqlite')],
      ['--expose-gc'],
    );
    const measured = await cleaner.receive<CleanUpMeasured>();
    await cleaner.end();
    const answer = bucket.receive<BucketTold>();
    bucket.child.send('told');
    const told = await answer;
    await bucket.end();
    return report(objectCount, measured, told);
  });
}

function report(
  objectCount: number,
  measured: CleanUpMeasured,
  { requests, objectCount: left }: BucketTold,
): BenchResult {
  const figures = {
    listed: measured.listed,
    deleted: measured.deleted,
    listRequests: requests['GET list-type'] ?? 0,
    deleteRequests: requests['POST delete'] ?? 0,
    otherRequests: Object.values(requests).reduce((sum, count) => sum + count, 0),
    heapGrowthMebibytes: Number(((measured.mostHeapBytes - measured.firstHeapBytes) / MEBIBYTE).toFixed(1)),
    rssGrowthMebibytes: Math.ceil(measured.rssGrowthBytes / MEBIBYTE),
    seconds: Number(measured.seconds.toFixed(1)),
  };
  figures.otherRequests -= figures.listRequests + figures.deleteRequests;
  const emptyFolders = 2;
  const expected = {
    listed: objectCount,
    deleted: objectCount / 2,
    listRequests: objectCount / PAGE_OBJECTS + emptyFolders,
    deleteRequests: objectCount / 2 / PAGE_OBJECTS,
    otherRequests: 1,
  };
  const isExact = Object.entries(expected).every(([name, value]) => figures[name as keyof typeof expected] === value);
  return {
    name: 'cleanup',
    rows: [
      { what: 'lists: pages of videos, and two empty folders', count: figures.listRequests },
      { what: 'deletes of 1,000', count: figures.deleteRequests },
      { what: 'others: the list of unfinished uploads', count: figures.otherRequests },
      { what: 'objects listed', count: measured.listed },
      { what: 'objects deleted', count: measured.deleted },
      { what: 'objects left', count: left },
    ],
    figures,
    targets: {
      ...Object.fromEntries(Object.entries(expected).map(([name, value]) => [name, String(value)])),
      heapGrowthMebibytes: `<= ${MOST_HEAP_GROWTH_MEBIBYTES}`,
    },
    pass:
      isExact &&
      measured.failed === 0 &&
      left === objectCount / 2 &&
      figures.heapGrowthMebibytes <= MOST_HEAP_GROWTH_MEBIBYTES,
  };
}
