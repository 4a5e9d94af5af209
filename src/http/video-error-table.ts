/** The part of the error table that speaks of vendors of video. */
export const VIDEO_ERRORS = {
  video_provider_not_configured: {
    status: 422,
    title: 'This server has no such video provider',
    meaning: 'Set its key (HEYGEN_API_KEY), or leave `videoProvider` out.',
  },
  invalid_image_url: {
    status: 422,
    title: 'The address of the background cannot be used',
    meaning: 'A vendor fetches it: a public https address whose path ends in .jpg, .jpeg or .png.',
  },
  webhooks_not_configured: {
    status: 404,
    title: 'This server takes no deliveries of HeyGen',
    meaning: 'Set HEYGEN_WEBHOOK_SECRET to the secret that HeyGen gave for the endpoint.',
  },
  webhook_refused: {
    status: 401,
    title: 'The delivery is not from HeyGen',
    meaning: 'Its signature or time is wrong. Check HEYGEN_WEBHOOK_SECRET, and the clock of this machine.',
  },
  video_refused: {
    status: 422,
    title: 'A video provider refused the request',
    meaning: 'Nothing was spent.',
  },
  video_unsupported: {
    status: 422,
    title: 'The video provider cannot make this video',
    meaning:
      'Its detail says why: too long a speech, no such avatar, or a failure while the video was made. Nothing was spent.',
  },
  video_key_refused: {
    status: 502,
    title: 'A video provider refused our key',
    meaning: 'The key in the configuration is wrong, expired, or its plan does not include the call.',
  },
  video_quota_used_up: {
    status: 502,
    title: 'A video provider’s credit is used up',
    meaning: 'Add credit at the provider, or set VIDEO_FALLBACK=engine.',
  },
  video_rate_limited: {
    status: 503,
    title: 'A video provider makes as many videos as it may',
    meaning: 'Try again after the number of seconds in `Retry-After`.',
  },
  video_timeout: {
    status: 504,
    title: 'A video provider did not answer, or did not make the video, in time',
    meaning: 'Try again; VIDEO_DEADLINE_MINUTES says how long a video may take.',
  },
  video_unavailable: {
    status: 503,
    title: 'A video provider cannot be reached',
    meaning: 'Try again; the log has the details.',
  },
  video_unreadable: {
    status: 502,
    title: 'A video provider answered in a way we cannot read',
    meaning: 'Try again; check that the address in the configuration is the provider’s.',
  },
} as const;
