import { decimal } from './variable.ts';
import type { Variable } from './variable.ts';

/** The caps of what videos may cost. */
export const COST_VARIABLES = {
  maxCostPerVideoUsd: decimal('MAX_COST_PER_VIDEO_USD', {
    section: 'limits',
    default: null,
    minimum: 0,
    maximum: 1_000_000,
    description:
      'Most that a video may cost, all its tries together. A request whose estimate is higher is refused; a call that would pass it is not made. The same in all processes. Without it: no cap.',
  }),
  maxCostPerDayUsd: decimal('MAX_COST_PER_DAY_USD', {
    section: 'limits',
    default: null,
    minimum: 0,
    maximum: 1_000_000,
    description:
      'Most that the videos of all users may cost in a day (UTC). Nothing more is accepted or paid for until midnight. The same in all processes. Without it: no cap.',
  }),
} as const satisfies Record<string, Variable<unknown>>;
