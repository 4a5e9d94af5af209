import type { LookupFunction } from 'node:net';
import { Agent } from 'undici';
import { toHttpFailure } from './http-client.ts';
import { AddressRefusedError, checkCallableUrl, createGuardedConnector, type UrlGuardOptions } from './url-guard.ts';

export type CallbackRequest = {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  readonly signal: AbortSignal;
};

export type CallbackAnswer = { readonly status: number; readonly retryAfter: string | undefined };

/** Why there is no answer, in words that the user may see: they tell nothing of our network. */
export class CallbackFailure extends Error {
  constructor(message: string, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause });
    this.name = 'CallbackFailure';
  }
}

/** Calls addresses that users have named. */
export type CallbackClient = {
  /**
   * POSTs once over a connection of its own; a redirect is an answer like any other. Throws CallbackFailure when there is no
   * answer.
   */
  post(request: CallbackRequest): Promise<CallbackAnswer>;
  close(): Promise<void>;
};

const CONNECT_MILLISECONDS = 10_000;
/** The caller's signal is the deadline; these only end what it would have ended. */
const SAFETY_MILLISECONDS = 60_000;
/** Nobody reads what a receiver says; a short answer is taken to its end so that the receiver sees no broken connection. */
const ANSWER_BYTES = 16_384;

export function createCallbackClient(options: UrlGuardOptions & { readonly lookup?: LookupFunction }): CallbackClient {
  const agent = new Agent({
    connect: createGuardedConnector({ ...options, connectMilliseconds: CONNECT_MILLISECONDS }),
    headersTimeout: SAFETY_MILLISECONDS,
    bodyTimeout: SAFETY_MILLISECONDS,
    maxHeaderSize: ANSWER_BYTES,
    // No connection is kept: every call has its address checked.
    pipelining: 0,
  });
  return {
    async post({ url, headers, body, signal }) {
      const verdict = checkCallableUrl(url, options);
      if (verdict.url === null) throw new CallbackFailure(`A callback must ${verdict.rule}; got ${verdict.value}.`);
      const { origin, pathname, search } = verdict.url;
      try {
        const answer = await agent.request({
          origin,
          path: `${pathname}${search}`,
          method: 'POST',
          headers,
          body,
          signal,
        });
        const retryAfter = answer.headers['retry-after'];
        // The status has decided; how the rest of the answer ends changes nothing.
        answer.body.on('error', () => {});
        await answer.body.dump({ limit: ANSWER_BYTES, signal }).catch(() => {});
        return { status: answer.statusCode, retryAfter: typeof retryAfter === 'string' ? retryAfter : undefined };
      } catch (thrown) {
        throw new CallbackFailure(describe(thrown, signal), thrown);
      }
    },
    close: () => agent.destroy(),
  };
}

function describe(thrown: unknown, signal: AbortSignal): string {
  if (signal.aborted) return 'The request was aborted.';
  if (thrown instanceof AddressRefusedError) return thrown.message;
  const code = String((thrown as { readonly code?: unknown }).code);
  if (/CERT|ALTNAME|_SSL_|_TLS_/.test(code)) return `The certificate of the host must be valid (${code}).`;
  return toHttpFailure(thrown).message;
}
