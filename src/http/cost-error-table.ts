/** The part of the error table that speaks of what may be spent. */
export const COST_ERRORS = {
  cost_above_limit: {
    status: 422,
    title: 'It would cost more than a video may',
    meaning:
      'MAX_COST_PER_VIDEO_USD is lower than the estimate, or than what the tries of the video cost together. Nothing more was spent. Shorten the script, choose cheaper providers, or raise the cap.',
  },
  daily_budget_spent: {
    status: 429,
    title: 'The budget of the day is spent',
    meaning:
      'MAX_COST_PER_DAY_USD has no room for it today; the day ends at midnight (UTC), as `Retry-After` says. A video that failed for it goes on with `POST /jobs/{id}/retry`.',
  },
} as const;
