import type { BatchResult } from './batch.ts';
import { describeCase, type FaultCase } from './fault-cases.ts';

/** What is kept of a batch; plain data. */
export type BatchSummary = {
  readonly arrangement: string;
  readonly jobs: number;
  readonly completed: number;
  /** Completed by somebody else than the one who was wanted, or with the script as it was written. */
  readonly stoodIn: number;
  readonly failed: number;
  readonly faults: number;
  readonly unmet: number;
  readonly charges: number;
  readonly doubleCharges: number;
  readonly uncertainRepeats: number;
  readonly halfFiles: number;
  readonly orphans: number;
  readonly violations: readonly string[];
};

export function summariseBatch(
  { arrangement, faults }: { readonly arrangement: { readonly name: string }; readonly faults: readonly FaultCase[] },
  result: BatchResult,
): BatchSummary {
  const { jobs, unmet, charges, violations, halfFiles, orphans } = result;
  const [first] = faults;
  const cause =
    first === undefined
      ? `${arrangement.name}: no fault`
      : faults.length === 1
        ? describeCase(first)
        : describeMany(faults);
  const count = (wanted: string): number => jobs.filter(({ job }) => job.status === wanted).length;
  return {
    arrangement: arrangement.name,
    jobs: jobs.length,
    completed: count('completed'),
    stoodIn: jobs.filter(({ status }) => status.tts?.fallback_used === true || status.warnings.length > 0).length,
    failed: count('failed'),
    faults: faults.length,
    unmet: unmet.length,
    charges: charges.charges,
    doubleCharges: charges.doubleCharges,
    uncertainRepeats: charges.uncertainRepeats,
    halfFiles,
    orphans,
    violations: violations.map((violation) => `${cause}: ${violation}`),
  };
}

function describeMany(faults: readonly FaultCase[]): string {
  const names = faults.map(
    ({ vendor, scenario, position, isLasting }) => `${vendor} ${scenario} +${position}${isLasting ? ' lasting' : ''}`,
  );
  return `${faults[0]?.arrangement.name ?? ''}: ${names.join(', ')}`;
}
