import { AppError } from '../core/errors.ts';
import type { CrashPoint } from './crash-point.ts';
import { FencedError } from './fenced-error.ts';
import type { Json, StepRecord } from './job.ts';
import type { JobStore } from './job-store.ts';
import type { Lease } from './lease.ts';
import { createPaidCalls } from './paid-call.ts';
import type { ProgressMeter } from './progress.ts';
import type { ProgressReporter } from './progress-reporter.ts';
import { toStoredJson } from './stored-json.ts';
import type { JobContext, StepContext } from './workflow.ts';

export type StepRunner = {
  readonly step: JobContext['step'];
  /** The name of the step whose work threw `error`, or whose work wraps it as its cause; null when no step did. */
  stepOf(error: unknown): string | null;
};

/** Runs the steps of one run: a recorded step answers from the journal, any other is begun, worked and recorded. */
export function createStepRunner(options: {
  readonly store: JobStore;
  readonly lease: Lease;
  readonly records: readonly StepRecord[];
  readonly meter: ProgressMeter;
  readonly reporter: ProgressReporter;
  readonly crashPoint: CrashPoint;
}): StepRunner {
  const { store, lease, meter, reporter, crashPoint } = options;
  const { claim, signal } = lease;
  const recorded = new Map(options.records.map((record) => [record.name, record]));
  const used = new Set<string>();
  const makePaidCall = createPaidCalls({ store, lease, crashPoint });
  const failures: { readonly error: unknown; readonly step: string }[] = [];

  async function step<T extends Json>(name: string, work: (context: StepContext) => Promise<T>): Promise<T> {
    if (used.has(name)) {
      throw new AppError({
        code: 'internal_error',
        kind: 'internal',
        message: `A step name may be used once in a run; "${name}" was used twice.`,
      });
    }
    used.add(name);
    // The record was written by `work` of the same name, so it has the type that `work` returns.
    const earlier = recorded.get(name);
    if (earlier?.status === 'completed') return earlier.output as T;
    try {
      return await runStep(name, work);
    } catch (error) {
      if (error instanceof FencedError) lease.end('lost');
      failures.push({ error, step: name });
      throw error;
    }
  }

  async function runStep<T extends Json>(name: string, work: (context: StepContext) => Promise<T>): Promise<T> {
    signal.throwIfAborted();
    crashPoint('step.before_begin');
    const record = await store.beginStep(claim, name);
    if (record.status === 'completed') return record.output as T;
    crashPoint('step.begun');
    let open = true;
    let output: T;
    try {
      output = await work({
        signal,
        attempt: record.attempts,
        reportProgress(completedUnits, totalUnits) {
          if (!open) return;
          meter.advance(name, completedUnits, totalUnits);
          reporter.touch();
        },
        describe: (description) => store.describeStep(claim, name, description),
        paidCall: (paid) => makePaidCall(name, paid),
      });
    } finally {
      open = false;
    }
    crashPoint('step.worked');
    await reporter.complete(name, (report) => store.completeStep(claim, name, output, report));
    crashPoint('step.completed');
    reporter.touch();
    // What a resumed run will read from the journal, so that both runs go the same way.
    return JSON.parse(toStoredJson(output, `The result of step "${name}"`)) as T;
  }

  return {
    step,
    stepOf(error) {
      const chain = new Set<unknown>();
      for (let link = error; link !== undefined && !chain.has(link); link = (link as Error | null)?.cause)
        chain.add(link);
      return failures.findLast((failure) => chain.has(failure.error))?.step ?? null;
    },
  };
}
