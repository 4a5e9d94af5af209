import { createHash } from 'node:crypto';
import { HttpError } from './problem.ts';

/** What a client may choose: printable ASCII without spaces, which every proxy leaves as it is. */
const KEY = /^[\x21-\x7e]{1,255}$/;

/** The `Idempotency-Key` of a request, undefined when it has none. Throws `invalid_idempotency_key`. */
export function readIdempotencyKey(header: string | readonly string[] | undefined): string | undefined {
  if (header === undefined) return undefined;
  if (typeof header === 'string' && KEY.test(header)) return header;
  throw new HttpError(
    'invalid_idempotency_key',
    `Idempotency-Key must be 1 to 255 printable ASCII characters without spaces, once; got ${JSON.stringify(header).slice(0, 300)}.`,
  );
}

/** The same for the same JSON, in whatever order its fields were written. */
export function fingerprintOf(body: unknown): string {
  return createHash('sha256').update(JSON.stringify(body, sortFields)).digest('hex');
}

function sortFields(_key: string, value: unknown): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  return Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)));
}

/** Requests that are being answered now. A second one with the same key cannot be told anything yet. */
export class RequestsUnderWay {
  readonly #names = new Set<string>();

  /** Throws `idempotency_in_progress` while the work of the same user and key has not ended. */
  async run<Result>(userId: string, key: string, work: () => Promise<Result>): Promise<Result> {
    const name = JSON.stringify([userId, key]);
    if (this.#names.has(name)) {
      const message = `The first request with the idempotency key ${JSON.stringify(key)} is still being answered.`;
      throw new HttpError('idempotency_in_progress', message, { 'retry-after': '1' });
    }
    this.#names.add(name);
    try {
      return await work();
    } finally {
      this.#names.delete(name);
    }
  }
}
