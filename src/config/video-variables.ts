import { decimal, integer, oneOf, secret, secretList, text, url } from './variable.ts';

/** Who makes the picture. */
export const VIDEO_VARIABLES = {
  videoProvider: oneOf('VIDEO_PROVIDER', ['engine', 'heygen'], {
    section: 'video',
    default: 'engine',
    description: 'Who makes the picture: the built-in engine or HeyGen.',
  }),
  videoFallback: oneOf('VIDEO_FALLBACK', ['engine', 'none'], {
    section: 'video',
    default: 'engine',
    description: 'Who makes the picture, with the same speech, when the provider cannot.',
  }),
  videoDeadlineMinutes: integer('VIDEO_DEADLINE_MINUTES', {
    section: 'video',
    default: 20,
    minimum: 1,
    maximum: 1_440,
    description: 'How long a provider may take for a video; after that it is called off.',
  }),
  heygenApiKey: secret('HEYGEN_API_KEY', {
    section: 'video',
    default: null,
    description: 'Key for HeyGen.',
  }),
  heygenAvatarId: text('HEYGEN_AVATAR_ID', {
    section: 'video',
    default: 'default',
    description: 'HeyGen avatar (look) that presents; default is the first one of the account.',
  }),
  heygenWebhookSecrets: secretList('HEYGEN_WEBHOOK_SECRET', {
    section: 'video',
    default: null,
    description:
      'Secret that HeyGen gave for the endpoint PUBLIC_URL/webhooks/heygen, so that a finished video is noticed at once; several, comma-separated, while changing over.',
  }),
  heygenEngine: oneOf('HEYGEN_ENGINE', ['default', 'avatar_iii', 'avatar_iv', 'avatar_v'], {
    section: 'video',
    default: 'default',
    description: 'Generation of HeyGen’s engine; default is HeyGen’s own choice. It decides the price.',
  }),
  heygenResolution: oneOf('HEYGEN_RESOLUTION', ['720p', '1080p', '4k'], {
    section: 'video',
    default: '1080p',
    description: 'Size of the picture from HeyGen.',
  }),
  heygenBaseUrl: url('HEYGEN_BASE_URL', ['http:', 'https:'], {
    section: 'video',
    default: 'https://api.heygen.com',
    description: 'Address of the HeyGen API.',
  }),
  heygenUsdPerSecond: decimal('HEYGEN_USD_PER_SECOND', {
    section: 'video',
    default: null,
    minimum: 0,
    maximum: 100,
    description:
      'Price of a second of video at HeyGen. Without it: that of the table for HEYGEN_ENGINE and HEYGEN_RESOLUTION.',
  }),
} as const;
