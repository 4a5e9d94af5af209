/** How long one sentence took, from before the connection is opened. */
export type Timing = { readonly firstMilliseconds: number; readonly totalMilliseconds: number };

/** The same sentence by a bare client and through the gateway, one right after the other. */
export type Pair = { readonly bare: Timing; readonly gateway: Timing };

export type Measurement = {
  readonly pairs: readonly Pair[];
  /** MiB by which the process grows at most while CONCURRENT_UTTERANCES are under way. */
  readonly rssGrowthMiB: number;
};

export const CONCURRENT_UTTERANCES = 200;
