import { AppError } from '../core/errors.ts';
import type { WaitingFor } from './job.ts';

/**
 * Thrown by a step that has nothing to do for a time, so that its job holds no worker meanwhile: what it waits for goes on
 * elsewhere, and the step finds it again by the reference that it has kept. A workflow lets it pass.
 */
export class JobSuspendedError extends AppError {
  readonly delayMilliseconds: number;
  readonly waitingFor: WaitingFor;

  constructor(delayMilliseconds: number, waitingFor: WaitingFor) {
    super({ code: 'cancelled', kind: 'cancelled', message: waitingFor.message });
    this.name = 'JobSuspendedError';
    this.delayMilliseconds = delayMilliseconds;
    this.waitingFor = waitingFor;
  }
}

/** The suspension that `error` is or was caused by. */
export function suspensionIn(error: unknown): JobSuspendedError | undefined {
  const seen = new Set<unknown>();
  for (let link = error; link instanceof Error && !seen.has(link); link = link.cause) {
    if (link instanceof JobSuspendedError) return link;
    seen.add(link);
  }
  return undefined;
}
