import { Type } from 'typebox';
import type { Static } from 'typebox';
import { choice, closed, nullable, Timestamp, UncertainRepeats } from './contract-parts.ts';

const usd = (description: string) => Type.Number({ minimum: 0, description });
const PriceTable = Type.String({
  description:
    'The prices that were taken: the version in docs/reference/prices.md, and the variables that went before it; `simulated` in mock mode.',
  examples: ['2026-11-28'],
});

/** What a request is told when it is accepted. */
export const AcceptedEstimateSchema = Type.Object(
  {
    duration_seconds: Type.Number({ minimum: 0, description: 'Length of the speech, roughly.' }),
    cost_usd: usd('Script, speech and picture by those who are asked first, without what the cache has.'),
    saved_by_cache_usd: usd('What the cache has of the speech.'),
    if_fallback_usd: usd('What it may cost at worst, as in `POST /estimate`.'),
    price_table: PriceTable,
  },
  closed,
);

const EstimateItems = Type.Array(
  Type.Object(
    {
      step: choice(['script', 'speech', 'render']),
      provider: Type.String(),
      usd: Type.Number({ minimum: 0 }),
      basis: Type.String({ description: 'What the price was multiplied with.' }),
    },
    { ...closed, title: 'EstimateItem' },
  ),
  { description: 'What costs something.' },
);

export const EstimateSchema = Type.Object(
  {
    duration_seconds: Type.Number({ minimum: 0, description: 'Length of the speech, roughly.' }),
    cost_usd: usd('With those who are asked first, and without what the cache has: the sum of `items`.'),
    items: EstimateItems,
    saved_by_cache_usd: usd(
      'What the cache has of the speech; 0 for a script that is to be improved, which is then another.',
    ),
    if_fallback: Type.Object(
      { cost_usd: Type.Number({ minimum: 0 }), items: EstimateItems },
      {
        ...closed,
        description:
          'At worst, but for what is sent again: everyone who may be asked fails after all of it was paid for, and the last one does it.',
      },
    ),
    price_table: PriceTable,
  },
  { ...closed, title: 'Estimate' },
);
export type Estimate = Static<typeof EstimateSchema>;

export const CostSchema = Type.Object(
  {
    total_usd: usd('What providers have charged.'),
    estimated_usd: nullable(Type.Number({ minimum: 0 }), {
      description: 'What was estimated when the video was accepted; null for videos of earlier releases.',
    }),
    open_usd: usd('What calls may still cost, or may have cost, whose end is not known.'),
    uncertain_repeats: UncertainRepeats,
    saved_by_cache_usd: nullable(Type.Number({ minimum: 0 }), {
      description: 'What the speech from the cache would have cost; null until the video is finished.',
    }),
    cost_of_fallback_usd: usd('The part of the total that was for providers that stood in for another.'),
    price_table: nullable(PriceTable),
    items: Type.Array(
      Type.Object(
        {
          step: Type.String(),
          provider: Type.String(),
          calls: Type.Integer({ minimum: 0 }),
          usd: Type.Number({ minimum: 0 }),
          estimated_usd: usd('What its calls were expected to cost.'),
        },
        { ...closed, title: 'CostItem' },
      ),
    ),
  },
  { ...closed, title: 'Cost', description: 'What the video has cost so far; its receipt when it has ended.' },
);
export type Cost = Static<typeof CostSchema>;

export const CostQuerySchema = Type.Object(
  {
    userId: Type.Optional(Type.String({ description: 'Only this user’s videos.' })),
    from: Type.Optional(
      Type.String({
        description:
          'Date (midnight UTC) or date and time (RFC 3339), included; at most 366 days before `to`. Without it: 30 days before.',
        examples: ['2026-11-01'],
      }),
    ),
    to: Type.Optional(
      Type.String({ description: 'The same, not included. Without it: now.', examples: ['2026-12-01'] }),
    ),
    limit: Type.Optional(
      Type.Integer({ minimum: 1, maximum: 1000, default: 100, description: 'Most users in the answer.' }),
    ),
  },
  closed,
);

const sums = {
  calls: Type.Integer({ minimum: 0 }),
  usd: Type.Number({ minimum: 0 }),
  cost_of_fallback_usd: Type.Number({ minimum: 0 }),
  uncertain_repeats: UncertainRepeats,
};

export const CostReportSchema = Type.Object(
  {
    user_id: nullable(Type.String()),
    from: Timestamp,
    to: Timestamp,
    totals: Type.Object(sums, { ...closed, title: 'CostSums' }),
    providers: Type.Array(
      Type.Object({ provider: Type.String(), step: Type.String(), ...sums }, { ...closed, title: 'ProviderCosts' }),
      { description: 'Dearest first.' },
    ),
    days: Type.Array(
      Type.Object(
        { day: Type.String({ description: 'YYYY-MM-DD in UTC.' }), ...sums },
        { ...closed, title: 'CostsOfDay' },
      ),
      { description: 'Newest first; days without a call are left out. A call counts on the day on which it began.' },
    ),
    users: Type.Array(Type.Object({ user_id: Type.String(), ...sums }, { ...closed, title: 'UserCosts' }), {
      description: 'Dearest first, at most `limit`.',
    }),
    users_left_out: Type.Integer({ minimum: 0, description: 'Users beyond `limit`; the sums above have them too.' }),
    caps: Type.Object(
      {
        per_video_usd: nullable(Type.Number({ minimum: 0 })),
        per_day_usd: nullable(Type.Number({ minimum: 0 })),
        held_today_usd: usd(
          'What counts against the cap of today (UTC): what was charged, and what calls may still cost.',
        ),
      },
      { ...closed, description: 'MAX_COST_PER_VIDEO_USD and MAX_COST_PER_DAY_USD; null for no cap.' },
    ),
  },
  { ...closed, title: 'CostReport' },
);
export type CostReportAnswer = Static<typeof CostReportSchema>;
