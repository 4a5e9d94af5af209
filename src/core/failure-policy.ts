/** Every way a call to a provider can fail. The kind is decided once, in the adapter; nothing above looks at a status code. */
export type FailureKind =
  | 'cancelled'
  | 'invalid_input'
  | 'unsupported'
  | 'auth'
  | 'quota'
  | 'rate_limited'
  | 'timeout'
  | 'unavailable'
  | 'protocol'
  | 'bad_audio'
  /** It may have been charged for, and asking again may be charged once more. */
  | 'uncertain'
  /** It would cost more than the operator allows, and was not made. */
  | 'over_budget'
  | 'storage'
  | 'internal';

export type FailurePolicy = {
  readonly retrySame: 'never' | 'once' | 'with_backoff' | 'after_retry_after';
  readonly fallBack: boolean;
  readonly countsToBreaker: 'no' | 'yes' | 'opens_at_once';
  readonly httpStatus: number;
};

/** The one failure policy, read by the router, the circuit breaker, the job engine and the HTTP layer. */
export const FAILURE_POLICY = {
  cancelled: { retrySame: 'never', fallBack: false, countsToBreaker: 'no', httpStatus: 499 },
  invalid_input: { retrySame: 'never', fallBack: false, countsToBreaker: 'no', httpStatus: 422 },
  unsupported: { retrySame: 'never', fallBack: true, countsToBreaker: 'no', httpStatus: 422 },
  auth: { retrySame: 'never', fallBack: true, countsToBreaker: 'opens_at_once', httpStatus: 502 },
  quota: { retrySame: 'never', fallBack: true, countsToBreaker: 'opens_at_once', httpStatus: 502 },
  rate_limited: { retrySame: 'after_retry_after', fallBack: true, countsToBreaker: 'no', httpStatus: 503 },
  timeout: { retrySame: 'with_backoff', fallBack: true, countsToBreaker: 'yes', httpStatus: 504 },
  unavailable: { retrySame: 'with_backoff', fallBack: true, countsToBreaker: 'yes', httpStatus: 503 },
  protocol: { retrySame: 'once', fallBack: true, countsToBreaker: 'yes', httpStatus: 502 },
  bad_audio: { retrySame: 'once', fallBack: true, countsToBreaker: 'yes', httpStatus: 502 },
  uncertain: { retrySame: 'never', fallBack: true, countsToBreaker: 'no', httpStatus: 502 },
  over_budget: { retrySame: 'never', fallBack: true, countsToBreaker: 'no', httpStatus: 429 },
  storage: { retrySame: 'never', fallBack: false, countsToBreaker: 'no', httpStatus: 507 },
  internal: { retrySame: 'never', fallBack: false, countsToBreaker: 'no', httpStatus: 500 },
} as const satisfies Record<FailureKind, FailurePolicy>;
