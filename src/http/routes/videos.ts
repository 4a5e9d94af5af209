import type { Job } from '../../jobs/job.ts';
import { etaSeconds } from '../../jobs/eta.ts';
import type { VideoEstimate } from '../../pipeline/estimate-cost.ts';
import type { VideoOutput } from '../../pipeline/video-output.ts';
import { parseVideoRequest } from '../../pipeline/video-request.ts';
import {
  AcceptedSchema,
  type Accepted,
  FileQuerySchema,
  GenerateVideoRequestSchema,
  IdempotencyHeadersSchema,
  VideoParametersSchema,
  type VideoStatus,
  VideoStatusSchema,
} from '../contract.ts';
import { sendObject } from '../file-response.ts';
import { fingerprintOf, readIdempotencyKey, RequestsUnderWay } from '../idempotency.ts';
import type { VideoFile } from '../links.ts';
import { problems } from '../openapi.ts';
import { HttpError } from '../problem.ts';
import type { ContractServer, OnceAnswer, RouteContext } from '../route-context.ts';
import { finishedOutput, toVideoStatus } from '../views/video-status.ts';

/** A download may take long over a slow line; Fastify's handler limit would cut it off. */
const DOWNLOAD_TIMEOUT_MILLISECONDS = 6 * 3_600_000;

const FILES: Readonly<
  Record<VideoFile, { readonly summary: string; readonly type: string; readonly key: (output: VideoOutput) => string }>
> = {
  mp4: { summary: 'The video', type: 'video/mp4', key: (output) => output.video.key },
  srt: { summary: 'Captions as SubRip', type: 'application/x-subrip', key: (output) => output.captions.srtKey },
  vtt: { summary: 'Captions as WebVTT', type: 'text/vtt', key: (output) => output.captions.vttKey },
  wav: { summary: 'The speech', type: 'audio/wav', key: (output) => output.audioKey },
  png: { summary: 'The poster', type: 'image/png', key: (output) => output.posterKey },
};

export function addVideoRoutes(server: ContractServer, context: RouteContext): void {
  const underWay = new RequestsUnderWay();

  server.route({
    method: 'POST',
    url: '/generate-video',
    schema: {
      summary: 'Ask for a video',
      description:
        'Answers at once; the job is durable from then on. Nothing is spent on a request that is refused. One whose estimate is above MAX_COST_PER_VIDEO_USD is, and one for which ' +
        'MAX_COST_PER_DAY_USD has no room left today. With an ' +
        '`Idempotency-Key` the request may be sent again: it makes one video, and the answer is that of the first time, with ' +
        '`Idempotent-Replayed: true`.',
      tags: ['Videos'],
      headers: IdempotencyHeadersSchema,
      body: GenerateVideoRequestSchema,
      response: { 202: AcceptedSchema, ...problems(400, 408, 409, 413, 415, 422, 429, 500, 503, 507) },
    },
    handler: async (request, reply) => {
      const key = readIdempotencyKey(request.headers['idempotency-key']);
      const videoRequest = parseVideoRequest(request.body, context.requestRules);
      const accept = async (): Promise<OnceAnswer> => {
        const estimate = await context.estimateVideo(videoRequest);
        const fingerprint = fingerprintOf(request.body);
        const { costUsd, priceTable } = estimate;
        try {
          await context.requireMoney({ costUsd, runAt: videoRequest.runAt });
        } catch (refusal) {
          // What was accepted once is answered as it was then.
          const first = key && (await context.jobs.answerOf(videoRequest.userId, { key, fingerprint }));
          if (first === undefined) throw refusal;
          return { answer: first as Accepted, isReplay: true };
        }
        const accepted = { ...videoRequest, estimate: { costUsd, priceTable } };
        const answer = (videoId: string): Accepted => ({
          video_id: videoId,
          status: (videoRequest.runAt ?? 0) > context.clock.now() ? 'waiting' : 'queued',
          status_url: context.links.status(videoId),
          events_url: context.links.events(videoId),
          estimate: toAcceptedEstimate(estimate),
        });
        if (key === undefined) {
          const { id } = await context.createVideo(accepted);
          return { answer: answer(id), isReplay: false };
        }
        return context.createVideoOnce(accepted, { key, fingerprint, answer });
      };
      const { answer, isReplay } = await (key === undefined
        ? accept()
        : underWay.run(videoRequest.userId, key, accept));
      if (isReplay) reply.header('idempotent-replayed', 'true');
      reply.code(202).header('location', answer.status_url);
      return answer;
    },
  });

  server.route({
    method: 'GET',
    url: '/video-status/:video_id',
    schema: {
      summary: 'How far a video is',
      tags: ['Videos'],
      params: VideoParametersSchema,
      response: { 200: VideoStatusSchema, ...problems(400, 404, 414, 500, 503, 507) },
    },
    handler: async (request) => describeVideo(context, await requireJob(context, request.params.video_id)),
  });

  for (const file of Object.keys(FILES) as VideoFile[]) addFileRoute(server, context, file);
}

function toAcceptedEstimate(estimate: VideoEstimate): Accepted['estimate'] {
  return {
    duration_seconds: estimate.durationSeconds,
    cost_usd: estimate.costUsd,
    saved_by_cache_usd: estimate.savedByCacheUsd,
    if_fallback_usd: estimate.ifFallback.costUsd,
    price_table: estimate.priceTable,
  };
}

function addFileRoute(server: ContractServer, context: RouteContext, file: VideoFile): void {
  const { summary, type, key } = FILES[file];
  const content = { description: summary, content: { [type]: { schema: { type: 'string', format: 'binary' } } } };
  server.route({
    method: 'GET',
    url: `/videos/:video_id.${file}`,
    handlerTimeout: DOWNLOAD_TIMEOUT_MILLISECONDS,
    schema: {
      summary,
      description: 'Answers ranges (`Range`, `If-Range`) and conditions (`If-None-Match`, `If-Match`).',
      tags: ['Videos'],
      params: VideoParametersSchema,
      querystring: FileQuerySchema,
      response: {
        200: content,
        206: content,
        304: { description: 'The client has it already.', type: 'null' },
        ...problems(400, 404, 409, 410, 412, 414, 416, 422, 500, 503, 507),
      },
    },
    handler: async (request, reply) => {
      const job = await requireJob(context, request.params.video_id);
      const output = requireOutput(job);
      return sendObject(request, reply, {
        objects: context.objects,
        key: key(output),
        fileName: `${job.id}.${file}`,
        download: request.query.download === '1',
        finishedAt: job.finishedAt,
      });
    },
  });
}

/** What a client is told about a video. */
export async function describeVideo(
  context: Pick<RouteContext, 'jobs' | 'links' | 'workflowSteps' | 'clock'>,
  job: Job,
): Promise<VideoStatus> {
  const [steps, calls] = await Promise.all([context.jobs.steps(job.id), context.jobs.calls(job.id)]);
  return toVideoStatus(job, steps, calls, {
    links: context.links,
    stepNames: context.workflowSteps.map((step) => step.name),
    etaSeconds: etaSeconds(job, context.clock.now()),
  });
}

/** The job of a video. Throws `video_not_found`. */
export async function requireJob(context: Pick<RouteContext, 'jobs'>, videoId: string): Promise<Job> {
  const job = await context.jobs.get(videoId);
  if (job === undefined) throw new HttpError('video_not_found', `No video has the id ${JSON.stringify(videoId)}.`);
  return job;
}

function requireOutput(job: Job): VideoOutput {
  const output = finishedOutput(job);
  if (output !== null) return output;
  if (job.status === 'failed' || job.status === 'cancelled') {
    throw new HttpError('file_not_found', `The video has no files; its status is ${job.status}.`);
  }
  throw new HttpError('video_not_ready', `The video must be completed first; its status is ${job.status}.`);
}
