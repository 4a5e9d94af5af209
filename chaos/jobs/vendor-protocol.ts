import type { CallRecovery } from '../../src/jobs/provider-call.ts';

/** What one charge costs, in US dollars. */
export const PRICE_USD = 0.25;

/** One thing that the vendor was paid for. */
export type Charge = {
  readonly chargeId: string;
  readonly kind: CallRecovery;
  /** The idempotency key or the title that came with the request; null where the vendor takes neither. */
  readonly key: string | null;
  readonly job: string;
  readonly step: string;
  /** Milliseconds since the Unix epoch. */
  readonly at: number;
};

/** What a request says, so that the ledger can tell who has paid for what. */
export type VendorOrder = { readonly job: string; readonly step: string; readonly title?: string };

/** Where a request is withheld: `before_charge`, a client that leaves is not charged; `after_charge`, it is. */
export type HoldPosition = 'before_charge' | 'after_charge';

/** Chances from 0 to 1 that a request is refused (429), fails (500), or is charged and its answer lost. */
export type VendorFaults = {
  readonly refused: number;
  readonly failed: number;
  readonly lost: number;
  readonly seed: number;
};

export const NO_VENDOR_FAULTS: VendorFaults = { refused: 0, failed: 0, lost: 0, seed: 1 };

/** Orders to the vendor from those who test with it. */
export type VendorControl =
  | { readonly order: 'hold'; readonly kind: CallRecovery; readonly position: HoldPosition }
  | { readonly order: 'release' }
  | { readonly order: 'refuse'; readonly kind: CallRecovery; readonly times: number }
  | { readonly order: 'faults'; readonly faults: VendorFaults };

/** What the vendor's process prints, one JSON object a line. */
export type VendorMessage = { readonly url: string } | { readonly open: CallRecovery };
