import { Type } from 'typebox';
import type { Static } from 'typebox';
import { FAILURE_POLICY, type FailureKind } from '../core/failure-policy.ts';
import { choice, closed, LanguageSchema, Link, nullable, Timestamp, VoiceWishSchema } from './contract-parts.ts';
import { AcceptedEstimateSchema, CostSchema } from './cost-contract.ts';

/**
 * The API, once: these schemas and those of speech-contract.ts and admin-contract.ts are the types, the validation and the
 * OpenAPI document. A schema with a title becomes a named component of the document.
 */
const ASPECT_RATIOS = ['16:9', '9:16', '1:1', '4:5', '5:4'] as const;
const VideoId = Type.String({ examples: ['vid_01jdb2m7q0v9x3k4n5p6r7s8t9'] });

export const GenerateVideoRequestSchema = Type.Object(
  {
    script: Type.String({
      description:
        'What the presenter says. At least one letter or digit; at most 3000 characters as a reader sees them ' +
        '(MAX_TTS_INPUT_CHARS), and at most 90 seconds when spoken (MAX_TTS_AUDIO_DURATION).',
      examples: ['Welcome! This is my first video, and every word of it was typed.'],
    }),
    template: Type.String({ description: 'Look of the video.', examples: ['presenter1'] }),
    userId: Type.String({
      description: 'Who asks: 1 to 200 characters on one line. Videos can be listed by it.',
      examples: ['user@example.com'],
    }),
    title: Type.Optional(
      Type.String({ description: 'Shown in the video: 1 to 120 characters on one line. Without it: the first words.' }),
    ),
    presenter: Type.Optional(
      Type.String({
        description:
          'Who presents, as `GET /presenters` lists them; one of the engine’s is drawn by the engine. Without it: the template’s own ' +
          'presenter, or the avatar that the configuration names.',
      }),
    ),
    aspectRatio: Type.Optional(
      choice(ASPECT_RATIOS, { description: 'Shape of the picture; the engine draws 16:9. Without it: 16:9.' }),
    ),
    background: Type.Optional(
      Type.Object(
        {
          color: Type.Optional(Type.String({ examples: ['#1d2430'] })),
          imageUrl: Type.Optional(
            Type.String({
              description: 'A public https address that ends in .jpg, .jpeg or .png.',
              examples: ['https://example.com/office.jpg'],
            }),
          ),
        },
        { ...closed, description: 'What is behind the presenter: a color or a picture. HeyGen only.' },
      ),
    ),
    language: Type.Optional(LanguageSchema),
    voice: Type.Optional(VoiceWishSchema),
    captions: Type.Optional(
      Type.Object(
        {
          burned: Type.Optional(Type.Boolean({ description: 'Whether captions are drawn into the picture.' })),
          style: Type.Optional(Type.Literal('highlight')),
        },
        { ...closed, description: 'Caption files are made in any case.' },
      ),
    ),
    enhance: Type.Optional(
      Type.Boolean({
        description:
          'Whether the script is improved before it is spoken, by OpenAI or a compatible server: made pleasant to hear, with every ' +
          'number, address and quotation kept. When that fails, the script is spoken as it was written and `warnings` says why. ' +
          'Without it: true where the server has OPENAI_API_KEY or OPENAI_BASE_URL, and in mock mode.',
      }),
    ),
    videoProvider: Type.Optional(
      choice(['engine', 'heygen'], {
        description: 'Who makes the picture. Without it: whose presenter is named, else VIDEO_PROVIDER.',
      }),
    ),
    priority: Type.Optional(
      Type.Integer({ minimum: -10, maximum: 10, description: 'Greater is made first; 0 is ordinary.' }),
    ),
    runAt: Type.Optional(
      Type.String({
        description:
          'When to begin: a date and time with its zone. Until then the video is `waiting`. Without it: now.',
        examples: ['2027-03-01T09:00:00Z'],
      }),
    ),
    callbackUrl: Type.Optional(
      Type.String({
        description:
          'Where the end of the video is told: an https address of a public host on port 443 or one from 1024 on. It gets a POST ' +
          'of `{type, timestamp, data}`: `video.completed`, `video.failed` or `video.cancelled`, when it ended, and the video as ' +
          'in `GET /video-status/{video_id}`; signed by Standard Webhooks, tried ten times over three days until a 2xx comes. ' +
          'The links in it are absolute when the server knows PUBLIC_URL.',
        examples: ['https://example.com/hooks/videos'],
      }),
    ),
  },
  { ...closed, title: 'GenerateVideoRequest' },
);
export type GenerateVideoRequest = Static<typeof GenerateVideoRequestSchema>;

export const IdempotencyHeadersSchema = Type.Object({
  'idempotency-key': Type.Optional(
    Type.String({
      description:
        'Names this request for 24 hours: 1 to 255 printable ASCII characters without spaces, such as a new UUID. The same ' +
        'request with the same key of the same user makes no second video.',
      examples: ['7f0a2c1e-5d3b-4f6a-9b8c-0d1e2f3a4b5c'],
    }),
  ),
});

export const JobStatusSchema = choice(['queued', 'running', 'waiting', 'completed', 'failed', 'cancelled'], {
  description: 'The last three are final.',
});

export const AcceptedSchema = Type.Object(
  {
    video_id: VideoId,
    status: choice(['queued', 'waiting'], { description: '`waiting` until its `runAt`.' }),
    status_url: Link,
    events_url: Link,
    estimate: AcceptedEstimateSchema,
  },
  { ...closed, title: 'VideoAccepted' },
);
export type Accepted = Static<typeof AcceptedSchema>;

export const RetryQuerySchema = Type.Object(
  { from: Type.Optional(Type.String({ description: 'The first step that is to run again.', examples: ['render'] })) },
  closed,
);

export const StepSchema = Type.Object(
  {
    name: Type.String(),
    status: choice(['pending', 'running', 'completed', 'failed', 'interrupted'], {
      description: '`interrupted`: the worker stopped in its midst; it runs again when the job does.',
    }),
    attempts: Type.Integer({ minimum: 0 }),
    started_at: nullable(Timestamp),
    finished_at: nullable(Timestamp),
    provider: nullable(Type.String()),
    detail: nullable(Type.String()),
  },
  { ...closed, title: 'Step' },
);
export type Step = Static<typeof StepSchema>;

export const JobErrorSchema = Type.Object(
  {
    code: Type.String(),
    kind: choice(Object.keys(FAILURE_POLICY) as FailureKind[], { description: 'What sort of failure it was.' }),
    message: Type.String(),
    step: nullable(Type.String()),
  },
  { ...closed, title: 'VideoError' },
);

export const WaitingForSchema = Type.Object(
  { reason: choice(['schedule', 'retry', 'provider_busy', 'provider_works']), message: Type.String() },
  { ...closed, title: 'WaitingFor' },
);

export const VideoStatusSchema = Type.Object(
  {
    video_id: VideoId,
    user_id: Type.String(),
    status: JobStatusSchema,
    step: nullable(Type.String(), { description: 'The step that runs now, or ran last.' }),
    progress: Type.Number({ minimum: 0, maximum: 1, description: 'From real work units; never goes back.' }),
    eta_seconds: nullable(Type.Number({ minimum: 0 }), {
      description: 'Seconds until the video is finished; null when that cannot be said, 0 when it is.',
    }),
    steps: Type.Array(StepSchema),
    title: nullable(Type.String()),
    template: Type.String(),
    presenter: Type.String(),
    language: Type.String(),
    video_url: nullable(Link),
    renditions: Type.Array(
      Type.Object(
        {
          aspect_ratio: Type.String(),
          url: Link,
          width: Type.Integer(),
          height: Type.Integer(),
          bytes: Type.Integer(),
        },
        { ...closed, title: 'Rendition' },
      ),
    ),
    captions: nullable(Type.Object({ srt_url: Link, vtt_url: Link }, { ...closed, title: 'CaptionLinks' })),
    audio_url: nullable(Link),
    poster_url: nullable(Link),
    duration_seconds: nullable(Type.Number({ minimum: 0 })),
    picture: nullable(
      Type.Object({ provider: Type.String(), fallback_used: Type.Boolean() }, { ...closed, title: 'PictureFacts' }),
      { description: 'Who made the picture; null until the video is finished.' },
    ),
    tts: nullable(
      Type.Object(
        { provider: Type.String(), fallback_used: Type.Boolean(), cached: Type.Boolean() },
        { ...closed, title: 'SpeechFacts' },
      ),
    ),
    enhancement: nullable(
      Type.Object(
        {
          status: choice(['applied', 'skipped', 'fell_back'], {
            description: '`fell_back`: the script is spoken as it was written, although it was to be improved.',
          }),
          prompt_tokens: Type.Integer({ minimum: 0 }),
          completion_tokens: Type.Integer({ minimum: 0 }),
          cost_usd: Type.Number({ minimum: 0, description: '0 also when the price of the model is not known.' }),
        },
        { ...closed, title: 'EnhancementFacts' },
      ),
      { description: 'What became of the improvement of the script; null until the video is finished.' },
    ),
    cost: CostSchema,
    warnings: Type.Array(Type.String(), { description: 'Wishes that a provider could not fulfil.' }),
    error: nullable(JobErrorSchema),
    status_url: Link,
    events_url: Link,
    callback_url: nullable(Type.String(), { description: 'Who is called when the video has ended.' }),
    created_at: Timestamp,
    waiting_for: nullable(WaitingForSchema, {
      description: 'Why the video waits until `run_at`; null when it does not.',
    }),
    retries: Type.Integer({
      minimum: 0,
      description: 'Failures of the current step that were followed by another try.',
    }),
    run_at: nullable(Timestamp, { description: 'When a video that waits goes on; null when it does not wait.' }),
    started_at: nullable(Timestamp),
    finished_at: nullable(Timestamp),
    updated_at: Timestamp,
  },
  { ...closed, title: 'VideoStatus' },
);
export type VideoStatus = Static<typeof VideoStatusSchema>;

export const PresentersSchema = Type.Object(
  {
    presenters: Type.Array(
      Type.Object(
        {
          id: Type.String({ description: 'Goes into a request as `presenter`.' }),
          name: Type.String(),
          provider: choice(['engine', 'heygen']),
          preview_url: nullable(Type.String(), { description: 'A picture at the vendor’s; null where there is none.' }),
          aspect_ratios: Type.Array(choice(ASPECT_RATIOS)),
        },
        { ...closed, title: 'Presenter' },
      ),
    ),
    missing: Type.Array(Type.Object({ provider: Type.String(), code: Type.String(), message: Type.String() }, closed), {
      description: 'Providers whose presenters cannot be told for now, and why.',
    }),
  },
  { ...closed, title: 'Presenters' },
);

export const JobSummarySchema = Type.Object(
  {
    video_id: VideoId,
    user_id: Type.String(),
    status: JobStatusSchema,
    step: nullable(Type.String()),
    progress: Type.Number({ minimum: 0, maximum: 1 }),
    title: nullable(Type.String()),
    template: Type.String(),
    language: Type.String(),
    video_url: nullable(Link),
    poster_url: nullable(Link),
    duration_seconds: nullable(Type.Number({ minimum: 0 })),
    error: nullable(JobErrorSchema),
    status_url: Link,
    created_at: Timestamp,
    finished_at: nullable(Timestamp),
  },
  { ...closed, title: 'JobSummary' },
);
export type JobSummary = Static<typeof JobSummarySchema>;

export const JobListSchema = Type.Object(
  {
    jobs: Type.Array(JobSummarySchema, { description: 'Newest first.' }),
    next_cursor: nullable(Type.String(), { description: 'Send it as `cursor` for the next page; null on the last.' }),
  },
  { ...closed, title: 'JobList' },
);

export const JobListQuerySchema = Type.Object(
  {
    userId: Type.Optional(Type.String({ description: 'Only the videos of this user.' })),
    status: Type.Optional(JobStatusSchema),
    failureKind: Type.Optional(
      choice(Object.keys(FAILURE_POLICY) as FailureKind[], { description: 'Only videos that failed in this way.' }),
    ),
    limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 100, default: 20 })),
    cursor: Type.Optional(Type.String({ description: '`next_cursor` of the page before.' })),
  },
  closed,
);

export const ProblemSchema = Type.Object(
  {
    type: Type.String({ format: 'uri-reference', description: 'Where the code is explained.' }),
    title: Type.String(),
    status: Type.Integer({ minimum: 400, maximum: 599 }),
    code: Type.String({ description: 'Stable; see docs/reference/errors.md.', examples: ['script_too_long'] }),
    detail: Type.String({ description: 'The rule that was broken and the value that broke it.' }),
    request_id: Type.String({ description: 'Also in the `X-Request-Id` header and in the server’s log.' }),
    errors: Type.Optional(
      Type.Array(
        Type.Object(
          {
            pointer: Type.String({ description: 'JSON Pointer to the value.' }),
            code: Type.String(),
            rule: Type.String(),
            value: Type.Union([Type.String(), Type.Number(), Type.Boolean(), Type.Null()]),
          },
          { ...closed, title: 'ProblemItem' },
        ),
      ),
    ),
  },
  { ...closed, title: 'Problem' },
);
export type Problem = Static<typeof ProblemSchema>;

export const VideoParametersSchema = Type.Object({ video_id: VideoId }, closed);

export const FileQuerySchema = Type.Object(
  {
    download: Type.Optional(choice(['1'], { description: '`1` makes a browser save the file instead of showing it.' })),
  },
  closed,
);
