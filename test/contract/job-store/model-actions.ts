import * as fc from 'fast-check';

/** Of every lease in a history. */
export const MODEL_LEASE_MILLISECONDS = 1_000;
export const MODEL_STEPS = ['speech', 'render'] as const;

/** A write with a claim. `pick` chooses one of the claims that there are, old and lost ones included. */
export type Write = { readonly pick: number } & (
  | { readonly do: 'begin'; readonly step: (typeof MODEL_STEPS)[number] }
  | { readonly do: 'complete'; readonly step: (typeof MODEL_STEPS)[number] }
  | { readonly do: 'fail'; readonly step: (typeof MODEL_STEPS)[number] }
  | { readonly do: 'release' }
  | { readonly do: 'suspend'; readonly delay: number }
  | { readonly do: 'retryLater'; readonly delay: number; readonly step: (typeof MODEL_STEPS)[number] }
  | { readonly do: 'finish' }
  | { readonly do: 'markCancelled' }
);

/** Something that is done to a journal. */
export type Action =
  | Write
  | { readonly do: 'create'; readonly delay: number; readonly priority: number }
  | { readonly do: 'claim' }
  | { readonly do: 'crash' }
  | { readonly do: 'createAgain'; readonly pick: number }
  | { readonly do: 'cancel'; readonly pick: number }
  | { readonly do: 'renew'; readonly pick: number }
  | { readonly do: 'wait'; readonly milliseconds: number };

const pick = fc.nat({ max: 30 });
const step = fc.constantFrom(...MODEL_STEPS);
const delay = fc.constantFrom(0, 0, 0, 500, 5_000);
const priority = fc.constantFrom(0, 0, 1, -1);
const milliseconds = fc.constantFrom(100, 600, MODEL_LEASE_MILLISECONDS, 6_000);
const is = <Name extends Action['do']>(name: Name) => fc.constant(name);
export const anyAction: fc.Arbitrary<Action> = fc.oneof(
  { weight: 3, arbitrary: fc.record({ do: is('create'), delay, priority }) },
  { weight: 5, arbitrary: fc.record({ do: is('claim') }) },
  { weight: 1, arbitrary: fc.record({ do: is('crash') }) },
  { weight: 1, arbitrary: fc.record({ do: is('createAgain'), pick }) },
  { weight: 1, arbitrary: fc.record({ do: is('cancel'), pick }) },
  { weight: 1, arbitrary: fc.record({ do: is('renew'), pick }) },
  { weight: 3, arbitrary: fc.record({ do: is('begin'), pick, step }) },
  { weight: 3, arbitrary: fc.record({ do: is('complete'), pick, step }) },
  { weight: 1, arbitrary: fc.record({ do: is('fail'), pick, step }) },
  { weight: 1, arbitrary: fc.record({ do: is('release'), pick }) },
  { weight: 1, arbitrary: fc.record({ do: is('suspend'), pick, delay }) },
  { weight: 1, arbitrary: fc.record({ do: is('retryLater'), pick, delay, step }) },
  { weight: 1, arbitrary: fc.record({ do: is('finish'), pick }) },
  { weight: 1, arbitrary: fc.record({ do: is('markCancelled'), pick }) },
  { weight: 3, arbitrary: fc.record({ do: is('wait'), milliseconds }) },
);
