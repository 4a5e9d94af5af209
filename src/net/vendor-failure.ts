import { AppError } from '../core/errors.ts';
import type { FailureKind } from '../core/failure-policy.ts';
import { HttpFailure } from './http-client.ts';
import type { HttpFact, HttpResponse } from './http-client.ts';

/** The ways in which asking a vendor can fail; `uncertain`, `storage` and `internal` are our own. */
export type VendorFailureKind = Exclude<FailureKind, 'uncertain' | 'storage' | 'internal'>;

/** What a request fails with that got no complete answer. */
type TransportFailureKind = 'cancelled' | 'timeout' | 'unavailable' | 'protocol' | 'auth';

export type VendorFailureOptions = {
  readonly cause?: unknown;
  readonly retryAfterSeconds?: number | undefined;
  readonly neverSent?: boolean;
};

/** Makes the AppErrors of one kind of vendor. */
export type VendorFailures<Kind extends VendorFailureKind> = {
  /**
   * `reason` completes the sentence "<vendor> ..." and must hold nothing that the vendor wrote except a code passed through
   * `vendorCode`: vendors quote the text and the key in their messages.
   */
  failure(vendor: string, kind: Kind, reason: string, options?: VendorFailureOptions): AppError;
  /** A request that got no answer, as an AppError; anything else that was thrown comes back as it is. */
  transportFailure(vendor: string, thrown: unknown): unknown;
};

const KIND_OF_FACT: Readonly<Record<HttpFact, TransportFailureKind>> = {
  aborted: 'cancelled',
  connect_failed: 'unavailable',
  connect_timeout: 'timeout',
  headers_timeout: 'timeout',
  body_timeout: 'timeout',
  deadline: 'timeout',
  connection_lost: 'unavailable',
  response_too_large: 'protocol',
  response_malformed: 'protocol',
  request_invalid: 'auth',
  client_closed: 'unavailable',
};

/** `codes` are the documented codes of the kinds. */
export function createVendorFailures<Kind extends VendorFailureKind>(
  codes: Readonly<Record<Kind | TransportFailureKind, { readonly code: string }>>,
): VendorFailures<Kind | TransportFailureKind> {
  const failure: VendorFailures<Kind | TransportFailureKind>['failure'] = (vendor, kind, reason, options = {}) =>
    new AppError({
      code: codes[kind].code,
      kind,
      message: `${vendor} ${reason}.`,
      ...(options.cause === undefined ? {} : { cause: options.cause }),
      ...(options.neverSent === true && { neverSent: true }),
      ...(options.retryAfterSeconds === undefined ? {} : { retryAfterSeconds: options.retryAfterSeconds }),
    });
  return {
    failure,
    transportFailure(vendor, thrown) {
      if (!(thrown instanceof HttpFailure)) return thrown;
      // A key with a line break or a letter beyond Latin-1 is the one thing of ours that cannot be sent.
      if (thrown.fact === 'request_invalid') {
        return failure(vendor, 'auth', 'cannot be asked: its key or address holds characters that cannot be sent');
      }
      return failure(vendor, KIND_OF_FACT[thrown.fact], `gave no complete answer. ${thrown.message.slice(0, -1)}`, {
        cause: thrown,
        neverSent: thrown.fact === 'connect_failed' || thrown.fact === 'connect_timeout',
      });
    },
  };
}

/** A vendor's own name for an error, if it is a plain identifier and may therefore be shown. */
export function vendorCode(value: unknown): string | undefined {
  return typeof value === 'string' && /^[a-z0-9_.+-]{1,60}$/i.test(value) ? value : undefined;
}

/**
 * The seconds that `Retry-After` asks for, as a number or as a date. A date is measured against the answer's own `Date`,
 * so that a wrong clock on either side does no harm; without one it says nothing.
 */
export function retryAfterSeconds({ headers }: HttpResponse): number | undefined {
  const value = headers['retry-after']?.trim();
  if (value === undefined || value === '') return undefined;
  if (/^\d{1,9}(?:\.\d+)?$/.test(value)) return Number(value);
  // Date.parse takes much for a date that is none, -3 for one.
  if (!/^[A-Z][a-z]{2}, \d{2} [A-Z][a-z]{2} \d{4} /.test(value)) return undefined;
  const seconds = (Date.parse(value) - Date.parse(headers['date'] ?? '')) / 1000;
  return Number.isFinite(seconds) ? Math.max(0, seconds) : undefined;
}
