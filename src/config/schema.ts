import { MAIN_PROVIDERS } from '../tts/provider-choice.ts';
import { CLEAN_UP_VARIABLES } from './clean-up-variables.ts';
import { SCRIPT_VARIABLES } from './script-variables.ts';
import {
  bucketName,
  decimal,
  flag,
  integer,
  metricsSources,
  oneOf,
  providerLimits,
  regionName,
  secret,
  secretList,
  text,
  url,
  urlList,
  webhookSecrets,
} from './variable.ts';
import type { Variable } from './variable.ts';

/**
 * Every environment variable, under the name of its field in `Config`. The names and defaults of the product's
 * specification come first in each section; `.env.example` and docs/reference/config.md are checked against this table.
 */
export const VARIABLES = {
  mockMode: flag('MOCK_MODE', {
    section: 'core',
    default: true,
    description:
      'Runs without any account or key: simulators stand in for the vendors, and the built-in engine draws. Costs nothing.',
  }),
  port: integer('PORT', {
    section: 'core',
    default: 5000,
    minimum: 0,
    maximum: 65_535,
    description: 'TCP port of the HTTP server; 0 lets the system choose a free one.',
  }),
  host: text('HOST', {
    section: 'core',
    default: '127.0.0.1',
    description: 'Address to listen on. 0.0.0.0 opens the server to the network.',
  }),
  publicUrl: url('PUBLIC_URL', ['http:', 'https:'], {
    section: 'core',
    default: null,
    description: 'Address under which clients reach the server. Links in answers are absolute when it is set.',
  }),
  dataDirectory: text('DATA_DIR', {
    section: 'core',
    default: './data',
    description: 'Folder for the job journal and the finished files; created when it is missing.',
  }),
  logLevel: oneOf('LOG_LEVEL', ['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'], {
    section: 'core',
    default: 'info',
    description: 'The least severe log lines that are written.',
  }),
  databaseUrl: url('DATABASE_URL', ['postgres:', 'postgresql:'], {
    section: 'core',
    default: null,
    mayCarryPassword: true,
    description:
      'PostgreSQL for the job journal, so that further processes can work (npm run worker). Without it: SQLite in DATA_DIR.',
  }),
  workerConcurrency: integer('WORKER_CONCURRENCY', {
    section: 'core',
    default: 2,
    minimum: 1,
    maximum: 64,
    description: 'Videos that one process makes at the same time; they share its render threads.',
  }),
  providerLimits: providerLimits('PROVIDER_LIMITS', ['elevenlabs', 'openai-speech', 'heygen', 'openai'], {
    section: 'core',
    default: null,
    description:
      'Most calls at once, and a minute, that videos may make to a provider, over all processes: elevenlabs=5@120,heygen=3. A video waits for its turn.',
  }),
  redisUrl: url('REDIS_URL', ['redis:', 'rediss:'], {
    section: 'core',
    default: null,
    mayCarryPassword: true,
    description: 'Redis or Valkey that wakes workers on several machines at once; needs DATABASE_URL.',
  }),

  ...SCRIPT_VARIABLES,

  ttsProvider: oneOf('TTS_PROVIDER', MAIN_PROVIDERS, {
    section: 'speech',
    default: 'vibevoice',
    description:
      'Speech provider that is asked first: vibevoice for English, with ElevenLabs for other languages, or elevenlabs for all. The others are the fallback.',
  }),
  vibevoiceEndpoints: urlList('VIBEVOICE_WS_ENDPOINT', ['ws:', 'wss:'], {
    section: 'speech',
    default: null,
    description: 'One or more VibeVoice servers. The path picks the protocol: /stream (upstream) or /tts (ours).',
  }),
  vibevoiceStyle: oneOf('VIBEVOICE_STYLE', ['neutral', 'excited', 'calm'], {
    section: 'speech',
    default: 'neutral',
    description: 'Style of the voice when a request names none.',
  }),
  vibevoiceSeed: integer('VIBEVOICE_SEED', {
    section: 'speech',
    default: 42,
    minimum: 0,
    maximum: 4_294_967_295,
    description: 'Seed when a request names none. The same seed gives the same video.',
  }),
  vibevoiceProfile: oneOf('VIBEVOICE_PROFILE', ['default', 'professional', 'casual'], {
    section: 'speech',
    default: 'default',
    description: 'Voice profile when a request names none.',
  }),
  vibevoiceConnectionTimeoutSeconds: decimal('VIBEVOICE_CONNECTION_TIMEOUT', {
    section: 'speech',
    default: 10,
    minimum: 0.1,
    maximum: 300,
    description: 'Seconds to wait for a connection to a VibeVoice server.',
  }),
  vibevoiceStreamTimeoutSeconds: decimal('VIBEVOICE_STREAM_TIMEOUT', {
    section: 'speech',
    default: 5,
    minimum: 0.1,
    maximum: 300,
    description: 'Seconds without sound after which a VibeVoice stream counts as dead.',
  }),
  vibevoiceMaxRetries: integer('VIBEVOICE_MAX_RETRIES', {
    section: 'speech',
    default: 2,
    minimum: 0,
    maximum: 10,
    description: 'Further tries at VibeVoice before the fallback speaks.',
  }),
  vibevoiceSlots: integer('VIBEVOICE_SLOTS', {
    section: 'speech',
    default: 1,
    minimum: 1,
    maximum: 64,
    description: 'Utterances that one /tts server speaks at the same time; a /stream server always speaks one.',
  }),
  vibevoiceMetricsSources: metricsSources('VIBEVOICE_METRICS_URL', {
    section: 'speech',
    default: null,
    description:
      'DCGM exporters of the GPU servers, in the order of VIBEVOICE_WS_ENDPOINT; nvidia-smi asks this machine.',
  }),
  elevenlabsApiKey: secret('ELEVENLABS_API_KEY', {
    section: 'speech',
    default: null,
    description: 'Key of the fallback voice.',
  }),
  elevenlabsVoiceId: text('ELEVENLABS_VOICE_ID', {
    section: 'speech',
    default: '21m00Tcm4TlvDq8ikWAM',
    description: 'ElevenLabs voice that stands in for VibeVoice.',
  }),
  elevenlabsModelId: text('ELEVENLABS_MODEL_ID', {
    section: 'speech',
    default: 'eleven_multilingual_v2',
    description: 'ElevenLabs model.',
  }),
  elevenlabsBaseUrl: url('ELEVENLABS_BASE_URL', ['http:', 'https:'], {
    section: 'speech',
    default: 'https://api.elevenlabs.io',
    description: 'Address of ElevenLabs; it has others for data residency.',
  }),
  elevenlabsUsdPerThousandCharacters: decimal('ELEVENLABS_USD_PER_1K_CHARACTERS', {
    section: 'speech',
    default: 0.1,
    minimum: 0,
    maximum: 100,
    description: 'Price of 1,000 billed characters (credits), for estimates, receipts and the spending caps.',
  }),
  openaiSpeechBaseUrl: url('OPENAI_SPEECH_BASE_URL', ['http:', 'https:'], {
    section: 'speech',
    default: null,
    description:
      'A further fallback: OpenAI (https://api.openai.com/v1) or any server with its /audio/speech, such as wrappers of VibeVoice and Kokoro.',
  }),
  openaiSpeechApiKey: secret('OPENAI_SPEECH_API_KEY', {
    section: 'speech',
    default: null,
    description: 'Key of that server; not needed for one of your own that wants none.',
  }),
  openaiSpeechModel: text('OPENAI_SPEECH_MODEL', {
    section: 'speech',
    default: 'gpt-4o-mini-tts',
    description: 'Model of that server.',
  }),
  openaiSpeechVoice: text('OPENAI_SPEECH_VOICE', {
    section: 'speech',
    default: 'coral',
    description: 'Voice of that server.',
  }),
  openaiSpeechUsdPerThousandCharacters: decimal('OPENAI_SPEECH_USD_PER_1K_CHARACTERS', {
    section: 'speech',
    default: 0.015,
    minimum: 0,
    maximum: 100,
    description: 'Price of 1,000 characters; 0 for a server of your own.',
  }),
  offlineFallback: flag('TTS_OFFLINE_FALLBACK', {
    section: 'speech',
    default: null,
    description: 'Whether the built-in voice speaks when all others have failed. Without it: True in mock mode only.',
  }),
  voicePolicy: oneOf('VOICE_POLICY', ['same', 'mixed'], {
    section: 'speech',
    default: 'same',
    description: 'same: one voice for a whole video, spoken again if need be; mixed: each utterance as it comes.',
  }),
  fallbackHourlyUsd: decimal('TTS_FALLBACK_HOURLY_USD', {
    section: 'speech',
    default: 5,
    minimum: 0,
    maximum: 100_000,
    description: 'Most that paid speech may cost in any hour while it stands in for another provider.',
  }),
  fallbackHourlyUsdPerUser: decimal('TTS_FALLBACK_HOURLY_USD_PER_USER', {
    section: 'speech',
    default: 1,
    minimum: 0,
    maximum: 100_000,
    description: 'The same for one user.',
  }),
  ttsCanaryPercent: decimal('TTS_CANARY_PERCENT', {
    section: 'speech',
    default: 100,
    minimum: 0,
    maximum: 100,
    description:
      'Share of users whose speech goes to VibeVoice first, until an administrator decides (POST /admin/canary).',
  }),

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
  heygenBaseUrl: url('HEYGEN_BASE_URL', ['http:', 'https:'], {
    section: 'video',
    default: 'https://api.heygen.com',
    description: 'Address of the HeyGen API.',
  }),
  heygenUsdPerSecond: decimal('HEYGEN_USD_PER_SECOND', {
    section: 'video',
    default: 0.0667,
    minimum: 0,
    maximum: 100,
    description: 'Price of a second of video at HeyGen; that of an avatar of the fourth generation by default.',
  }),

  wasabiAccessKey: secret('WASABI_ACCESS_KEY', {
    section: 'storage',
    default: null,
    description:
      'Access key of Wasabi or another S3 storage, to which finished files then go. Without it, and in mock mode, they stay in DATA_DIR.',
  }),
  wasabiSecretKey: secret('WASABI_SECRET_KEY', {
    section: 'storage',
    default: null,
    description: 'Secret key that belongs to the access key.',
  }),
  wasabiBucketName: bucketName('WASABI_BUCKET_NAME', {
    section: 'storage',
    default: 'ai-videos',
    description: 'Bucket for finished files; it must exist.',
  }),
  wasabiRegion: regionName('WASABI_REGION', {
    section: 'storage',
    default: 'us-east-1',
    description: 'Region of the bucket.',
  }),
  wasabiEndpoint: url('WASABI_ENDPOINT', ['http:', 'https:'], {
    section: 'storage',
    default: 'https://s3.wasabisys.com',
    description:
      'Address of the S3 storage, without the bucket. The general address of Wasabi stands for that of WASABI_REGION.',
  }),
  ...CLEAN_UP_VARIABLES,

  maxScriptCharacters: integer('MAX_TTS_INPUT_CHARS', {
    section: 'limits',
    default: 3000,
    minimum: 1,
    maximum: 10_000,
    description: 'Longest script, counted in characters as a reader sees them.',
  }),
  speechRequestsPerMinute: integer('TTS_RATE_LIMIT_PER_MINUTE', {
    section: 'limits',
    default: 60,
    minimum: 1,
    maximum: 100_000,
    description: 'Requests to POST /test/tts that one client address may make in a minute.',
  }),
  maxSpeechSeconds: decimal('MAX_TTS_AUDIO_DURATION', {
    section: 'limits',
    default: 90,
    minimum: 1,
    maximum: 600,
    description: 'Longest speech in seconds. A script whose speech would be longer is refused before any work.',
  }),

  speechCacheEnabled: flag('TTS_CACHE_ENABLED', {
    section: 'cache',
    default: true,
    description: 'Keeps speech, so that the same words in the same voice are synthesised once.',
  }),
  speechCacheDirectory: text('TTS_CACHE_DIR', {
    section: 'cache',
    default: '/tmp/tts_cache',
    description: 'Folder of the speech cache; it may be emptied at any time. Mock mode keeps to the folder mock in it.',
  }),
  speechCacheMegabytes: integer('TTS_CACHE_MAX_MB', {
    section: 'cache',
    default: 2048,
    minimum: 1,
    maximum: 1_000_000,
    description: 'Most that the speech cache holds, in MiB; what was not used for longest goes first.',
  }),
  speechCacheDays: decimal('TTS_CACHE_MAX_AGE_DAYS', {
    section: 'cache',
    default: 7,
    minimum: 0.001,
    maximum: 3650,
    description: 'Days after its last use at which speech leaves the cache.',
  }),

  adminApiKey: secret('ADMIN_API_KEY', {
    section: 'access',
    default: null,
    description: 'Key that guards /admin. Without it /admin is closed; in mock mode it is open to this machine only.',
  }),
  apiKeys: secretList('API_KEYS', {
    section: 'access',
    default: null,
    takesEffect: false,
    description: 'Keys of users; setting any turns authentication on.',
  }),
  corsOrigins: urlList('CORS_ORIGINS', ['http:', 'https:'], {
    section: 'access',
    default: null,
    takesEffect: false,
    description: 'Other sites whose pages may call this server.',
  }),
  webhookSecrets: webhookSecrets('WEBHOOK_SECRET', {
    section: 'access',
    default: null,
    description:
      'Secret that signs the calls to callbackUrl; with several, all sign, so that receivers can change over. Without it callbackUrl is refused; mock mode makes one and keeps it in the file webhook-secret in DATA_DIR.',
  }),
} as const satisfies Record<string, Variable<unknown>>;

type ValueOf<Kind> = Kind extends Variable<infer Value> ? Value : never;

/** The resolved configuration. A field is null when its variable is not set and has no default. */
export type Config = { readonly [Field in keyof typeof VARIABLES]: ValueOf<(typeof VARIABLES)[Field]> };

export type ConfigField = keyof typeof VARIABLES;
