import { Type } from 'typebox';
import type { Static } from 'typebox';
import type { SpeechProviderId } from '../tts/speech-provider.ts';
import { CanarySchema } from './admin-contract.ts';
import {
  choice,
  closed,
  LanguageSchema,
  Link,
  nullable,
  Timestamp,
  UncertainRepeats,
  VOICE_PROFILES,
  VOICE_STYLES,
  VoiceSchema,
  VoiceWishSchema,
} from './contract-parts.ts';

const SPEECH_PROVIDERS = ['vibevoice', 'elevenlabs', 'openai-speech', 'offline'] as const satisfies SpeechProviderId[];

export const SpeechRequestSchema = Type.Object(
  {
    text: Type.String({
      description: 'What is said, within the limits of a video’s script.',
      examples: ['Hello world'],
    }),
    provider: Type.Optional(
      choice(SPEECH_PROVIDERS, { description: 'Who is asked first, if configured; the others are the fallback.' }),
    ),
    language: Type.Optional(LanguageSchema),
    voice: Type.Optional(VoiceWishSchema),
    userId: Type.Optional(
      Type.String({
        description: 'Whose speech it is, for analytics, canary and spending cap; `anonymous` without it.',
      }),
    ),
  },
  { ...closed, title: 'SpeechRequest' },
);

export const SpokenTextSchema = Type.Object(
  {
    provider: Type.String({ description: 'Who spoke; several as `a+b`.' }),
    fallback_used: Type.Boolean({ description: 'Another provider had been asked and had failed.' }),
    execution_ms: Type.Integer({ minimum: 0 }),
    audio_duration_s: Type.Number({ minimum: 0 }),
    audio_url: Link,
    cached: Type.Boolean({ description: 'Nothing had to be synthesised.' }),
    cost_usd: Type.Number({
      minimum: 0,
      description: 'Everything that was paid, also for speech that was thrown away.',
    }),
    attempts: Type.Integer({ minimum: 0, description: 'Calls to all providers together.' }),
    warnings: Type.Array(Type.String(), { description: 'Wishes that the provider could not fulfil.' }),
  },
  { ...closed, title: 'SpokenText' },
);

export const SpeechFileParametersSchema = Type.Object(
  { hash: Type.String({ description: 'SHA-256 of the file: 64 hexadecimal digits.' }) },
  closed,
);

const PeriodEnd = (description: string) => Type.String({ description, examples: ['2026-11-23'] });

export const AnalyticsQuerySchema = Type.Object(
  {
    userId: Type.Optional(Type.String({ description: 'Only this user’s speech.' })),
    from: Type.Optional(
      PeriodEnd(
        'Date (midnight UTC) or date and time (RFC 3339), included. A `+` of the time zone is written `%2B` in an address.',
      ),
    ),
    to: Type.Optional(PeriodEnd('The same, not included; after `from`.')),
  },
  closed,
);

const count = Type.Integer({ minimum: 0 });
const rate = nullable(Type.Number({ minimum: 0, maximum: 1 }), { description: 'Null without a request.' });

const counts = {
  requests: count,
  successes: count,
  failures: count,
  cancelled: count,
  fallbacks: Type.Integer({ minimum: 0, description: 'Taken over from another provider.' }),
  fallback_rate: rate,
  cache_hits: count,
  cache_hit_rate: rate,
  attempts: Type.Integer({ minimum: 0, description: 'Calls to the provider, tries again included.' }),
  characters: count,
  audio_seconds: Type.Number({ minimum: 0 }),
  cost_usd: Type.Number({ minimum: 0 }),
  saved_by_cache_usd: Type.Number({
    minimum: 0,
    description:
      'What the utterances from the cache would have cost, at the price of the provider whose voice they have.',
  }),
  cost_of_fallback_usd: Type.Number({
    minimum: 0,
    description: 'The part of the cost that was for providers that stood in for another.',
  }),
};
const CountsSchema = Type.Object(counts, { ...closed, title: 'SpeechCounts' });

const milliseconds = nullable(Type.Number({ minimum: 0 }), { description: 'Null where nothing was spoken afresh.' });
const FiguresSchema = Type.Object(
  {
    ...counts,
    uncertain_repeats: UncertainRepeats,
    failures_by_kind: Type.Record(Type.String(), count),
    p50_ms: milliseconds,
    p95_ms: milliseconds,
    p99_ms: milliseconds,
    latency_samples: count,
    by_language: Type.Record(Type.String(), CountsSchema, {
      description: 'The cost is that of operations that ended; all other costs are what was paid.',
    }),
    by_day: Type.Record(Type.String(), CountsSchema, { description: 'By day in UTC.' }),
  },
  { ...closed, title: 'SpeechFigures' },
);

const BreakerSchema = Type.Object(
  {
    phase: choice(['closed', 'open', 'half_open'], { description: 'A provider whose breaker is `open` is not asked.' }),
    retry_after_seconds: Type.Number({ minimum: 0 }),
    last_failure: nullable(Type.String(), { description: 'A failure kind.' }),
  },
  { ...closed, title: 'Breaker' },
);
export type Breaker = Static<typeof BreakerSchema>;

export const AnalyticsSchema = Type.Object(
  {
    user_id: nullable(Type.String()),
    from: nullable(Timestamp),
    to: nullable(Timestamp),
    providers: Type.Record(Type.String(), FiguresSchema, {
      description: 'Requests and failures of a provider include those that another took over.',
    }),
    totals: FiguresSchema,
    breakers: Type.Record(Type.String(), BreakerSchema, { description: 'By provider; the same for every user.' }),
    canary: CanarySchema,
  },
  { ...closed, title: 'SpeechAnalytics' },
);

const gauge = nullable(Type.Number(), { description: 'Null where nothing reports it.' });
const load = {
  gpu_memory_used_mb: gauge,
  gpu_load_percent: gauge,
  gpu_temperature_c: gauge,
  active_streams: count,
  queue_depth: Type.Integer({ minimum: 0, description: 'Utterances that wait for a server.' }),
  age_seconds: nullable(Type.Number(), { description: 'Of the oldest reading in these figures.' }),
};

export const GpuHealthSchema = Type.Object(
  {
    ...load,
    status: choice(['healthy', 'degraded', 'stale', 'unavailable', 'not_configured'], {
      description: '`stale`: the figures are the last ones known.',
    }),
    reasons: Type.Array(Type.String(), { description: 'Why the status is not `healthy`.' }),
    servers: Type.Array(
      Type.Object(
        {
          ...load,
          id: Type.String(),
          state: nullable(choice(['healthy', 'ejected', 'probing', 'last_resort', 'draining']), {
            description: 'Null for a server that only reports metrics.',
          }),
          speed: nullable(Type.Number(), { description: 'Seconds of speech per second.' }),
          failures: count,
          stale: Type.Boolean(),
        },
        { ...closed, title: 'GpuServer' },
      ),
    ),
  },
  { ...closed, title: 'GpuHealth' },
);

const sentence = Type.String();

const providers = Type.Array(choice(SPEECH_PROVIDERS));

export const VoicesSchema = Type.Object(
  {
    default: VoiceSchema,
    profiles: Type.Array(Type.Object({ id: choice(VOICE_PROFILES), description: sentence }, closed)),
    styles: Type.Array(Type.Object({ id: choice(VOICE_STYLES), description: sentence }, closed)),
    providers: Type.Array(
      Type.Object(
        {
          id: choice(SPEECH_PROVIDERS),
          main: Type.Boolean({ description: 'The provider that `POST /admin/set-tts-provider` chooses.' }),
          available: Type.Boolean({ description: 'False while its circuit breaker is open.' }),
          paid: Type.Boolean(),
          languages: Type.Union([Type.Literal('any'), Type.Array(Type.String())]),
          alignment: choice(['phoneme', 'character', 'word', 'none'], {
            description: 'What it says about when each sound is heard.',
          }),
          usd_per_1000_characters: Type.Number({ minimum: 0 }),
        },
        { ...closed, title: 'SpeechProvider' },
      ),
    ),
    order: Type.Object(
      { english: providers, other_languages: providers },
      {
        ...closed,
        description: 'Who is asked first, next and last. Users outside of the canary rollout get ElevenLabs first.',
      },
    ),
  },
  { ...closed, title: 'Voices' },
);
export type Voices = Static<typeof VoicesSchema>;
