import { randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import type { Json } from '../../src/jobs/job.ts';
import type { JobContext, StepContext, Workflow } from '../../src/jobs/workflow.ts';
import type { LineLedger } from './line-ledger.ts';
import type { Sabotage } from './sabotage.ts';
import { publishedText, publishFile } from './publish-file.ts';
import type { Receipt, VendorClient } from './vendor-client.ts';
import { PAID_STEPS, STEP_NAMES, type StepName, type WorkEntry } from './worker-protocol.ts';

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

  return {
    steps: STEP_NAMES.map((name) => ({ name, weight: reportsProgress ? 1 : 0 })),
    async run(context) {
      const plan = await runStep(context, 'plan', async ({ reportProgress, signal }) => {
        reportProgress(1, 2);
        await pause(2, undefined, { signal });
        reportProgress(2, 2);
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
