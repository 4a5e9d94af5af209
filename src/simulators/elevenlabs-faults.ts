import {
  concurrencyAnswer,
  errorAnswer,
  legacyErrorAnswer,
  quotaAnswer,
  unauthorizedAnswer,
  validationAnswer,
} from './elevenlabs-errors.ts';
import { TRANSPORT_FAULTS } from './http-simulator.ts';
import type { SimulatedAnswer } from './http-simulator.ts';

/**
 * Today's codes: elevenlabs.io/docs/eleven-api/resources/errors. The older ones of 429: help.elevenlabs.io, article
 * 19571824571921 "API - Error Code 429". Both read 2026-11-22.
 */
export const ELEVENLABS_FAULTS = {
  unauthorized: '401 invalid_api_key: the key is refused.',
  'quota-401': '401 quota_exceeded: the credits are used up, told with the status of a wrong key.',
  'quota-402': '402 payment_required: the account has to be paid for first.',
  forbidden: '403 only_for_creator+: the plan does not include this.',
  'validation-422': '422 with a list of fields, as the vendor’s web framework refuses a request of the wrong form.',
  'rate-limited': '429 rate_limit_exceeded without a word about how long to wait.',
  'rate-limited-retry-after': '429 rate_limit_exceeded that asks for a wait of 7 seconds.',
  'concurrent-limit': '429 concurrent_limit_exceeded, today’s word for too many requests at once.',
  'too-many-concurrent-requests': '429 too_many_concurrent_requests, the older word for the same.',
  'system-busy': '429 system_busy: the vendor is overloaded, in the older shape.',
  'error-500': '500 with a web page, as from what stands before the vendor.',
  'error-503': '503 whose JSON says of itself that it is plain text.',
  'empty-audio': 'A success without a single sample.',
  silence: 'A success whose speech is silent from end to end.',
  truncated: 'A success with half of the speech and the times of all of it.',
  'malformed-json': 'A success whose JSON ends half-way.',
  'null-alignment': 'Good speech without the times of its characters.',
  'missing-headers': 'Good speech without request id, cost and numbers of concurrent requests.',
  'wrong-content-type': '200 with a web page instead of speech.',
  ...TRANSPORT_FAULTS,
} as const;
export type ElevenLabsFault = keyof typeof ELEVENLABS_FAULTS;

/** The refusal that a fault stands for; undefined for the faults of the speech itself and of the way to it. */
export function refusalOf(
  fault: ElevenLabsFault,
  maxConcurrentRequests: number,
  headers: Readonly<Record<string, string>>,
): SimulatedAnswer | undefined {
  const busy = 'Too many requests. Please slow down.';
  switch (fault) {
    case 'unauthorized':
      return unauthorizedAnswer(headers);
    case 'quota-401':
      return quotaAnswer(headers);
    case 'quota-402':
      return errorAnswer(402, 'payment_required', 'payment_required', 'Payment is required.', headers);
    case 'forbidden':
      return legacyErrorAnswer(403, 'only_for_creator+', 'Only available on higher plans.', headers);
    case 'validation-422':
      return validationAnswer(['body', 'text'], 'Input should be a valid string', 'string_type', headers);
    case 'rate-limited':
      return errorAnswer(429, 'rate_limit_error', 'rate_limit_exceeded', busy, headers);
    case 'rate-limited-retry-after':
      return errorAnswer(429, 'rate_limit_error', 'rate_limit_exceeded', busy, { ...headers, 'retry-after': '7' });
    case 'concurrent-limit':
      return concurrencyAnswer(maxConcurrentRequests, headers);
    case 'too-many-concurrent-requests':
      return legacyErrorAnswer(429, 'too_many_concurrent_requests', 'Too many concurrent requests.', headers);
    case 'system-busy':
      return legacyErrorAnswer(429, 'system_busy', 'Our services are experiencing high levels of traffic.', headers);
    case 'error-500':
      return { status: 500, headers: { 'content-type': 'text/html' }, body: '<h1>Internal Server Error</h1>' };
    case 'error-503':
      return {
        ...errorAnswer(503, 'internal_error', 'system_busy', 'Busy.'),
        headers: { 'content-type': 'text/plain' },
      };
    default:
      return undefined;
  }
}
