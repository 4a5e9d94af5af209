import { dayAround } from '../../jobs/cost-caps.ts';
import { refuseBrokenRules } from '../../pipeline/invalid-request.ts';
import { parseVideoRequest } from '../../pipeline/video-request.ts';
import { GenerateVideoRequestSchema } from '../contract.ts';
import { CostQuerySchema, CostReportSchema, EstimateSchema } from '../cost-contract.ts';
import { problems } from '../openapi.ts';
import { perMinute } from '../rate-limit.ts';
import { parsePeriod } from '../report-period.ts';
import type { ContractServer, RouteContext } from '../route-context.ts';
import { toCostReport } from '../views/cost-report.ts';
import { toEstimate } from '../views/cost.ts';

const DAY_MILLISECONDS = 86_400_000;
const DEFAULT_DAYS = 30;
const MOST_DAYS = 366;
const DEFAULT_USERS = 100;
/** What costs little may be asked more often than speech. */
const READS_PER_SPEECH_REQUEST = 10;

export function addCostRoutes(server: ContractServer, context: RouteContext): void {
  const { jobs, clock, costCaps } = context;
  const reads = perMinute(context.speechRequestsPerMinute * READS_PER_SPEECH_REQUEST);

  server.route({
    method: 'POST',
    url: '/estimate',
    config: reads,
    schema: {
      summary: 'What a video will cost',
      description:
        'Takes the body of `POST /generate-video` and refuses what that would refuse. Nothing is stored, no vendor is asked and ' +
        'nothing is spent. The caps are not asked either.',
      tags: ['Videos'],
      body: GenerateVideoRequestSchema,
      response: { 200: EstimateSchema, ...problems(400, 408, 413, 415, 422, 429, 500, 503, 507) },
    },
    handler: async (request) =>
      toEstimate(await context.estimateVideo(parseVideoRequest(request.body, context.requestRules))),
  });

  server.route({
    method: 'GET',
    url: '/costs',
    config: reads,
    schema: {
      summary: 'What videos have cost',
      description:
        'Sums by provider, day and user of what providers charged for videos, of everyone or of one user. Like `/tts/analytics` it ' +
        'needs no key. Speech without a video (`POST /test/tts`) is in `/tts/analytics` only.',
      tags: ['Videos'],
      querystring: CostQuerySchema,
      response: { 200: CostReportSchema, ...problems(400, 422, 429, 500, 503, 507) },
    },
    handler: async (request) => {
      const { userId = null, limit = DEFAULT_USERS, ...query } = request.query;
      const now = clock.now();
      const { from, to } = boundedPeriod(query, now);
      const [report, heldTodayUsd] = await Promise.all([
        jobs.costReport({ userId, from, to, mostUsers: limit }),
        jobs.heldUsd(dayAround(now)),
      ]);
      return {
        user_id: userId,
        from: new Date(from).toISOString(),
        to: new Date(to).toISOString(),
        ...toCostReport(report),
        caps: {
          per_video_usd: costCaps.perVideoUsd,
          per_day_usd: costCaps.perDayUsd,
          held_today_usd: heldTodayUsd,
        },
      };
    },
  });
}

/** A year at most, so that the answer has an end. */
function boundedPeriod(
  query: { readonly from?: string; readonly to?: string },
  now: number,
): { readonly from: number; readonly to: number } {
  const period = parsePeriod(query);
  // What begins in this millisecond is part of it.
  const to = period.to ?? Math.max(now, period.from ?? 0) + 1;
  const from = period.from ?? to - DEFAULT_DAYS * DAY_MILLISECONDS;
  if (to - from <= MOST_DAYS * DAY_MILLISECONDS) return { from, to };
  const rule = `must be at most ${MOST_DAYS} days before \`to\``;
  refuseBrokenRules([{ pointer: '/from', code: 'invalid_value', rule, value: query.from ?? null }]);
  return { from, to };
}
