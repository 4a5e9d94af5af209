import { STATUS_CODES } from 'node:http';
import type { FastifyReply } from 'fastify';
import { AppError, toAppError } from '../core/errors.ts';
import { InvalidRequestError } from '../pipeline/invalid-request.ts';
import type { Problem } from './contract.ts';
import { ERROR_TABLE, errorEntry } from './error-table.ts';
import type { ErrorCode } from './error-table.ts';

export const PROBLEM_MEDIA_TYPE = 'application/problem+json; charset=utf-8';

/** A refusal that only the HTTP layer makes, by its code in the error table. */
export class HttpError extends AppError {
  readonly headers: Readonly<Record<string, string>>;

  constructor(code: ErrorCode, message: string, headers: Readonly<Record<string, string>> = {}) {
    super({ code, kind: ERROR_TABLE[code].status >= 500 ? 'unavailable' : 'invalid_input', message });
    this.name = 'HttpError';
    this.headers = headers;
  }
}

/** An answer that reports a failure: RFC 9457 body, status and headers. */
export type ProblemAnswer = {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Problem;
};

/** What a client is told about anything that was thrown. Defects are told without their message. */
export function toProblem(thrown: unknown, requestId: string): ProblemAnswer {
  const error = thrown instanceof AppError ? thrown : fromFrameworkError(thrown);
  const { status, title } = errorEntry(error.code, error.kind);
  const headers: Record<string, string> = error instanceof HttpError ? { ...error.headers } : {};
  const retryAfterSeconds = error.retryAfterSeconds ?? (status === 503 ? 5 : undefined);
  if (retryAfterSeconds !== undefined) headers['retry-after'] = String(Math.ceil(retryAfterSeconds));
  return {
    status,
    headers,
    body: {
      type: `/docs#${error.code}`,
      title,
      status,
      code: error.code,
      detail:
        error.kind === 'internal' ? 'An unexpected error stopped the work; the log has the details.' : error.message,
      request_id: requestId,
      ...(error instanceof InvalidRequestError ? { errors: [...error.issues] } : {}),
    },
  };
}

/** Answers a request with what was thrown and returns the status. */
export function sendProblem(thrown: unknown, requestId: string, reply: FastifyReply): number {
  const { status, headers, body } = toProblem(thrown, requestId);
  void reply.code(status).headers(headers).type(PROBLEM_MEDIA_TYPE).send(body);
  return status;
}

/** The same for a failure below the HTTP layer, where there is a socket but no request. */
export function toRawProblem(code: ErrorCode, detail: string, requestId: string): string {
  const { status, body } = toProblem(new HttpError(code, detail), requestId);
  const text = JSON.stringify(body);
  return [
    `HTTP/1.1 ${status} ${STATUS_CODES[status] ?? 'Error'}`,
    `Content-Type: ${PROBLEM_MEDIA_TYPE}`,
    `Content-Length: ${Buffer.byteLength(text)}`,
    `X-Request-Id: ${requestId}`,
    'Connection: close',
    '',
    text,
  ].join('\r\n');
}

/** Codes of Fastify, by the prefix of its own code. */
const FRAMEWORK_CODES: Readonly<Record<string, { readonly code: ErrorCode; readonly detail: string }>> = {
  FST_ERR_CTP_INVALID_MEDIA_TYPE: {
    code: 'unsupported_media_type',
    detail: 'Content-Type must be application/json.',
  },
  FST_ERR_CTP_BODY_TOO_LARGE: { code: 'body_too_large', detail: 'The body must be at most 65536 bytes.' },
  FST_ERR_CTP_EMPTY_JSON_BODY: { code: 'invalid_json', detail: 'The body must be a JSON object; it is empty.' },
  FST_ERR_CTP_INVALID_CONTENT_LENGTH: {
    code: 'bad_request',
    detail: 'Content-Length must be the size of the body.',
  },
  FST_ERR_BAD_URL: { code: 'bad_request', detail: 'The path must have valid percent escapes in UTF-8.' },
  FST_ERR_MAX_PARAM_LENGTH: { code: 'uri_too_long', detail: 'An id in the path must be at most 100 characters.' },
  FST_ERR_HANDLER_TIMEOUT: { code: 'overloaded', detail: 'The server did not answer in time.' },
  FST_ERR_REOPENED_CLOSE_SERVER: { code: 'server_closing', detail: 'The server is shutting down.' },
};

function fromFrameworkError(thrown: unknown): AppError {
  const frameworkCode = (thrown as { code?: unknown } | null)?.code;
  if (typeof frameworkCode === 'string') {
    const known = FRAMEWORK_CODES[frameworkCode];
    if (known !== undefined) return new HttpError(known.code, known.detail);
  }
  const status = (thrown as { statusCode?: unknown } | null)?.statusCode;
  if (status === 400) return new HttpError('bad_request', 'The request could not be read to its end.');
  return toAppError(thrown);
}
