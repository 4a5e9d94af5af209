import type { Clock } from '../../core/clock.ts';
import { systemTimer, type Timer } from '../../core/timer.ts';
import type { JobLog } from '../job-log.ts';
import {
  hostOf,
  type AttemptOutcome,
  type WebhookClaim,
  type WebhookDelivery,
  type WebhookOutbox,
} from '../webhook-outbox.ts';
import { nextDelayMilliseconds, readRetryAfterMilliseconds } from './delivery-schedule.ts';
import { signWebhook } from './sign-webhook.ts';

/** Sends one request and follows no redirect. What it throws has a message that the user may see. */
export type PostWebhook = (request: {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  readonly signal: AbortSignal;
}) => Promise<{ readonly status: number; readonly retryAfter: string | undefined }>;

export type WebhookSender = {
  /** Looks for deliveries at once; without it they are found at the next poll. */
  wake(): void;
  start(): void;
  /** Begins no more attempts, lets those under way end for `graceMilliseconds`, then cuts them off and records that. */
  stop(options: { readonly graceMilliseconds: number }): Promise<void>;
};

const ATTEMPT_MILLISECONDS = 15_000;
/** An attempt and its two transactions fit in with room to spare; a delivery whose process was killed waits for so long. */
const LEASE_MILLISECONDS = 30_000;
const ATTEMPTS_AT_ONCE = 4;
/** A receiver that hangs leaves room for the others. */
const ATTEMPTS_AT_ONCE_TO_ONE_HOST = 2;
/** Finds what other processes have left; this process wakes itself. */
const DEFAULT_POLL_MILLISECONDS = 2_000;
const STOPPED = 'The server stopped before there was an answer.';

/**
 * Makes the attempts that the outbox asks for. Several processes may share one outbox. A receiver can get a message twice (its
 * answer was lost, or we were killed before we had written it down), with the same `webhook-id`.
 */
export function createWebhookSender(options: {
  readonly outbox: WebhookOutbox;
  /** The body of a message, as it is now. */
  readonly render: (delivery: WebhookDelivery) => Promise<string>;
  readonly post: PostWebhook;
  /** At least one. */
  readonly secrets: readonly string[];
  readonly userAgent: string;
  readonly clock: Clock;
  readonly log: JobLog;
  readonly random: () => number;
  readonly timer?: Timer;
  readonly pollMilliseconds?: number;
}): WebhookSender {
  const { outbox, render, post, secrets, userAgent, clock, log, random, timer = systemTimer } = options;
  const { pollMilliseconds = DEFAULT_POLL_MILLISECONDS } = options;
  const stopping = new AbortController();
  const running = new Map<WebhookClaim, Promise<void>>();
  let state: 'new' | 'started' | 'stopped' = 'new';
  let looking: Promise<void> | undefined;
  let lookAgain = false;
  let journalFails = false;
  let stopTimer: (() => void) | undefined;

  const isStarted = (): boolean => state === 'started';

  function wake(): void {
    if (!isStarted()) return;
    lookAgain = true;
    looking ??= look().finally(() => {
      looking = undefined;
    });
  }

  async function look(): Promise<void> {
    let waitMilliseconds = pollMilliseconds;
    while (lookAgain && isStarted()) {
      lookAgain = false;
      try {
        waitMilliseconds = await startDue();
        if (journalFails) log.info({}, 'The outbox of webhooks can be read again');
        journalFails = false;
      } catch (error) {
        // Said once, not at every poll.
        if (!journalFails) log.error({ err: error }, 'The outbox of webhooks cannot be read');
        journalFails = true;
      }
    }
    stopTimer?.();
    if (isStarted()) stopTimer = timer.start(waitMilliseconds, wake);
  }

  /** Starts what is due while there is room; gives how long to wait before the next look. */
  async function startDue(): Promise<number> {
    while (isStarted() && running.size < ATTEMPTS_AT_ONCE) {
      const waitMilliseconds = await outbox.millisecondsUntilDue();
      if (waitMilliseconds !== 0) return Math.min(waitMilliseconds ?? pollMilliseconds, pollMilliseconds);
      const claim = await outbox.claimDue({ leaseMilliseconds: LEASE_MILLISECONDS, exceptHosts: busyHosts() });
      // Due, but with someone else, or to a host that has enough to do; the end of an attempt looks again.
      if (claim === undefined) break;
      const ended = attempt(claim).finally(() => {
        running.delete(claim);
        wake();
      });
      running.set(claim, ended);
    }
    return pollMilliseconds;
  }

  function busyHosts(): string[] {
    const counts = new Map<string, number>();
    for (const { delivery } of running.keys()) {
      const host = hostOf(delivery.url);
      counts.set(host, (counts.get(host) ?? 0) + 1);
    }
    return [...counts].filter(([, count]) => count >= ATTEMPTS_AT_ONCE_TO_ONE_HOST).map(([host]) => host);
  }

  async function attempt(claim: WebhookClaim): Promise<void> {
    const { delivery, attemptNumber } = claim;
    const fields = { jobId: delivery.jobId, deliveryId: delivery.id, attempt: attemptNumber };
    try {
      const outcome = await send(delivery);
      const isRecorded = await outbox.recordAttempt(claim, outcome);
      const { status, durationMilliseconds, next } = outcome;
      const facts = { ...fields, host: hostOf(delivery.url), status, durationMilliseconds, state: next.state };
      if (!isRecorded) log.warn(fields, 'A webhook took longer than its lease; another attempt counts');
      else if (next.state === 'delivered') log.info(facts, 'Webhook delivered');
      else log.warn({ ...facts, error: outcome.error }, 'Webhook not delivered');
    } catch (error) {
      // The lease ends by itself, and the delivery is attempted again.
      log.error({ ...fields, err: error }, 'A webhook could not be made or recorded');
    }
  }

  async function send(delivery: WebhookDelivery): Promise<AttemptOutcome> {
    const body = await render(delivery);
    const startedAt = clock.now();
    const deadline = new AbortController();
    const stopDeadline = timer.start(ATTEMPT_MILLISECONDS, () => deadline.abort());
    const signed = signWebhook({ id: delivery.id, atMilliseconds: startedAt, body }, secrets);
    const headers = { ...signed, 'content-type': 'application/json', 'user-agent': userAgent };
    const took = () => Math.max(0, Math.round(clock.now() - startedAt));
    try {
      const signal = AbortSignal.any([deadline.signal, stopping.signal]);
      const { status, retryAfter } = await post({ url: delivery.url, headers, body, signal });
      const durationMilliseconds = took();
      if (status >= 200 && status < 300) {
        return { status, error: null, durationMilliseconds, next: { state: 'delivered' } };
      }
      const error = `A receiver must answer with a status from 200 to 299; it was ${status}.`;
      if (status === 410) return { status, error, durationMilliseconds, next: { state: 'disabled' } };
      const retryAfterMilliseconds = readRetryAfterMilliseconds(retryAfter, clock.now());
      return { status, error, durationMilliseconds, next: afterFailure(delivery, retryAfterMilliseconds) };
    } catch (thrown) {
      const durationMilliseconds = took();
      if (stopping.signal.aborted) {
        const next = { state: 'pending', delayMilliseconds: 0, counts: false } as const;
        return { status: null, error: STOPPED, durationMilliseconds, next };
      }
      const error = deadline.signal.aborted
        ? `A receiver must answer within ${ATTEMPT_MILLISECONDS / 1000} seconds.`
        : (thrown as Error).message;
      return { status: null, error, durationMilliseconds, next: afterFailure(delivery, 0) };
    } finally {
      stopDeadline();
    }
  }

  function afterFailure(delivery: WebhookDelivery, retryAfterMilliseconds: number): AttemptOutcome['next'] {
    const delayMilliseconds = nextDelayMilliseconds(delivery.attempts + 1, random, retryAfterMilliseconds);
    return delayMilliseconds === null ? { state: 'failed' } : { state: 'pending', delayMilliseconds, counts: true };
  }

  return {
    wake,

    start() {
      if (state !== 'new') throw new Error('A sender can be started once.');
      state = 'started';
      wake();
    },

    async stop({ graceMilliseconds }) {
      state = 'stopped';
      stopTimer?.();
      await looking;
      const grace = Promise.withResolvers<void>();
      const stopGrace = timer.start(graceMilliseconds, grace.resolve);
      const allEnded = Promise.all(running.values());
      await Promise.race([allEnded, grace.promise]);
      stopGrace();
      stopping.abort();
      await allEnded;
    },
  };
}
