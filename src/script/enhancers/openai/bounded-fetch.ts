import { AppError } from '../../../core/errors.ts';

/** A script of the longest kind is a hundredth of that. */
const MOST_BYTES = 2 ** 20;

/**
 * `fetch` whose answers have an end: a body of more than a MiB is not read on, and no redirect is followed with the key in hand.
 * Throws AppError `enhancer_unreadable`.
 */
export async function fetchBounded(input: string | URL | Request, init?: RequestInit): Promise<Response> {
  const response = await fetch(input, { ...init, redirect: 'manual' });
  const pieces: Uint8Array[] = [];
  let byteCount = 0;
  for await (const piece of response.body ?? []) {
    byteCount += piece.length;
    if (byteCount > MOST_BYTES) {
      const message = `An answer about a script must have at most ${MOST_BYTES} bytes; this one had more.`;
      throw new AppError({ code: 'enhancer_unreadable', kind: 'protocol', message });
    }
    pieces.push(piece);
  }
  const { status, statusText, headers } = response;
  return new Response(byteCount === 0 ? null : Buffer.concat(pieces), { status, statusText, headers });
}
