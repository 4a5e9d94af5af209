import { Type } from 'typebox';
import type { Static } from 'typebox';
import { Value } from 'typebox/value';
import type { Json } from '../jobs/job.ts';
import { AppError } from '../core/errors.ts';

/** What a finished job leaves behind: keys into the object store and the facts about the video. Stored as the job's output. */
export const VideoOutputSchema = Type.Object(
  {
    video: Type.Object({
      key: Type.String(),
      bytes: Type.Integer({ minimum: 0 }),
      width: Type.Integer({ minimum: 1 }),
      height: Type.Integer({ minimum: 1 }),
    }),
    captions: Type.Object({ srtKey: Type.String(), vttKey: Type.String() }),
    audioKey: Type.String(),
    posterKey: Type.String(),
    durationSeconds: Type.Number({ minimum: 0 }),
    language: Type.String(),
    title: Type.String(),
    tts: Type.Object({ provider: Type.String(), fallback_used: Type.Boolean(), cached: Type.Boolean() }),
    /** Missing in videos of versions in which the engine made all. */
    picture: Type.Optional(Type.Object({ provider: Type.String(), fallback_used: Type.Boolean() })),
    /** Missing in videos of versions that improved no scripts. */
    enhancement: Type.Optional(
      Type.Object({
        status: Type.Union([Type.Literal('applied'), Type.Literal('skipped'), Type.Literal('fell_back')]),
        promptTokens: Type.Integer({ minimum: 0 }),
        completionTokens: Type.Integer({ minimum: 0 }),
        costUsd: Type.Number({ minimum: 0 }),
      }),
    ),
    /** Missing in videos of versions that did not count it. */
    savedByCacheUsd: Type.Optional(Type.Number({ minimum: 0 })),
    warnings: Type.Array(Type.String()),
  },
  { title: 'VideoOutput' },
);

export type VideoOutput = Static<typeof VideoOutputSchema>;

/** Throws `internal_error` when a stored output is not what this version writes. */
export function readVideoOutput(output: Json): VideoOutput {
  if (Value.Check(VideoOutputSchema, output)) return output;
  const mismatch = Value.Errors(VideoOutputSchema, output)[0];
  throw new AppError({
    code: 'internal_error',
    kind: 'internal',
    message: `A stored video is not in this version's form: ${mismatch?.instancePath ?? ''} ${mismatch?.message ?? ''}.`,
  });
}
