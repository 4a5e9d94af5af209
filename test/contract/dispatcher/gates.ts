import type { Json } from '../../../src/jobs/job.ts';
import type { JobContext } from '../../../src/jobs/workflow.ts';
import { until } from './stage.ts';

/** Work that waits in its only step until the test lets it go, or its signal aborts. */
export type Gates = {
  run(context: JobContext): Promise<Json>;
  /** Ids of the jobs that wait, in the order in which they came. */
  readonly waiting: readonly string[];
  readonly mostAtOnce: number;
  open(jobId: string): void;
  /** Until that job has come to its gate. */
  reached(jobId: string): Promise<void>;
};

export function createGates(options: { readonly ignoresSignal?: boolean } = {}): Gates {
  const gates = new Map<string, PromiseWithResolvers<null>>();
  let mostAtOnce = 0;
  return {
    run: (context) =>
      context.step('work', async ({ signal }) => {
        const { id } = context.job;
        const gate = Promise.withResolvers<null>();
        gates.set(id, gate);
        mostAtOnce = Math.max(mostAtOnce, gates.size);
        const give = (): void => gate.reject(signal.reason);
        if (options.ignoresSignal !== true) signal.addEventListener('abort', give, { once: true });
        try {
          return await gate.promise;
        } finally {
          signal.removeEventListener('abort', give);
          if (gates.get(id) === gate) gates.delete(id);
        }
      }),
    get waiting() {
      return [...gates.keys()];
    },
    get mostAtOnce() {
      return mostAtOnce;
    },
    open(jobId) {
      gates.get(jobId)?.resolve(null);
      gates.delete(jobId);
    },
    reached: (jobId) =>
      until(
        () => gates.has(jobId),
        () => `job ${jobId} has come to its gate`,
      ),
  };
}
