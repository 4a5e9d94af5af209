import type { Job } from '../../src/jobs/job.ts';
import type { NewJob } from '../../src/jobs/job-store.ts';
import type { Workflow } from '../../src/jobs/workflow.ts';

/** Four steps that do nothing: what is left is the engine. */
export const FOUR_STEPS: Workflow = {
  steps: ['script', 'speech', 'render', 'publish'].map((name) => ({ name, weight: 1 })),
  async run({ step }) {
    for (const { name } of FOUR_STEPS.steps) await step(name, async () => null);
    return null;
  },
};

export const QUIET_LOG = { info() {}, warn: complain, error: complain };

/** Ten users take turns, as in a busy installation. */
export function newBenchJob(id: string, index: number): NewJob {
  return { id, userId: `user-${index % 10}`, input: { script: 'x'.repeat(500) }, priority: 0, runAt: 0 };
}

/** Runs `accept` for each index, so many at a time; gives how many were accepted a second. */
export async function acceptedPerSecond(options: {
  readonly count: number;
  readonly atOnce: number;
  readonly accept: (index: number) => Promise<Job>;
}): Promise<number> {
  const { count, atOnce, accept } = options;
  const startedAt = performance.now();
  let next = 0;
  const client = async (): Promise<void> => {
    while (next < count) {
      const index = next;
      next += 1;
      await accept(index);
    }
  };
  await Promise.all(Array.from({ length: atOnce }, client));
  return count / ((performance.now() - startedAt) / 1000);
}

function complain(fields: Readonly<Record<string, unknown>>, message: string): void {
  console.error(message, fields);
}
