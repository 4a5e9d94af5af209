import { isFinalStatus } from '../../jobs/job.ts';
import { retryJob } from '../../jobs/retry-job.ts';
import {
  JobListQuerySchema,
  JobListSchema,
  RetryQuerySchema,
  VideoParametersSchema,
  VideoStatusSchema,
} from '../contract.ts';
import { createEventFormat, streamEvents } from '../event-stream.ts';
import { problems } from '../openapi.ts';
import { HttpError } from '../problem.ts';
import type { ContractServer, RouteContext } from '../route-context.ts';
import { toJobSummary } from '../views/video-status.ts';
import { describeVideo, requireJob } from './videos.ts';

const DEFAULT_PAGE_SIZE = 20;
const DEFAULT_HEARTBEAT_MILLISECONDS = 15_000;

export function addJobRoutes(server: ContractServer, context: RouteContext): void {
  const format = createEventFormat();

  server.route({
    method: 'GET',
    url: '/jobs',
    schema: {
      summary: 'List videos',
      tags: ['Jobs'],
      querystring: JobListQuerySchema,
      response: { 200: JobListSchema, ...problems(400, 422, 500, 503, 507) },
    },
    handler: async (request) => {
      const { limit = DEFAULT_PAGE_SIZE, ...filter } = request.query;
      const page = await context.jobs.list({ ...filter, limit });
      return { jobs: page.jobs.map((job) => toJobSummary(job, context.links)), next_cursor: page.nextCursor };
    },
  });

  server.route({
    method: 'GET',
    url: '/jobs/:video_id/events',
    schema: {
      summary: 'Follow a video',
      description:
        'Server-sent events `status`, `step` and `progress`, each with an id. A client that reconnects with ' +
        '`Last-Event-ID` gets what it missed, once. The stream ends when the video is final; after that the answer is 204.',
      tags: ['Jobs'],
      params: VideoParametersSchema,
      response: {
        200: { description: 'The events.', content: { 'text/event-stream': { schema: { type: 'string' } } } },
        204: { description: 'There is nothing more to come.', type: 'null' },
        ...problems(400, 404, 414, 422, 500, 503, 507),
      },
    },
    handler: async (request, reply) => {
      const job = await requireJob(context, request.params.video_id);
      await streamEvents(request, reply, {
        job,
        jobs: context.jobs,
        eventHub: context.eventHub,
        closing: context.closing,
        logger: context.logger,
        heartbeatMilliseconds: context.heartbeatMilliseconds ?? DEFAULT_HEARTBEAT_MILLISECONDS,
        stalledMilliseconds: context.stalledMilliseconds,
        format,
      });
      return reply;
    },
  });

  server.route({
    method: 'POST',
    url: '/jobs/:video_id/cancel',
    schema: {
      summary: 'Cancel a video',
      description:
        'One that waits is cancelled at once; one that is being made stops within moments, and its status tells when. A ' +
        'cancelled video may be cancelled again.',
      tags: ['Jobs'],
      params: VideoParametersSchema,
      response: { 200: VideoStatusSchema, ...problems(400, 404, 409, 414, 500, 503, 507) },
    },
    handler: async (request) => {
      const { id } = await requireJob(context, request.params.video_id);
      const job = (await context.jobs.requestCancel(id)) ?? (await requireJob(context, id));
      if (isFinalStatus(job.status) && job.status !== 'cancelled') {
        throw new HttpError(
          'job_final',
          `Only a video that has not ended can be cancelled; this one is ${job.status}.`,
        );
      }
      context.notifyJob(id);
      return describeVideo(context, job);
    },
  });

  server.route({
    method: 'POST',
    url: '/jobs/:video_id/retry',
    schema: {
      summary: 'Have a video go on',
      description:
        'A failed or cancelled video goes on at the step where it ended; with `from`, any that has ended does at that step. ' +
        'What was finished before is kept and not paid for again.',
      tags: ['Jobs'],
      params: VideoParametersSchema,
      querystring: RetryQuerySchema,
      response: { 202: VideoStatusSchema, ...problems(400, 404, 409, 414, 422, 500, 503, 507) },
    },
    handler: async (request, reply) => {
      const { id } = await requireJob(context, request.params.video_id);
      const { jobs: store, workflowSteps: steps } = context;
      const job =
        (await retryJob({ store, steps, jobId: id, from: request.query.from })) ?? (await requireJob(context, id));
      context.notifyJob(id);
      reply.code(202);
      return describeVideo(context, job);
    },
  });
}
