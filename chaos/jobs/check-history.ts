import { isDeepStrictEqual } from 'node:util';
import type { Job, JobEvent, JobStatus, StepRecord, StepStatus } from '../../src/jobs/job.ts';
import { STEP_NAMES } from './worker-protocol.ts';

/** Where a status may go. A job whose lease is over is taken from its worker, so that `running` may follow itself. */
const NEXT: Readonly<Record<JobStatus, readonly JobStatus[]>> = {
  queued: ['running', 'cancelled'],
  running: ['running', 'queued', 'waiting', 'completed', 'failed', 'cancelled'],
  waiting: ['queued', 'running', 'cancelled'],
  completed: [],
  failed: [],
  cancelled: [],
};
/** A step that is suspended begins again while it is still running. */
const NEXT_OF_STEP: Readonly<Record<StepStatus, readonly StepStatus[]>> = {
  running: ['running', 'completed', 'failed', 'interrupted'],
  interrupted: ['running'],
  failed: ['running'],
  completed: [],
};

type StatusData = { readonly status: JobStatus };
type StepData = { readonly name: string; readonly status: StepStatus };
type ProgressData = { readonly progress: number };

/** The log of one job: everything goes forward, and it says what the journal says. */
export function checkHistory(job: Job, steps: readonly StepRecord[], events: readonly JobEvent[]): readonly string[] {
  const violations: string[] = [];
  let status: JobStatus | undefined;
  let progress = 0;
  let sequence = 0;
  const stepStatus = new Map<string, StepStatus>();
  for (const event of events) {
    if (event.sequence <= sequence) violations.push(`${job.id} has event ${event.sequence} after ${sequence}`);
    sequence = event.sequence;
    if (event.type === 'status') {
      const next = (event.data as StatusData).status;
      const allowed = status === undefined ? ['queued', 'waiting'] : NEXT[status];
      if (!allowed.includes(next)) violations.push(`${job.id} went from ${status} to ${next}`);
      if (next === 'running') progress = 0;
      status = next;
    } else if (event.type === 'step') {
      const { name, status: next } = event.data as StepData;
      const earlier = stepStatus.get(name);
      const allowed: readonly StepStatus[] = earlier === undefined ? ['running'] : NEXT_OF_STEP[earlier];
      if (!allowed.includes(next)) violations.push(`${job.id}/${name} went from ${earlier} to ${next}`);
      stepStatus.set(name, next);
    } else {
      const next = (event.data as ProgressData).progress;
      if (next < progress) violations.push(`${job.id} went back from ${progress} to ${next}`);
      progress = next;
    }
  }
  if (status !== job.status) violations.push(`${job.id} is ${job.status}, and its log says ${status}`);
  if (job.status === 'completed') violations.push(...checkResult(job, steps));
  return violations;
}

function checkResult(job: Job, steps: readonly StepRecord[]): readonly string[] {
  const names = steps.map(({ name }) => name);
  if (!isDeepStrictEqual(names, STEP_NAMES)) return [`${job.id} has ended with the steps ${names.join(', ')}`];
  const outputs = steps.map(({ output }) => output);
  return isDeepStrictEqual(outputs, job.output)
    ? []
    : [`${job.id} has ended with other results than its steps have recorded`];
}
