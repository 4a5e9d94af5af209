/** Where prices come from, and how well they are known. */
export type PriceSource = {
  /** YYYY-MM-DD, when they were read. */
  readonly date: string;
  readonly source: string;
  /** `vendor`: read on a page of the vendor's own. `reported`: told by others; check them before relying on a cap. */
  readonly verified: 'vendor' | 'reported';
};
