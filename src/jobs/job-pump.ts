import { systemTimer, type Timer } from '../core/timer.ts';
import type { JobLog } from './job-log.ts';
import type { JobRunner } from './job-runner.ts';

/** Finds jobs whose time has come; also the safety net for a wake-up that never came. */
const DEFAULT_POLL_MILLISECONDS = 1_000;

/** Takes jobs from the journal by asking it: when told to, when a job ends, and every second in any case. */
export type JobPump = {
  start(): void;
  /** Looks for work now. */
  fill(): void;
  /** As of the runner. */
  drain(options: { readonly graceMilliseconds: number }): Promise<void>;
};

/** A journal that fails is told of once, and asked again at the next poll. */
export function createJobPump(options: {
  readonly runner: JobRunner;
  readonly log: JobLog;
  readonly timer?: Timer | undefined;
  readonly pollMilliseconds?: number | undefined;
}): JobPump {
  const { runner, log, timer = systemTimer, pollMilliseconds = DEFAULT_POLL_MILLISECONDS } = options;
  let state: 'new' | 'started' | 'draining' = 'new';
  let filling: Promise<void> | undefined;
  let fillAgain = false;
  let journalFails = false;
  let stopTimer: (() => void) | undefined;

  /** Claims until all places are taken or nothing is due. One at a time; a call meanwhile makes it look again. */
  function fill(): void {
    if (state !== 'started') return;
    fillAgain = true;
    filling ??= claimAll().finally(() => {
      filling = undefined;
    });
  }

  async function claimAll(): Promise<void> {
    while (fillAgain) {
      fillAgain = false;
      try {
        for (let run = await startNext(); run !== undefined; run = await startNext()) void run.ended.finally(fill);
        if (journalFails) log.info({}, 'The journal works again');
        journalFails = false;
      } catch (error) {
        if (!journalFails) log.error({ err: error }, 'No job can be claimed from the journal');
        journalFails = true;
      }
    }
  }

  async function startNext(): ReturnType<JobRunner['startNext']> {
    return state === 'started' ? runner.startNext() : undefined;
  }

  function poll(): void {
    if (state !== 'started') return;
    fill();
    stopTimer = timer.start(pollMilliseconds, poll);
  }

  return {
    start() {
      if (state !== 'new') throw new Error('A dispatcher can be started once.');
      state = 'started';
      poll();
    },
    fill,
    async drain({ graceMilliseconds }) {
      state = 'draining';
      stopTimer?.();
      await filling;
      await runner.drain({ graceMilliseconds });
    },
  };
}
