import type { Clock } from '../../core/clock.ts';
import { toAppError } from '../../core/errors.ts';
import type { JobStore } from '../../jobs/job-store.ts';
import type { ListedObject, ObjectStore, RemovalFailure } from '../../storage/object-store.ts';
import { addObjectsInUse, KeptObjects } from './kept-objects.ts';
import { FOLDERS_OF_CLASS, OBJECT_CLASSES, type DaysKept, type ObjectClass } from './object-classes.ts';
import { emptyClassReport, MOST_FAILURES_SHOWN, type ClassReport, type CleanUpReport } from './report.ts';

const DAY_MILLISECONDS = 24 * 3_600_000;
/** What a store deletes with one request. */
const BATCH_OBJECTS = 1_000;
/** An object that was found old waits no longer for others to go with: until then a job may have written it again. */
const LONGEST_WAIT_MILLISECONDS = 60_000;
const BATCH_DEADLINE_MILLISECONDS = 120_000;
/** A batch that is under way when the work is called off may finish, so that it can be counted; but a stop does not wait long. */
const BATCH_GRACE_MILLISECONDS = 5_000;
/** Jobs that ended this long before the clean-up began are read again before each batch; clocks differ. */
const CLOCK_MARGIN_MILLISECONDS = 3_600_000;

export type CleanUpOptions = {
  readonly jobs: Pick<JobStore, 'jobsInUse' | 'storedTexts'>;
  readonly objects: ObjectStore;
  readonly days: DaysKept;
  /** Counts what would go, and deletes nothing. */
  readonly isDryRun: boolean;
  /** For how many days the storage charges at least for an object; 0 where it does not. */
  readonly chargedDays: number;
  readonly clock: Clock;
  /** Ends the work between two batches. */
  readonly signal: AbortSignal;
  /** Told often, and always with the same report, so that what was done is known also when the work ends early. */
  onProgress?(report: CleanUpReport): void;
};

/**
 * Deletes the objects of the given classes that are older than their days and that no job uses: none that is not final, and none
 * that ended within those days. Throws AppError `cancelled`, or what the store or the journal says when it cannot go on.
 *
 * The order makes it safe while jobs run. What is in use is read first; then come the lists; and right before each batch the jobs
 * are read again that were live since. A job that writes an object again makes it young, which a folder sees as it deletes.
 * What remains is a bucket in which, within the minute between list and delete, a job stores the very bytes of an object that
 * nobody has used for days, and has not recorded its step before the jobs are read again: then that step's object is missing, the
 * job fails with `object_missing`, and has to be asked for again.
 */
export async function cleanUp(options: CleanUpOptions): Promise<CleanUpReport> {
  const { jobs, objects, days, isDryRun, clock, signal, onProgress } = options;
  const startedAt = clock.now();
  const report: CleanUpReport = { isDryRun, classes: {}, abortedUploads: 0, failedUploads: 0, failures: [] };
  const classes = OBJECT_CLASSES.flatMap((name) => {
    const kept = days[name];
    return kept === undefined ? [] : [{ name, before: startedAt - kept * DAY_MILLISECONDS }];
  });
  try {
    const kept = new KeptObjects();
    const sinceEach = (since: (before: number) => number) =>
      Object.fromEntries(classes.map(({ name, before }) => [name, since(before)]));
    await addObjectsInUse(kept, { jobs, endedSince: sinceEach((before) => before), signal });
    const endedSince = sinceEach(() => startedAt - CLOCK_MARGIN_MILLISECONDS);
    const readLiveAgain = () => addObjectsInUse(kept, { jobs, endedSince, signal });
    for (const { name, before } of classes) {
      const counts = (report.classes[name] = emptyClassReport());
      await cleanClass(name, { ...options, kept, readLiveAgain, before, startedAt, report, counts });
    }
    if (!isDryRun) await abortUploads(objects, { startedAt, report, signal });
    onProgress?.(report);
    return report;
  } catch (error) {
    throw toAppError(error);
  }
}

type ClassWork = CleanUpOptions & {
  readonly kept: KeptObjects;
  readLiveAgain(): Promise<void>;
  /** What was written before this time is old; in milliseconds since the epoch. */
  readonly before: number;
  readonly startedAt: number;
  readonly report: CleanUpReport;
  readonly counts: ClassReport;
};

async function cleanClass(name: ObjectClass, work: ClassWork): Promise<void> {
  const { objects, kept, before, report, counts, clock, signal, onProgress } = work;
  let waiting: readonly ListedObject[] = [];
  let since = clock.now();
  for (const folder of FOLDERS_OF_CLASS[name]) {
    for await (const page of objects.list(folder, { signal })) {
      if (waiting.length === 0) since = clock.now();
      const old = page.filter(({ modifiedAt }) => modifiedAt.getTime() < before);
      const free = old.filter(({ key }) => !kept.has(key));
      counts.listed += page.length;
      counts.young += page.length - old.length;
      counts.inUse += old.length - free.length;
      waiting = [...waiting, ...free];
      while (
        waiting.length > 0 &&
        (waiting.length >= BATCH_OBJECTS || clock.now() - since > LONGEST_WAIT_MILLISECONDS)
      ) {
        waiting = await withoutUsed(waiting, work);
        // Only full ones, so that nothing is asked more often than need be.
        if (waiting.length < BATCH_OBJECTS && clock.now() - since <= LONGEST_WAIT_MILLISECONDS) break;
        await removeBatch(waiting.slice(0, BATCH_OBJECTS), work);
        waiting = waiting.slice(BATCH_OBJECTS);
        since = clock.now();
      }
      onProgress?.(report);
    }
  }
  waiting = await withoutUsed(waiting, work);
  await removeBatch(waiting, work);
  onProgress?.(report);
}

/** Those that no job has come to use since they were listed. */
async function withoutUsed(waiting: readonly ListedObject[], work: ClassWork): Promise<readonly ListedObject[]> {
  const { kept, counts, isDryRun, readLiveAgain } = work;
  if (isDryRun || waiting.length === 0) return waiting;
  await readLiveAgain();
  const free = waiting.filter(({ key }) => !kept.has(key));
  counts.inUse += waiting.length - free.length;
  return free;
}

async function removeBatch(batch: readonly ListedObject[], work: ClassWork): Promise<void> {
  const { objects, before, report, counts, isDryRun, signal } = work;
  signal.throwIfAborted();
  if (isDryRun || batch.length === 0) {
    countDeleted(batch, work);
    return;
  }
  const { rewritten, failures } = await objects.deleteMany(
    batch.map(({ key }) => key),
    { modifiedBefore: new Date(before), signal: batchSignal(signal) },
  );
  counts.young += rewritten.length;
  counts.failed += failures.length;
  showFailures(report, failures);
  const stayed = new Set([...rewritten, ...failures.map(({ key }) => key)]);
  countDeleted(
    batch.filter(({ key }) => !stayed.has(key)),
    work,
  );
}

function batchSignal(signal: AbortSignal): AbortSignal {
  const late = new AbortController();
  const giveUp = (): void => late.abort(signal.reason);
  signal.addEventListener(
    'abort',
    () => AbortSignal.timeout(BATCH_GRACE_MILLISECONDS).addEventListener('abort', giveUp, { once: true }),
    { once: true },
  );
  return AbortSignal.any([late.signal, AbortSignal.timeout(BATCH_DEADLINE_MILLISECONDS)]);
}

function countDeleted(gone: readonly ListedObject[], { counts, chargedDays, startedAt }: ClassWork): void {
  const charged = startedAt - chargedDays * DAY_MILLISECONDS;
  counts.deleted += gone.length;
  for (const { bytes, modifiedAt } of gone) {
    counts.bytes += bytes;
    if (modifiedAt.getTime() > charged) counts.chargedOn += 1;
  }
}

/** What cannot be looked through, because the right to list uploads is missing, is a failure of this part alone. */
async function abortUploads(
  objects: ObjectStore,
  {
    startedAt,
    report,
    signal,
  }: { readonly startedAt: number; readonly report: CleanUpReport; readonly signal: AbortSignal },
): Promise<void> {
  const olderThan = new Date(startedAt - DAY_MILLISECONDS);
  try {
    const { aborted, failures } = await objects.abortStaleUploads({ olderThan, signal });
    report.abortedUploads += aborted;
    report.failedUploads += failures.length;
    showFailures(report, failures);
  } catch (thrown) {
    const error = toAppError(thrown);
    if (error.kind === 'cancelled') throw error;
    report.failedUploads += 1;
    showFailures(report, [{ key: 'unfinished uploads', error }]);
  }
}

function showFailures({ failures }: CleanUpReport, more: readonly RemovalFailure[]): void {
  failures.push(...more.slice(0, MOST_FAILURES_SHOWN - failures.length));
}
