import { jsonAnswer } from './http-simulator.ts';
import type { SimulatedAnswer } from './http-simulator.ts';

type Headers = Readonly<Record<string, string>>;

/**
 * Today's shape: `status` repeats `code` for old clients.
 * Source: elevenlabs.io/docs/eleven-api/resources/errors, read 2026-11-22.
 */
export function errorAnswer(
  status: number,
  type: string,
  vendorCode: string,
  message: string,
  headers: Headers = {},
): SimulatedAnswer {
  const requestId = headers['request-id'] ?? '';
  return jsonAnswer(
    status,
    { detail: { type, ['code']: vendorCode, message, status: vendorCode, request_id: requestId } },
    headers,
  );
}

/** The shape before it, still answered for quota and for busy servers (home-assistant/core#160414, January 2026). */
export function legacyErrorAnswer(
  status: number,
  vendorStatus: string,
  message: string,
  headers: Headers = {},
): SimulatedAnswer {
  return jsonAnswer(status, { detail: { status: vendorStatus, message } }, headers);
}

/** What the vendor's web framework answers to a request of the wrong form: a list, one entry per field. */
export function validationAnswer(
  location: readonly (string | number)[],
  message: string,
  type: string,
  headers: Headers = {},
): SimulatedAnswer {
  return jsonAnswer(422, { detail: [{ loc: location, msg: message, type }] }, headers);
}

/** Numbers as in the report that shows the vendor's real words. */
export function quotaAnswer(headers: Headers): SimulatedAnswer {
  const message =
    'This request exceeds your quota of 10000. You have 0 credits remaining, while 91 credits are required for this request.';
  return legacyErrorAnswer(401, 'quota_exceeded', message, headers);
}

export function unauthorizedAnswer(headers: Headers): SimulatedAnswer {
  return errorAnswer(401, 'authentication_error', 'invalid_api_key', 'Invalid API key', headers);
}

/**
 * What a key that is restricted is told: 401 as for a wrong one, and only the old `status` says that it is a good key.
 * As met by many who read the account with a key for speech, July 2026.
 */
export function missingPermissionAnswer(right: string, headers: Headers): SimulatedAnswer {
  const message = `The API key you used is missing the permission ${right} to execute this operation.`;
  const detail = { type: 'authentication_error', ['code']: 'unauthorized', message, status: 'missing_permissions' };
  return jsonAnswer(401, { detail }, headers);
}

export function concurrencyAnswer(maxConcurrentRequests: number, headers: Headers): SimulatedAnswer {
  const message = `Your plan allows ${maxConcurrentRequests} concurrent requests.`;
  return errorAnswer(429, 'rate_limit_error', 'concurrent_limit_exceeded', message, headers);
}
