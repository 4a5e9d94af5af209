import type { Clock } from '../core/clock.ts';
import { AppError } from '../core/errors.ts';
import type { JobLog } from './job-log.ts';
import type { Claim, JobStore } from './job-store.ts';
import type { Timer } from '../core/timer.ts';

/** Why a run must stop before its workflow ends: its user, another worker, or the process wants it so. */
export type LeaseEnd = 'cancelled' | 'lost' | 'draining';

const END_MESSAGES: Readonly<Record<LeaseEnd, string>> = {
  cancelled: 'The job was cancelled.',
  lost: 'The lease of the job was lost; another worker may hold it now.',
  draining: 'The process is stopping; the job goes on when it runs again.',
};

/** What the signal of an ended lease is aborted with. */
export class LeaseEndedError extends AppError {
  readonly reason: LeaseEnd;

  constructor(reason: LeaseEnd) {
    super({ code: 'cancelled', kind: 'cancelled', message: END_MESSAGES[reason] });
    this.name = 'LeaseEndedError';
    this.reason = reason;
  }
}

/** A renewal may fail twice before the lease runs out. */
const RENEWALS_PER_LEASE = 3;

/** Of the lease, kept back for the time between a check and what it allows. */
const SAFETY_SHARE = 0.1;

/** The right to work on one job, for as long as it is renewed. */
export type Lease = {
  readonly claim: Claim;
  /** Aborts once, with a LeaseEndedError, when the lease ends. */
  readonly signal: AbortSignal;
  /** Undefined while the work may go on. The first reason stays. */
  readonly ended: LeaseEnd | undefined;
  end(reason: LeaseEnd): void;
  /**
   * Throws a LeaseEndedError unless the lease is known to last a little longer, by this process's own clock: called right
   * before something that cannot be taken back, because a process that was frozen does not know yet what it has lost.
   */
  assertHeld(): void;
  /** Renews now; the way to learn at once of a cancel. */
  check(): Promise<void>;
  /** Stops renewing, when the job is no longer ours to write to. */
  close(): void;
};

/** Starts to renew `claim` until the lease ends or is closed. A renewal that fails is logged and tried again while the lease lasts. */
export function holdLease(options: {
  readonly store: JobStore;
  readonly claim: Claim;
  readonly leaseMilliseconds: number;
  /** By this process's clock, before the claim was asked for: the lease cannot end sooner than that plus its length. */
  readonly askedAt: number;
  readonly clock: Clock;
  readonly timer: Timer;
  readonly log: JobLog;
}): Lease {
  const { store, claim, leaseMilliseconds, clock, timer, log } = options;
  const controller = new AbortController();
  let ended: LeaseEnd | undefined;
  let closed = false;
  let leasedUntil = options.askedAt + leaseMilliseconds;
  let checking: Promise<void> | undefined;
  let stopTimer = startTimer();

  function startTimer(): () => void {
    return timer.start(Math.ceil(leaseMilliseconds / RENEWALS_PER_LEASE), () => void check());
  }

  function end(reason: LeaseEnd): void {
    if (ended !== undefined || closed) return;
    ended = reason;
    controller.abort(new LeaseEndedError(reason));
  }

  function check(): Promise<void> {
    checking ??= renew().finally(() => {
      checking = undefined;
    });
    return checking;
  }

  async function renew(): Promise<void> {
    if (closed) return;
    stopTimer();
    const askedAt = clock.now();
    try {
      const { held, cancelRequested } = await store.renew(claim, leaseMilliseconds);
      leasedUntil = askedAt + leaseMilliseconds;
      if (!held) end('lost');
      else if (cancelRequested) end('cancelled');
    } catch (error) {
      log.warn({ jobId: claim.jobId, err: error }, 'A lease could not be renewed');
      if (clock.now() >= leasedUntil) end('lost');
    }
    // A run that was told to stop still holds the job until it has written so.
    if (!closed && ended !== 'lost') stopTimer = startTimer();
  }

  function assertHeld(): void {
    controller.signal.throwIfAborted();
    if (clock.now() < leasedUntil - leaseMilliseconds * SAFETY_SHARE) return;
    end('lost');
    throw new LeaseEndedError('lost');
  }

  return {
    claim,
    assertHeld,
    signal: controller.signal,
    get ended() {
      return ended;
    },
    end,
    check,
    close() {
      closed = true;
      stopTimer();
    },
  };
}
