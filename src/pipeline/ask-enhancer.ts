import type { CircuitBreakers } from '../core/circuit-breaker.ts';
import { AppError, toAppError } from '../core/errors.ts';
import { delayBeforeRetryMilliseconds } from '../core/retry.ts';
import type { RetryBudget } from '../core/retry.ts';
import type { ProviderLimit } from '../jobs/provider-call.ts';
import type { StepContext } from '../jobs/workflow.ts';
import type { EnhancementAnswer, ScriptEnhancer, ScriptToEnhance } from '../script/script-enhancer.ts';
import { hashBytes } from '../storage/content-key.ts';

/** The enhancer and what guards it; the same for all scripts. */
export type EnhancerAccess = {
  readonly enhancer: ScriptEnhancer;
  readonly breakers: CircuitBreakers;
  readonly budget: RetryBudget;
  readonly random: () => number;
  /** Resolves after that time, rejects when the signal aborts. */
  readonly wait: (milliseconds: number, signal: AbortSignal) => Promise<void>;
  readonly limitOf: (provider: string) => ProviderLimit | undefined;
};

const MAXIMUM_ATTEMPTS = 3;
const PAUSES = { backoff: { baseMilliseconds: 500, capMilliseconds: 4000 }, longestRetryAfterSeconds: 20 };
const PAUSED = { code: 'enhancer_paused' } as const;

/**
 * Asks for one script as a paid call of the step, and again as the failure policy says. A call whose answer was lost is repeated
 * once and counted, because OpenAI has neither keys nor a way to ask what became of it. Throws what the last attempt threw.
 */
export async function askEnhancer(
  { script, language }: ScriptToEnhance,
  { enhancer, breakers, budget, random, wait, limitOf, step }: EnhancerAccess & { readonly step: StepContext },
): Promise<EnhancementAnswer> {
  const asked = { script, language };
  const { id, identity } = enhancer;
  const limit = limitOf(id);
  const requestHash = hashBytes(
    Buffer.from(JSON.stringify([identity.model, identity.promptVersion, language, script])),
  );
  budget.recordRequest(id);
  for (let attempts = 1; ; attempts += 1) {
    try {
      return await step.paidCall<EnhancementAnswer>({
        provider: id,
        requestHash,
        recovery: 'none',
        estimatedUsd: enhancer.estimateUsd(asked),
        ...(limit !== undefined && { limit }),
        async send({ signal }) {
          const result = await enhanceOnce(asked, { enhancer, breakers, signal });
          return { result, costUsd: result.costUsd };
        },
      });
    } catch (thrown) {
      const error = toAppError(thrown);
      const isFinal = step.signal.aborted || error.code === 'provider_busy' || error.code === PAUSED.code;
      const delay =
        isFinal || attempts >= MAXIMUM_ATTEMPTS
          ? undefined
          : delayBeforeRetryMilliseconds(error, attempts, PAUSES, random);
      if (delay === undefined || !budget.spend(id)) throw thrown;
      if (delay > 0) await wait(delay, step.signal);
    }
  }
}

/** The breaker is asked right before the request: an answer that an earlier run has paid for needs no permission. */
async function enhanceOnce(
  asked: ScriptToEnhance,
  options: Pick<EnhancerAccess, 'enhancer' | 'breakers'> & { readonly signal: AbortSignal },
): Promise<EnhancementAnswer> {
  const { enhancer, breakers, signal } = options;
  const permit = breakers.acquire(enhancer.id);
  if (permit === undefined) throw paused(enhancer, breakers);
  try {
    const answer = await enhancer.enhance(asked, { signal });
    permit.succeed();
    return answer;
  } catch (thrown) {
    if (signal.aborted) permit.abandon();
    else permit.fail(toAppError(thrown).kind);
    throw thrown;
  }
}

/** Keeps the kind of the failure that opened the breaker: that is the cause. */
function paused({ id }: ScriptEnhancer, breakers: CircuitBreakers): AppError {
  const { lastFailure = 'unavailable', retryAfterSeconds } = breakers.status(id);
  const seconds = Math.ceil(retryAfterSeconds);
  return new AppError({
    ...PAUSED,
    kind: lastFailure,
    message: `${id} is not asked for another ${seconds} s, because its last calls failed (${lastFailure}).`,
    retryAfterSeconds: seconds,
    neverSent: true,
  });
}
