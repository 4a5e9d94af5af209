/**
 * The part of the error table that speaks of improving scripts. After all of these but the first the script is spoken as it was
 * written: the codes are in the log, the reasons in the `warnings` of the video.
 */
export const SCRIPT_ERRORS = {
  enhancement_not_configured: {
    status: 422,
    title: 'This server improves no scripts',
    meaning: '`enhance` needs OPENAI_API_KEY or OPENAI_BASE_URL. Set one of them, or leave `enhance` out.',
  },
  enhancer_key_refused: {
    status: 502,
    title: 'The key for improving scripts was refused',
    meaning: 'Check OPENAI_API_KEY. Scripts are spoken as they were written until then.',
  },
  enhancer_quota_used_up: {
    status: 502,
    title: 'The account for improving scripts is used up',
    meaning:
      'Add credit (`insufficient_quota`); waiting does not help. Scripts are spoken as they were written until then.',
  },
  enhancer_rate_limited: {
    status: 503,
    title: 'Scripts are improved too fast',
    meaning: 'The account takes fewer requests (`rate_limit_exceeded`). PROVIDER_LIMITS keeps to its limit.',
  },
  enhancer_refused: {
    status: 422,
    title: 'The request for an improved script was refused',
    meaning: 'Check OPENAI_MODEL and OPENAI_BASE_URL, which ends in the version: `/v1`.',
  },
  enhancer_timeout: {
    status: 504,
    title: 'The improved script did not come in time',
    meaning: 'Raise OPENAI_TIMEOUT, or choose a faster model.',
  },
  enhancer_unavailable: {
    status: 503,
    title: 'Who improves scripts cannot be reached',
    meaning:
      'The server did not answer, broke off, or reported a failure of its own. It is asked again for the next video.',
  },
  enhancer_unreadable: {
    status: 502,
    title: 'The answer about a script cannot be read',
    meaning: 'OPENAI_BASE_URL must lead to a server with the /chat/completions of OpenAI.',
  },
  enhancer_paused: {
    status: 503,
    title: 'Who improves scripts is left alone for a moment',
    meaning: 'The last calls failed, and the reason is in the message. The next is made within a minute.',
  },
} as const;
