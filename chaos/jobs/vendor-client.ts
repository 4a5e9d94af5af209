import { subscribe } from 'node:diagnostics_channel';
import { Agent, request } from 'undici';
import { AppError } from '../../src/core/errors.ts';
import type { PaidCall } from '../../src/jobs/paid-call.ts';
import type { CallRecovery } from '../../src/jobs/provider-call.ts';
import type { CrashPoints } from './crash-points.ts';
import { JobSuspendedError } from '../../src/jobs/suspension.ts';
import { PRICE_USD, type VendorOrder } from './vendor-protocol.ts';

const DEADLINE_MILLISECONDS = 10_000;
const POLL_MILLISECONDS = 20;

export type Receipt = { readonly chargeId: string };

export type VendorClient = {
  /** The call of a step, in the vendor's manner. */
  order(kind: CallRecovery, order: VendorOrder): PaidCall<Receipt>;
  close(): Promise<void>;
};

/** Asks the vendor as our adapters do: over undici, each failure with its kind, no retries of its own. */
export function createVendorClient(url: string, points: Pick<CrashPoints, 'isOnItsWay'>): VendorClient {
  const agent = new Agent();
  // A new connection is made before anything is written, which takes a while.
  subscribe('undici:client:sendHeaders', () => {
    points.isOnItsWay = false;
  });

  async function ask<T>(
    path: string,
    options: { readonly signal: AbortSignal; readonly key?: string; readonly body?: VendorOrder },
  ): Promise<T> {
    const { key, body } = options;
    const signal = AbortSignal.any([options.signal, AbortSignal.timeout(DEADLINE_MILLISECONDS)]);
    const answer = await request(`${url}${path}`, {
      dispatcher: agent,
      method: body === undefined ? 'GET' : 'POST',
      signal,
      headers: key === undefined ? {} : { 'idempotency-key': key },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    }).catch((error: unknown) => {
      throw signal.aborted ? error : failure('unavailable', 'The vendor did not answer.', error);
    });
    const received: unknown = await answer.body.json();
    if (answer.statusCode === 200) return received as T;
    const kind = answer.statusCode === 429 ? 'rate_limited' : 'unavailable';
    throw failure(kind, `The vendor answered ${answer.statusCode}.`);
  }

  const paid = (receipt: Receipt) => ({ result: { chargeId: receipt.chargeId }, costUsd: PRICE_USD });

  async function poll(reference: string, signal: AbortSignal) {
    const { done } = await ask<{ readonly done: boolean }>(`/key/${reference}`, { signal });
    if (done) return paid({ chargeId: reference });
    throw new JobSuspendedError(POLL_MILLISECONDS, { reason: 'provider_works', message: 'The vendor works.' });
  }

  const manners: Record<CallRecovery, (order: VendorOrder) => Pick<PaidCall<Receipt>, 'send' | 'lookUp'>> = {
    key: (body) => ({
      async send({ key, signal, keepReference }) {
        const { chargeId } = await ask<Receipt>('/key', { signal, key, body });
        await keepReference(chargeId);
        return poll(chargeId, signal);
      },
      // Without a reference nothing is known here; the key that goes out again brings it.
      lookUp: async ({ call, signal }) => (call.reference === null ? undefined : poll(call.reference, signal)),
    }),
    lookup: (body) => ({
      async send({ key, signal }) {
        points.isOnItsWay = true;
        return paid(await ask<Receipt>('/lookup', { signal, body: { ...body, title: key } }));
      },
      async lookUp({ call, signal }) {
        const { found } = await ask<{ readonly found: readonly string[] }>(`/lookup?title=${call.key}`, { signal });
        return found[0] === undefined ? undefined : paid({ chargeId: found[0] });
      },
    }),
    none: (body) => ({ send: async ({ signal }) => paid(await ask<Receipt>('/none', { signal, body })) }),
  };

  return {
    order: (kind, order) => ({
      provider: `${kind}-vendor`,
      requestHash: 'the-same-order-each-time',
      recovery: kind,
      estimatedUsd: PRICE_USD,
      ...manners[kind](order),
    }),
    close: () => agent.destroy(),
  };
}

function failure(kind: 'rate_limited' | 'unavailable', message: string, cause?: unknown): AppError {
  return new AppError({ code: kind, kind, message, ...(cause !== undefined && { cause }) });
}
