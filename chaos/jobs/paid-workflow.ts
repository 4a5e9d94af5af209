import { randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import type { Json } from '../../src/jobs/job.ts';
import type { JobContext, StepContext, Workflow } from '../../src/jobs/workflow.ts';
import type { LineLedger } from '../support/line-ledger.ts';
import type { Sabotage } from './sabotage.ts';
import { publishedText, publishFile } from './publish-file.ts';
import type { Receipt, VendorClient } from './vendor-client.ts';
import { PAID_STEPS, STEP_NAMES, type StepName, type WorkEntry } from './worker-protocol.ts';

const PLAN_UNITS = 4;
/** As rarely as progress is written. */
const SLOW_UNIT_MILLISECONDS = 260;

/** A step that is free, one paid for in each manner, and a file at the end. The job's output is the outputs of its steps. */
export function createPaidWorkflow(options: {
  readonly client: VendorClient;
  readonly work: LineLedger<WorkEntry>;
  readonly workerId: string;
  readonly publishFolder: string;
  readonly reportsProgress: boolean;
  readonly sabotage: Sabotage;
}): Workflow {
  const { client, work, workerId, publishFolder, reportsProgress, sabotage } = options;

  async function runStep<T extends Json>(
    context: JobContext,
    name: StepName,
    doWork: (step: StepContext) => Promise<T>,
  ): Promise<T> {
    const entry = { worker: workerId, job: context.job.id, step: name };
    const output = await context.step(name, (step) => {
      work.append({ kind: 'start', ...entry });
      return doWork(step);
    });
    work.append({ kind: 'recorded', ...entry });
    return output;
  }

  function pay(context: JobContext, name: keyof typeof PAID_STEPS): Promise<Receipt> {
    return runStep(context, name, (step) => {
      const call = client.order(PAID_STEPS[name], { job: context.job.id, step: name });
      return step.paidCall(sabotage.call?.(call) ?? call);
    });
  }

  /** One job in ten takes long enough for its progress to be written again and again. */
  function isSlow({ job }: JobContext): boolean {
    return reportsProgress && (job.input as { readonly key: string }).key.endsWith('5');
  }

  return {
    steps: STEP_NAMES.map((name) => ({ name, weight: reportsProgress ? 1 : 0 })),
    async run(context) {
      const plan = await runStep(context, 'plan', async ({ reportProgress, signal }) => {
        for (let done = 1; done <= PLAN_UNITS; done += 1) {
          await pause(isSlow(context) ? SLOW_UNIT_MILLISECONDS : 1, undefined, { signal });
          reportProgress(done, PLAN_UNITS);
        }
        return randomUUID();
      });
      const results = [
        plan,
        await pay(context, 'video'),
        await pay(context, 'render'),
        await pay(context, 'speak'),
      ] as const;
      const job = context.job.id;
      const path = await runStep(context, 'publish', ({ signal }) =>
        publishFile(publishFolder, {
          job,
          text: publishedText(job, results),
          inPlace: sabotage.publishesInPlace ?? false,
          signal,
        }),
      );
      return [...results, path];
    },
  };
}
