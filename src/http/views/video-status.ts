import type { Job, StepRecord } from '../../jobs/job.ts';
import type { ProviderCall } from '../../jobs/provider-call.ts';
import { readVideoOutput } from '../../pipeline/video-output.ts';
import type { VideoOutput } from '../../pipeline/video-output.ts';
import { readStoredRequest } from '../../pipeline/video-request.ts';
import type { JobSummary, Step, VideoStatus } from '../contract.ts';
import type { Links } from '../links.ts';
import { toCost, toUsd } from './cost.ts';

/** What `GET /video-status/{id}` says about a job. `stepNames` are the workflow's, in order. */
export function toVideoStatus(
  job: Job,
  steps: readonly StepRecord[],
  calls: readonly ProviderCall[],
  context: { readonly links: Links; readonly stepNames: readonly string[]; readonly etaSeconds: number | null },
): VideoStatus {
  const { links } = context;
  const request = readStoredRequest(job.input);
  const output = finishedOutput(job);
  return {
    video_id: job.id,
    user_id: job.userId,
    status: job.status,
    step: job.step,
    progress: job.progress,
    eta_seconds: context.etaSeconds,
    steps: toSteps(steps, context.stepNames),
    title: output?.title ?? request.title,
    template: request.template,
    presenter: request.avatarId ?? request.presenter,
    language: output?.language ?? request.language,
    video_url: output && links.file(job.id, 'mp4'),
    renditions: output === null ? [] : [toRendition(job.id, output, links)],
    captions: output && { srt_url: links.file(job.id, 'srt'), vtt_url: links.file(job.id, 'vtt') },
    audio_url: output && links.file(job.id, 'wav'),
    poster_url: output && links.file(job.id, 'png'),
    duration_seconds: output && output.durationSeconds,
    picture: output && (output.picture ?? { provider: 'engine', fallback_used: false }),
    tts: output && output.tts,
    enhancement: toEnhancement(output),
    cost: toCost(calls, { estimate: request.estimate, savedByCacheUsd: output?.savedByCacheUsd }),
    warnings: output === null ? [] : [...output.warnings],
    error: job.error,
    status_url: links.status(job.id),
    events_url: links.events(job.id),
    callback_url: job.callbackUrl,
    created_at: toTimestamp(job.createdAt),
    waiting_for: job.waitingFor,
    retries: job.retries,
    run_at: toTimestampOrNull(job.status === 'waiting' ? job.runAt : null),
    started_at: toTimestampOrNull(job.startedAt),
    finished_at: toTimestampOrNull(job.finishedAt),
    updated_at: toTimestamp(job.updatedAt),
  };
}

/** One line of `GET /jobs`. */
export function toJobSummary(job: Job, links: Links): JobSummary {
  const request = readStoredRequest(job.input);
  const output = finishedOutput(job);
  return {
    video_id: job.id,
    user_id: job.userId,
    status: job.status,
    step: job.step,
    progress: job.progress,
    title: output?.title ?? request.title,
    template: request.template,
    language: output?.language ?? request.language,
    video_url: output && links.file(job.id, 'mp4'),
    poster_url: output && links.file(job.id, 'png'),
    duration_seconds: output && output.durationSeconds,
    error: job.error,
    status_url: links.status(job.id),
    created_at: toTimestamp(job.createdAt),
    finished_at: toTimestampOrNull(job.finishedAt),
  };
}

function toEnhancement(output: VideoOutput | null): VideoStatus['enhancement'] {
  if (output?.enhancement === undefined) return null;
  const { status, promptTokens, completionTokens, costUsd } = output.enhancement;
  return { status, prompt_tokens: promptTokens, completion_tokens: completionTokens, cost_usd: toUsd(costUsd) };
}

/** The output of a completed job; null for any other. */
export function finishedOutput(job: Job): VideoOutput | null {
  return job.status === 'completed' ? readVideoOutput(job.output) : null;
}

function toRendition(videoId: string, output: VideoOutput, links: Links) {
  const { width, height, bytes } = output.video;
  const divisor = greatestCommonDivisor(width, height);
  return {
    aspect_ratio: `${width / divisor}:${height / divisor}`,
    url: links.file(videoId, 'mp4'),
    width,
    height,
    bytes,
  };
}

function toSteps(records: readonly StepRecord[], names: readonly string[]): Step[] {
  const recorded = new Map(records.map((record) => [record.name, record]));
  const pending = names.filter((name) => !recorded.has(name));
  const ordered = [...names.filter((name) => recorded.has(name)), ...records.map((record) => record.name)];
  return [...new Set(ordered), ...pending].map((name) => toStep(name, recorded.get(name)));
}

function toStep(name: string, record: StepRecord | undefined): Step {
  if (record === undefined) {
    const empty = { attempts: 0, started_at: null, finished_at: null, provider: null, detail: null };
    return { name, status: 'pending', ...empty };
  }
  return {
    name,
    status: record.status,
    attempts: record.attempts,
    started_at: toTimestamp(record.startedAt),
    finished_at: toTimestampOrNull(record.finishedAt),
    provider: record.provider,
    detail: record.detail,
  };
}

function toTimestamp(milliseconds: number): string {
  return new Date(milliseconds).toISOString();
}

function toTimestampOrNull(milliseconds: number | null): string | null {
  return milliseconds === null ? null : toTimestamp(milliseconds);
}

function greatestCommonDivisor(a: number, b: number): number {
  return b === 0 ? a : greatestCommonDivisor(b, a % b);
}
