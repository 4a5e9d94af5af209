import type { ServerResponse } from 'node:http';

/**
 * A signal for work that nobody may wait for any more: it aborts when the client leaves before it was answered, when the
 * server begins to close, and with a TimeoutError at the deadline. Fastify's `request.signal` will not do: it aborts as soon
 * as a body has been read.
 */
export function workSignal(
  response: ServerResponse,
  options: { readonly closing: AbortSignal; readonly deadlineMilliseconds: number },
): AbortSignal {
  const left = new AbortController();
  if (response.destroyed) left.abort();
  response.once('close', () => left.abort());
  return AbortSignal.any([left.signal, options.closing, AbortSignal.timeout(options.deadlineMilliseconds)]);
}
