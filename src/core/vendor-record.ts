import { toAppError, type AppError } from './errors.ts';
import type { FailureKind } from './failure-policy.ts';

/** What the last call that says something about a vendor came to. */
export type VendorOutcome = {
  /** `unknown` until the first such call. */
  readonly state: 'unknown' | 'ok' | 'failing';
  /** Of the latest failure, also once the vendor is well again. */
  readonly lastFailure: FailureKind | null;
  /** Null unless it is failing. */
  readonly error: AppError | null;
};

/** In memory, for this process: how vendors were when they were last asked, so that nobody asks them in order to say so. */
export type VendorRecord = {
  read(vendor: string): VendorOutcome;
  succeeded(vendor: string): void;
  /** A failure of the request or of ours says nothing about the vendor and is not kept. */
  failed(vendor: string, thrown: unknown): void;
  /** Keeps what the call comes to, which is also what comes back. */
  watch<T>(vendor: string, call: () => Promise<T>): Promise<T>;
};

const SAY_NOTHING: ReadonlySet<FailureKind> = new Set([
  'cancelled',
  'invalid_input',
  'unsupported',
  'uncertain',
  'over_budget',
  'internal',
]);
const UNKNOWN: VendorOutcome = { state: 'unknown', lastFailure: null, error: null };

export function createVendorRecord(): VendorRecord {
  const outcomes = new Map<string, VendorOutcome>();
  const record: VendorRecord = {
    read: (vendor) => outcomes.get(vendor) ?? UNKNOWN,
    succeeded(vendor) {
      outcomes.set(vendor, { ...record.read(vendor), state: 'ok', error: null });
    },
    failed(vendor, thrown) {
      const error = toAppError(thrown);
      if (SAY_NOTHING.has(error.kind)) return;
      outcomes.set(vendor, { state: 'failing', lastFailure: error.kind, error });
    },
    async watch(vendor, call) {
      try {
        const result = await call();
        record.succeeded(vendor);
        return result;
      } catch (thrown) {
        record.failed(vendor, thrown);
        throw thrown;
      }
    },
  };
  return record;
}
