import type { CircuitBreakers } from '../../core/circuit-breaker.ts';
import { AppError, toAppError } from '../../core/errors.ts';
import type { FailureKind } from '../../core/failure-policy.ts';
import { delayBeforeRetryMilliseconds, type RetryBudget, type RetryPauses } from '../../core/retry.ts';
import type { SpendReservation, SpendSource } from '../spend-breaker.ts';
import type { Pcm } from '../../media/pcm.ts';
import type { Speech, SpeechProvider, SpeechProviderId, SynthesizeOptions, Utterance } from '../speech-provider.ts';

export type RetrySettings = RetryPauses & {
  readonly budget: RetryBudget;
  /** Calls to that provider for one utterance, the first one included. */
  readonly maximumAttempts: (provider: SpeechProviderId) => number;
};

/** What a call needs and what guards it; the same for all calls of a router. */
export type CallGuards = {
  readonly breakers: CircuitBreakers;
  readonly retry: RetrySettings;
  /** Throws AppError `bad_audio` for speech that nobody should hear. */
  readonly check: (speech: Speech, utterance: Utterance) => void;
  readonly random: () => number;
  /** Resolves after that time, rejects when the signal aborts. */
  readonly wait: (milliseconds: number, signal: AbortSignal) => Promise<void>;
  /** A signal that aborts when one call for this utterance has taken too long. */
  readonly startDeadline: (utterance: Utterance) => AbortSignal;
};

export type CallOutcome = {
  readonly attempts: number;
  /** Also what was paid for speech that was thrown away. */
  readonly costUsd: number;
} & ({ readonly speech: Speech } | { readonly error: AppError });

/** Asked around an attempt at a provider that charges: see `PaySpeech`. */
export type PayForCall = (
  provider: SpeechProvider,
  asked: Utterance,
  synthesize: () => Promise<Speech>,
) => Promise<Speech>;

export type CallOptions = {
  readonly signal: AbortSignal;
  readonly userId: string;
  /** Where the money for it must come from; undefined when it is not capped. */
  readonly spend: SpendSource | undefined;
  readonly pay?: PayForCall | undefined;
  /** Told of sound on its way, with the number of the attempt that it belongs to, from 1. */
  readonly onPcm?: ((chunk: Pcm, attempt: number) => void) | undefined;
};

type RunAttempt = (
  asked: Utterance,
  context: { readonly attempt: number; readonly failedServers: Set<string> },
) => Promise<Attempt>;

type Attempt = { readonly costUsd: number } & ({ readonly speech: Speech } | { readonly error: AppError });

/**
 * A provider that refused for one of these reasons has not spoken, and charges nothing. `unavailable` is none of them: a
 * connection that ends in the middle of the answer has been charged for.
 */
const FREE_FAILURES: ReadonlySet<FailureKind> = new Set([
  'auth',
  'quota',
  'rate_limited',
  'invalid_input',
  'unsupported',
  'over_budget',
]);

/** The fleet had no server for the call. That says nothing about those that are well, and is to be fallen back from at once. */
const NOT_ASKED = 'gpu_servers_unavailable';

/**
 * Has one provider speak one utterance, and again as the failure policy says: bad audio with another seed, refusals for a
 * moment after that moment. Breaker and spending cap are asked before every attempt, and retries stay within the budget.
 * Never throws; the error is that of the last attempt, or of the one before when the last was only turned away.
 */
export async function callProvider(
  provider: SpeechProvider,
  utterance: Utterance,
  guards: CallGuards,
  options: CallOptions,
): Promise<CallOutcome> {
  const { retry, random, wait } = guards;
  let attempts = 0;
  let costUsd = 0;
  let lastError: AppError | undefined;
  let asked = utterance;
  const failedServers = new Set<string>();
  for (;;) {
    const begun = begin(provider, utterance, guards, options);
    // An attempt that was made tells more than the breaker that it opened.
    if ('refusal' in begun) return { attempts, costUsd, error: moreTelling(lastError, begun.refusal) };
    attempts += 1;
    if (attempts === 1) retry.budget.recordRequest(provider.id);
    const attempt = await begun.run(asked, { attempt: attempts, failedServers });
    costUsd += attempt.costUsd;
    if ('speech' in attempt) return { attempts, costUsd, speech: attempt.speech };
    const { error } = attempt;
    if (error.code === NOT_ASKED) return { attempts: attempts - 1, costUsd, error: moreTelling(lastError, error) };
    lastError = error.kind === 'rate_limited' ? moreTelling(lastError, error) : error;
    const delay =
      attempts < retry.maximumAttempts(provider.id)
        ? delayBeforeRetryMilliseconds(error, attempts, retry, random)
        : undefined;
    if (delay === undefined || !retry.budget.spend(provider.id)) return { attempts, costUsd, error: lastError };
    if (error.kind === 'bad_audio') {
      asked = { ...utterance, voice: { ...utterance.voice, seed: utterance.voice.seed + attempts } };
    }
    try {
      if (delay > 0) await wait(delay, options.signal);
    } catch (thrown) {
      return { attempts, costUsd, error: options.signal.aborted ? cancelled(thrown) : toAppError(thrown) };
    }
  }
}

/**
 * The earlier error, unless it is only that the provider was busy: a server is mostly busy with a call that has just failed,
 * and that failure is what the later error tells of.
 */
function moreTelling(earlier: AppError | undefined, later: AppError): AppError {
  return earlier === undefined || earlier.kind === 'rate_limited' ? later : earlier;
}

/** Asks everything that may forbid an attempt, and only then makes it possible. */
function begin(
  provider: SpeechProvider,
  utterance: Utterance,
  guards: CallGuards,
  options: CallOptions,
): { readonly refusal: AppError } | { readonly run: RunAttempt } {
  const { breakers } = guards;
  const { signal, spend, userId, onPcm, pay } = options;
  if (signal.aborted) return { refusal: cancelled(signal.reason) };
  const permit = breakers.acquire(provider.id);
  if (permit === undefined) return { refusal: paused(provider, breakers) };
  const estimateUsd = provider.estimateUsd(utterance);
  let reservation: SpendReservation | undefined;
  if (spend !== undefined) {
    try {
      reservation = spend.reserve(userId, estimateUsd);
    } catch (thrown) {
      permit.abandon();
      return { refusal: toAppError(thrown) };
    }
  }
  return {
    run: async (asked, { attempt: number, failedServers }) => {
      const listener = onPcm && ((chunk: Pcm) => onPcm(chunk, number));
      const attempt = await attemptOnce(provider, asked, utterance, guards, {
        pay: provider.capabilities.paid ? pay : undefined,
        signal,
        onPcm: listener,
        owner: userId,
        failedServers,
      });
      if ('speech' in attempt) {
        permit.succeed();
        reservation?.settle(attempt.costUsd);
        return attempt;
      }
      if (attempt.error.code === NOT_ASKED) permit.abandon();
      else permit.fail(attempt.error.kind);
      if (attempt.costUsd > 0) reservation?.settle(attempt.costUsd);
      else if (FREE_FAILURES.has(attempt.error.kind)) reservation?.release();
      else reservation?.settle(estimateUsd);
      return attempt;
    },
  };
}

async function attemptOnce(
  provider: SpeechProvider,
  asked: Utterance,
  utterance: Utterance,
  guards: CallGuards,
  options: SynthesizeOptions & { readonly pay: PayForCall | undefined },
): Promise<Attempt> {
  const { signal, pay, ...synthesis } = options;
  const deadline = guards.startDeadline(utterance);
  const both = AbortSignal.any([signal, deadline]);
  let costUsd = 0;
  let checked: Speech | undefined;
  const accept = (speech: Speech): void => {
    checked = speech;
    costUsd = speech.costUsd;
    guards.check(speech, utterance);
  };
  try {
    const synthesize = () => provider.synthesize(asked, { ...synthesis, signal: both, accept });
    const speech = await untilAborted(both, () =>
      pay === undefined ? synthesize() : pay(provider, asked, synthesize),
    );
    if (speech !== checked) accept(speech);
    return { speech, costUsd };
  } catch (thrown) {
    if (signal.aborted) return { error: cancelled(thrown), costUsd };
    if (deadline.aborted) return { error: late(provider, thrown), costUsd };
    const error = toAppError(thrown);
    // Nobody cancelled it, so it gave up by itself; taken for a cancellation, nothing would stand in for it.
    return { error: error.kind === 'cancelled' ? late(provider, error) : error, costUsd };
  }
}

/** A provider that does not obey its signal must not hold up its caller. */
async function untilAborted<Result>(signal: AbortSignal, work: () => Promise<Result>): Promise<Result> {
  signal.throwIfAborted();
  const { promise, reject } = Promise.withResolvers<never>();
  const onAbort = (): void => reject(signal.reason);
  signal.addEventListener('abort', onAbort, { once: true });
  try {
    return await Promise.race([work(), promise]);
  } finally {
    signal.removeEventListener('abort', onAbort);
  }
}

function cancelled(cause: unknown): AppError {
  return new AppError({ code: 'cancelled', kind: 'cancelled', message: 'The speech was cancelled.', cause });
}

function late({ id }: SpeechProvider, cause: unknown): AppError {
  return new AppError({
    code: 'timeout',
    kind: 'timeout',
    message: `The speech provider ${id} must answer before its deadline, and did not.`,
    cause,
  });
}

/** Keeps the kind of the failure that opened the breaker: that is the cause. */
function paused({ id }: SpeechProvider, breakers: CircuitBreakers): AppError {
  const { lastFailure, retryAfterSeconds } = breakers.status(id);
  return new AppError({
    code: 'speech_provider_paused',
    kind: lastFailure ?? 'unavailable',
    message: `The speech provider ${id} is not asked for another ${Math.ceil(retryAfterSeconds)} s, because its last calls failed (${lastFailure ?? 'unavailable'}).`,
    retryAfterSeconds: Math.ceil(retryAfterSeconds),
  });
}
