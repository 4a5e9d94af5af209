import type { OpenAI } from 'openai';
import { AppError, toAppError } from '../../../core/errors.ts';
import type { FailureKind } from '../../../core/failure-policy.ts';

type Failure = Extract<
  FailureKind,
  'cancelled' | 'auth' | 'quota' | 'rate_limited' | 'unsupported' | 'timeout' | 'unavailable' | 'protocol'
>;

const CODES = {
  cancelled: { code: 'cancelled' },
  auth: { code: 'enhancer_key_refused' },
  quota: { code: 'enhancer_quota_used_up' },
  rate_limited: { code: 'enhancer_rate_limited' },
  unsupported: { code: 'enhancer_refused' },
  timeout: { code: 'enhancer_timeout' },
  unavailable: { code: 'enhancer_unavailable' },
  protocol: { code: 'enhancer_unreadable' },
} as const satisfies Record<Failure, { readonly code: string }>;

/** All of these come as 429, and waiting helps none of them. */
const QUOTA = new Set(['insufficient_quota', 'billing_hard_limit_reached', 'billing_not_active']);
/** Nothing was listening, or nobody was found: the request has not left. */
const NEVER_SENT = new Set(['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', 'UND_ERR_CONNECT_TIMEOUT', 'EHOSTUNREACH']);

/**
 * The AppError for what the vendor's client threw. A used up quota and a too fast client are both 429; only the code tells them
 * apart. Only names that are plain identifiers are quoted, never a message: vendors quote the text and the key in theirs.
 */
export function openAiFailure(
  vendor: string,
  thrown: unknown,
  context: {
    readonly client: Pick<typeof OpenAI, 'APIError' | 'APIConnectionError'>;
    /** The caller's own, and the deadline of the one request. */
    readonly signal: AbortSignal;
    readonly deadline: AbortSignal;
  },
): AppError {
  const fail = (kind: Failure, reason: string, more: { retryAfterSeconds?: number; neverSent?: boolean } = {}) =>
    new AppError({ ...CODES[kind], kind, message: `${vendor} ${reason}.`, cause: thrown, ...more });
  if (context.signal.aborted) return fail('cancelled', 'is not waited for any longer');
  if (context.deadline.aborted) return fail('timeout', 'must answer before its deadline, and did not');
  const { APIConnectionError, APIError } = context.client;
  if (thrown instanceof APIConnectionError) {
    // What our own fetch threw is wrapped by the client.
    if (thrown.cause instanceof AppError) return thrown.cause;
    const neverSent = NEVER_SENT.has(causeCode(thrown));
    return fail('unavailable', neverSent ? 'cannot be reached' : 'gave no complete answer', { neverSent });
  }
  if (thrown instanceof APIError && thrown.status !== undefined) {
    return ofStatus(thrown as APIErrorOfStatus, fail);
  }
  if (thrown instanceof SyntaxError) return fail('protocol', 'answered with something that is not JSON');
  return toAppError(thrown);
}

type APIErrorOfStatus = InstanceType<typeof OpenAI.APIError> & { readonly status: number; readonly headers: Headers };

function ofStatus(
  error: APIErrorOfStatus,
  fail: (kind: Failure, reason: string, more?: { retryAfterSeconds?: number }) => AppError,
): AppError {
  const { status } = error;
  const [code, type] = [identifier(error.code), identifier(error.type)];
  const name = code ?? type;
  const reason = `answered with status ${status}${name === undefined ? '' : ` (${name})`}`;
  const seconds = retryAfterSeconds(error.headers);
  const later = seconds === undefined ? {} : { retryAfterSeconds: seconds };
  if (status === 402 || [code, type].some((word) => word !== undefined && QUOTA.has(word)))
    return fail('quota', reason);
  if (status === 429) return fail('rate_limited', reason, later);
  if (status === 401 || status === 403) return fail('auth', reason);
  if (status === 408 || status === 504) return fail('timeout', reason);
  if (status >= 500 || status === 409 || status === 425) return fail('unavailable', reason, later);
  if (status >= 400) return fail('unsupported', reason);
  return fail('protocol', reason);
}

/** `Retry-After` in seconds; a date would need a clock that agrees with the vendor's, and it sends none. */
function retryAfterSeconds(headers: Headers): number | undefined {
  const value = headers.get('retry-after')?.trim() ?? '';
  return /^\d{1,6}(?:\.\d+)?$/.test(value) ? Number(value) : undefined;
}

function identifier(value: unknown): string | undefined {
  return typeof value === 'string' && /^[a-z0-9_.+-]{1,60}$/i.test(value) ? value : undefined;
}

/** The system's code in the chain of causes, such as ECONNREFUSED; empty without one. */
function causeCode(error: unknown): string {
  for (let link = error, depth = 0; link instanceof Error && depth < 5; link = link.cause, depth += 1) {
    const { code } = link as NodeJS.ErrnoException;
    if (typeof code === 'string') return code;
    if (link instanceof AggregateError) return causeCode(link.errors[0]);
  }
  return '';
}
