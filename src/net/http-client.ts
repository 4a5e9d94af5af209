import { Agent, errors } from 'undici';

export type HttpRequest = {
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE';
  /** Absolute, `http:` or `https:`. */
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string | Uint8Array;
  readonly signal: AbortSignal;
};

/** Any answer, whatever its status: what a status means is the vendor's business, not the transport's. */
export type HttpResponse = {
  readonly status: number;
  /** Names in lower case; a header that came several times is joined with `, `. */
  readonly headers: Readonly<Record<string, string>>;
  readonly bytes: Uint8Array;
};

/** The longest that each phase may take, and the most that an answer may weigh. */
export type HttpLimits = {
  readonly connectSeconds: number;
  /** From the sent request to the complete headers of the answer. */
  readonly headersSeconds: number;
  /** Between two pieces of the body. */
  readonly bodyGapSeconds: number;
  /** From the call to its result; includes waiting for a connection. */
  readonly totalSeconds: number;
  readonly responseBytes: number;
};

/** What happened to a request that got no complete answer. */
export type HttpFact =
  | 'aborted'
  | 'connect_failed'
  | 'connect_timeout'
  | 'headers_timeout'
  | 'body_timeout'
  | 'deadline'
  | 'connection_lost'
  | 'response_too_large'
  | 'response_malformed'
  | 'request_invalid'
  | 'client_closed';

/** A request without a complete answer. The message holds neither address, header nor body, so it may be logged. */
export class HttpFailure extends Error {
  readonly fact: HttpFact;

  constructor(fact: HttpFact, message: string, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause });
    this.name = 'HttpFailure';
    this.fact = fact;
  }
}

export type HttpClient = {
  /** Sends once: nothing is retried and no redirect is followed. Throws HttpFailure only. */
  send(request: HttpRequest): Promise<HttpResponse>;
  /** Ends every connection; requests under way fail with `client_closed`. */
  close(): Promise<void>;
};

const FACTS: Readonly<Record<string, HttpFact>> = {
  UND_ERR_CONNECT_TIMEOUT: 'connect_timeout',
  UND_ERR_HEADERS_TIMEOUT: 'headers_timeout',
  UND_ERR_BODY_TIMEOUT: 'body_timeout',
  UND_ERR_RES_EXCEEDED_MAX_SIZE: 'response_too_large',
  UND_ERR_RES_CONTENT_LENGTH_MISMATCH: 'connection_lost',
  UND_ERR_HEADERS_OVERFLOW: 'response_malformed',
  UND_ERR_SOCKET: 'connection_lost',
  UND_ERR_INVALID_ARG: 'request_invalid',
  UND_ERR_DESTROYED: 'client_closed',
  UND_ERR_CLOSED: 'client_closed',
  ECONNRESET: 'connection_lost',
  EPIPE: 'connection_lost',
  ECONNREFUSED: 'connect_failed',
  EHOSTUNREACH: 'connect_failed',
  ENETUNREACH: 'connect_failed',
  ENOTFOUND: 'connect_failed',
  EAI_AGAIN: 'connect_failed',
};

/**
 * A client for vendors' APIs over pooled HTTP/1.1 connections. HTTP/2 is off, because there one broken connection takes
 * the requests of others with it.
 */
export function createHttpClient(limits: HttpLimits): HttpClient {
  const agent = new Agent({
    connectTimeout: limits.connectSeconds * 1000,
    headersTimeout: limits.headersSeconds * 1000,
    bodyTimeout: limits.bodyGapSeconds * 1000,
    maxResponseSize: limits.responseBytes,
    allowH2: false,
  });
  return {
    async send(request) {
      if (request.signal.aborted) throw aborted(request.signal);
      const work = new AbortController();
      const stop = (): void => work.abort();
      request.signal.addEventListener('abort', stop, { once: true });
      const deadline = setTimeout(stop, limits.totalSeconds * 1000);
      try {
        return await exchange(agent, request, work.signal);
      } catch (thrown) {
        if (request.signal.aborted) throw aborted(request.signal);
        if (work.signal.aborted) {
          throw new HttpFailure('deadline', `No complete answer came within ${limits.totalSeconds} seconds.`);
        }
        throw describe(thrown, limits);
      } finally {
        clearTimeout(deadline);
        request.signal.removeEventListener('abort', stop);
      }
    },
    close: () => agent.destroy(),
  };
}

async function exchange(agent: Agent, request: HttpRequest, signal: AbortSignal): Promise<HttpResponse> {
  const { origin, pathname, search } = readUrl(request.url);
  const { statusCode, headers, body } = await agent.request({
    origin,
    path: `${pathname}${search}`,
    method: request.method,
    headers: request.headers,
    signal,
    ...(request.body === undefined ? {} : { body: request.body }),
  });
  return { status: statusCode, headers: joined(headers), bytes: await body.bytes() };
}

function readUrl(url: string): URL {
  const parsed = URL.parse(url);
  if (parsed !== null && /^https?:$/.test(parsed.protocol)) return parsed;
  throw new HttpFailure('request_invalid', 'The address of a request must be an absolute http or https URL.');
}

function joined(headers: Readonly<Record<string, string | string[] | undefined>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [name, Array.isArray(value) ? value.join(', ') : (value ?? '')]),
  );
}

function aborted(signal: AbortSignal): HttpFailure {
  return new HttpFailure('aborted', 'The caller aborted the request.', signal.reason);
}

function describe(thrown: unknown, limits: HttpLimits): HttpFailure {
  if (thrown instanceof HttpFailure) return thrown;
  const fact = factOf(thrown);
  const withLimit: Partial<Readonly<Record<HttpFact, string>>> = {
    connect_timeout: `No connection was made within ${limits.connectSeconds} seconds.`,
    headers_timeout: `The answer did not begin within ${limits.headersSeconds} seconds.`,
    body_timeout: `The answer stood still for ${limits.bodyGapSeconds} seconds.`,
    deadline: `No complete answer came within ${limits.totalSeconds} seconds.`,
    response_too_large: `An answer may have at most ${limits.responseBytes} bytes, and has more.`,
  };
  return failure(fact, withLimit[fact] ?? MESSAGES[fact], thrown);
}

const MESSAGES: Readonly<Record<HttpFact, string>> = {
  aborted: 'The request was aborted.',
  connect_failed: 'No connection could be made.',
  connect_timeout: 'No connection was made in time.',
  headers_timeout: 'The answer did not begin in time.',
  body_timeout: 'The answer stood still.',
  deadline: 'No complete answer came in time.',
  connection_lost: 'The connection was lost before the answer was complete.',
  response_too_large: 'The answer is too large.',
  response_malformed: 'The answer is not HTTP.',
  request_invalid: 'The request holds a header or an address that cannot be sent.',
  client_closed: 'The client was closed.',
};

/** What an error of the library means. */
export function toHttpFailure(thrown: unknown): HttpFailure {
  if (thrown instanceof HttpFailure) return thrown;
  const fact = factOf(thrown);
  return failure(fact, MESSAGES[fact], thrown);
}

function failure(fact: HttpFact, message: string, thrown: unknown): HttpFailure {
  // What is refused may be a key, so nothing that the library says about it is passed on.
  return new HttpFailure(fact, message, fact === 'request_invalid' ? undefined : thrown);
}

function factOf(thrown: unknown): HttpFact {
  if (thrown instanceof errors.HTTPParserError) return 'response_malformed';
  const code = (thrown as { readonly code?: unknown }).code;
  return (typeof code === 'string' ? FACTS[code] : undefined) ?? 'connection_lost';
}
