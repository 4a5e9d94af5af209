import { jsonAnswer } from './http-simulator.ts';
import type { SimulatedAnswer } from './http-simulator.ts';

/** How OpenAI refuses, whatever it is asked for. */
export const OPENAI_REFUSALS = {
  unauthorized: '401 invalid_api_key: the key is refused.',
  'insufficient-quota': '429 insufficient_quota: the account is out of credit, and waiting does not help.',
  'rate-limited': '429 rate_limit_exceeded without a word about how long to wait.',
  'rate-limited-retry-after': '429 rate_limit_exceeded that asks for a wait of 7 seconds.',
  'error-500': '500 server_error in the vendor’s JSON.',
  'error-503': '503 with a web page, as from a proxy before the vendor.',
} as const;

/** The answer of such a fault; undefined for any other fault. */
export function openAiRefusal(fault: string): SimulatedAnswer | undefined {
  const tooFast = (headers: Readonly<Record<string, string>> = {}): SimulatedAnswer => {
    const answer = openAiError(429, 'requests', 'rate_limit_exceeded', 'Rate limit reached.');
    return { ...answer, headers: { ...answer.headers, ...headers } };
  };
  switch (fault) {
    case 'unauthorized':
      return openAiUnauthorized();
    case 'insufficient-quota': {
      const message = 'You exceeded your current quota, please check your plan and billing details.';
      return openAiError(429, 'insufficient_quota', 'insufficient_quota', message);
    }
    case 'rate-limited':
      return tooFast();
    case 'rate-limited-retry-after':
      return tooFast({ 'retry-after': '7' });
    case 'error-500':
      return openAiError(500, 'server_error', null, 'The server had an error while processing your request.');
    case 'error-503':
      return { status: 503, headers: { 'content-type': 'text/html' }, body: '<h1>Service Unavailable</h1>' };
    default:
      return undefined;
  }
}

export function openAiUnauthorized(): SimulatedAnswer {
  return openAiError(401, 'invalid_request_error', 'invalid_api_key', 'Incorrect API key provided.');
}

/** `GET /v1/models`, as the vendor's client reads it (`resources/models.d.ts` of openai 7.57). */
export function openAiModelList(models: readonly string[]): SimulatedAnswer {
  const data = models.map((id) => ({ id, object: 'model', created: 0, owned_by: 'system' }));
  return jsonAnswer(200, { object: 'list', data });
}

/** The vendor's error object, as its client reads it (`core/error.d.ts`: code, param, type). */
export function openAiError(
  status: number,
  type: string,
  vendorCode: string | null,
  message: string,
  param: string | null = null,
): SimulatedAnswer {
  return jsonAnswer(status, { error: { message, type, param, ['code']: vendorCode } });
}
