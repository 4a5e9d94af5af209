import { AppError, toAppError } from '../core/errors.ts';
import type { FailureKind } from '../core/failure-policy.ts';
import type { CrashPoint } from './crash-point.ts';
import type { Json } from './job.ts';
import type { JobStore } from './job-store.ts';
import type { Lease } from './lease.ts';
import type { NewProviderCall, ProviderCall, ProviderLimit } from './provider-call.ts';

/** What a call brought, and what was charged for it. */
export type CallResult<T extends Json> = { readonly result: T; readonly costUsd: number };

/** The provider has said that nothing came of it. The call is over, and the next one is another call. */
export type CallFailure = { readonly failure: AppError; readonly costUsd: number };

export type PaidCall<T extends Json> = Pick<NewProviderCall, 'provider' | 'requestHash' | 'recovery'> & {
  readonly limit?: ProviderLimit;
  /** What must fit under the caps, and is taken to have been charged for an answer that is of no use. */
  readonly estimatedUsd: number;
  /** Whether the provider stands in for another; it does not unless this says so. */
  readonly isFallback?: boolean;
  /**
   * Sends the request. `keepReference` is called as soon as the provider's own name for the work is known. What it resolves to
   * must be durable elsewhere already: with that the call is paid for and over. Work that goes on without us is waited for by
   * throwing a JobSuspendedError: the call stays open, and the next run looks it up.
   */
  send(context: {
    readonly key: string;
    readonly signal: AbortSignal;
    keepReference(reference: string): Promise<void>;
  }): Promise<CallResult<T> | CallFailure>;
  /** Asks what became of an earlier sending; undefined when the provider knows of none, or with `key` cannot tell. */
  lookUp?(context: {
    readonly call: ProviderCall;
    readonly signal: AbortSignal;
    keepReference(reference: string): Promise<void>;
  }): Promise<CallResult<T> | CallFailure | undefined>;
};

/** Runs one call that costs money, so that it is paid for once whatever happens. */
export type MakePaidCall = <T extends Json>(step: string, paid: PaidCall<T>) => Promise<T>;

/**
 * A provider that refuses for one of these reasons has done nothing and charges nothing. After a failure that is in neither set
 * it may have done the work, and the call stays open.
 */
const UNCHARGED_FAILURES: ReadonlySet<FailureKind> = new Set([
  'auth',
  'quota',
  'rate_limited',
  'invalid_input',
  'unsupported',
]);

/** It has answered, and the answer is of no use: charged, and over. */
const CHARGED_FAILURES: ReadonlySet<FailureKind> = new Set(['bad_audio', 'protocol']);

/** A call that may be charged with every sending is sent twice at most. */
const MAXIMUM_UNCERTAIN_REPEATS = 1;

/**
 * The protocol: a durable write before each thing that cannot be taken back. Intent, request, reference, end. A call that is
 * found open was cut in the middle: first the provider is asked what became of it, then the same key goes out again; where it
 * offers neither, the request is sent once more and that is counted. Throws `payment_uncertain` when that would be the third
 * time, what the journal refuses a call with (`provider_busy`, or the kind `over_budget`), and what `send` throws.
 */
export function createPaidCalls(options: {
  readonly store: Pick<JobStore, 'beginCall' | 'resendCall' | 'withdrawSending' | 'referCall' | 'endCall'>;
  readonly lease: Lease;
  readonly crashPoint: CrashPoint;
}): MakePaidCall {
  const { store, lease, crashPoint } = options;
  const { claim, signal } = lease;
  /** Calls that this run has under way: who asks for the same one waits for it. */
  const underWay = new Map<string, Promise<Json>>();

  async function make<T extends Json>(step: string, paid: PaidCall<T>): Promise<T> {
    const { provider, requestHash, recovery, estimatedUsd, isFallback = false } = paid;
    crashPoint('call.before_intent');
    const asked = { step, provider, requestHash, recovery, estimatedUsd, isFallback };
    const { call, isNew } = await store.beginCall(claim, asked, paid.limit);
    crashPoint('call.intended');
    // It was written by `send` of an equal call, so it has the type that `send` brings.
    if (call.state === 'completed') return call.result as T;
    if (isNew) return end(call, await send(call, paid, { earlierMayBeCharged: false }));
    const found = await paid.lookUp?.({ call, signal, keepReference: keeperOf(call) });
    if (found !== undefined) return end(call, found);
    await repeat(call);
    // Who is asked by its own reference has not said no when there is none; who lists what it has, has.
    const earlierMayBeCharged = paid.lookUp === undefined || recovery !== 'lookup';
    return end(call, await send(call, paid, { earlierMayBeCharged }));
  }

  /** Counts the repeat before it is made. */
  async function repeat(call: ProviderCall): Promise<void> {
    const uncertain = call.recovery === 'none';
    // It stays open: an ended one would be made anew by a run after a crash that comes before the end of the job is on disk.
    if (uncertain && call.uncertainRepeats >= MAXIMUM_UNCERTAIN_REPEATS) throw paymentUncertain(call);
    await store.resendCall(claim, call.key, { uncertain });
    crashPoint('call.repeated');
  }

  async function send<T extends Json>(
    call: ProviderCall,
    paid: PaidCall<T>,
    { earlierMayBeCharged }: { readonly earlierMayBeCharged: boolean },
  ): Promise<CallResult<T> | CallFailure> {
    // A process that was frozen since the last write may have lost the job to another worker, which pays for the call now.
    lease.assertHeld();
    crashPoint('call.before_send');
    try {
      return await paid.send({ key: call.key, signal, keepReference: keeperOf(call) });
    } catch (thrown) {
      const { kind, neverSent } = toAppError(thrown);
      const isFree = neverSent || UNCHARGED_FAILURES.has(kind);
      if (isFree && earlierMayBeCharged) {
        // This sending is known to be free, and says nothing about the one before: the call stays open.
        await store.withdrawSending(claim, call.key, { uncertain: call.recovery === 'none' });
      } else if (isFree || CHARGED_FAILURES.has(kind)) {
        await store.endCall(claim, call.key, { state: 'failed', costUsd: isFree ? 0 : paid.estimatedUsd });
      }
      throw thrown;
    }
  }

  async function end<T extends Json>(call: ProviderCall, outcome: CallResult<T> | CallFailure): Promise<T> {
    crashPoint('call.answered');
    if ('failure' in outcome) {
      await store.endCall(claim, call.key, { state: 'failed', costUsd: outcome.costUsd });
      throw outcome.failure;
    }
    const { result, costUsd } = outcome;
    await store.endCall(claim, call.key, { state: 'completed', result, costUsd });
    crashPoint('call.ended');
    return result;
  }

  function keeperOf(call: ProviderCall): (reference: string) => Promise<void> {
    return async (reference) => {
      await store.referCall(claim, call.key, reference);
      crashPoint('call.referred');
    };
  }

  return async <T extends Json>(step: string, paid: PaidCall<T>): Promise<T> => {
    const identity = `${step} ${paid.provider} ${paid.requestHash}`;
    // Equal calls have equal results, so this one's type is the other's.
    const running = underWay.get(identity) as Promise<T> | undefined;
    if (running !== undefined) return running;
    const made = make(step, paid).finally(() => underWay.delete(identity));
    underWay.set(identity, made);
    return made;
  };
}

function paymentUncertain({ provider, sends }: ProviderCall): AppError {
  return new AppError({
    code: 'payment_uncertain',
    kind: 'uncertain',
    message: `${provider} was asked ${sends} times and no answer arrived; it may have charged each time, and is not asked again by itself.`,
  });
}
