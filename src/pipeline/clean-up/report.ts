import type { RemovalFailure } from '../../storage/object-store.ts';
import type { ObjectClass } from './object-classes.ts';

/** What became of the objects of one class; of a dry run, what would have become of them. */
export type ClassReport = {
  listed: number;
  /** Old, and named by a job that is not final or has not ended long enough ago. */
  inUse: number;
  young: number;
  deleted: number;
  /** Of those deleted, as are the next. */
  bytes: number;
  /** Younger than the days for which the storage charges in any case. */
  chargedOn: number;
  failed: number;
};

export type CleanUpReport = {
  readonly isDryRun: boolean;
  readonly classes: Partial<Record<ObjectClass, ClassReport>>;
  /** Uploads that were begun a day ago or before and never ended. */
  abortedUploads: number;
  failedUploads: number;
  /** The first few of all failures. */
  readonly failures: RemovalFailure[];
};

/** How many failures are shown; all are counted. */
export const MOST_FAILURES_SHOWN = 5;

export function emptyClassReport(): ClassReport {
  return { listed: 0, inUse: 0, young: 0, deleted: 0, bytes: 0, chargedOn: 0, failed: 0 };
}

/** The sum over all classes. */
export function totalOf(report: CleanUpReport): ClassReport {
  const total = emptyClassReport();
  for (const counts of Object.values(report.classes)) {
    for (const field of Object.keys(total) as (keyof ClassReport)[]) total[field] += counts[field];
  }
  return total;
}

export function failedIn(report: CleanUpReport): number {
  return totalOf(report).failed + report.failedUploads;
}
