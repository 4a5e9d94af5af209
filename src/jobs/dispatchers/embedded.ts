import type { Dispatcher } from '../dispatcher.ts';
import type { InstanceLock } from '../instance-lock.ts';
import { createJobPump } from '../job-pump.ts';
import { createJobRunner, type RunnerOptions } from '../job-runner.ts';

const DEFAULT_LEASE_MILLISECONDS = 30_000;

/**
 * Workers in this process, over a journal that only this process uses. `instanceLock` is asked for as the proof: at the
 * start all leases are ended, which would take running jobs from a second process.
 */
export function createEmbeddedDispatcher(
  options: RunnerOptions & { readonly instanceLock: InstanceLock; readonly pollMilliseconds?: number },
): Dispatcher {
  const { store, log, maximumInterruptions, leaseMilliseconds = DEFAULT_LEASE_MILLISECONDS } = options;
  const runner = createJobRunner({ ...options, leaseMilliseconds, workerId: `process-${process.pid}` });
  const pump = createJobPump({ ...options, runner });
  return {
    notify(jobId) {
      runner.check(jobId);
      pump.fill();
    },
    async start() {
      const limit = maximumInterruptions === undefined ? {} : { maximumInterruptions };
      const interrupted = await store.expireAllLeases(limit);
      if (interrupted > 0) log.info({ interrupted }, 'Jobs of an earlier process go on');
      pump.start();
    },
    drain: (grace) => pump.drain(grace),
  };
}
