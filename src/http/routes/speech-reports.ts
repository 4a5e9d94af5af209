import { problems } from '../openapi.ts';
import { perMinute } from '../rate-limit.ts';
import { parsePeriod } from '../report-period.ts';
import type { ContractServer, RouteContext } from '../route-context.ts';
import { AnalyticsQuerySchema, AnalyticsSchema, GpuHealthSchema, VoicesSchema } from '../speech-contract.ts';
import { toBreakers } from '../views/breakers.ts';
import { toCanary } from '../views/canary-status.ts';
import { toGpuHealth } from '../views/gpu-health.ts';
import { toVoices } from '../views/voices.ts';

/** Stands for all but English: a provider that speaks a second language speaks this one. */
const OTHER_LANGUAGE = 'de';
/** What costs little may be asked more often. */
const READS_PER_SPEECH_REQUEST = 10;

export function addSpeechReportRoutes(server: ContractServer, context: RouteContext): void {
  const { speech, requestRules } = context;
  const reads = perMinute(context.speechRequestsPerMinute * READS_PER_SPEECH_REQUEST);

  server.route({
    method: 'GET',
    url: '/tts/analytics',
    config: reads,
    schema: {
      summary: 'How speech has been doing',
      description: 'Counts, times, costs and failures by provider, of everyone or of one user.',
      tags: ['Speech'],
      querystring: AnalyticsQuerySchema,
      response: { 200: AnalyticsSchema, ...problems(400, 422, 429, 500, 503, 507) },
    },
    handler: async (request) => {
      const { userId = null, ...period } = request.query;
      const [report, canary] = await Promise.all([
        speech.analytics.report({ userId, ...parsePeriod(period) }),
        speech.canary.status(),
      ]);
      return { ...report, breakers: toBreakers(speech), canary: toCanary(canary) };
    },
  });

  server.route({
    method: 'GET',
    url: '/tts/gpu-health',
    config: reads,
    schema: {
      summary: 'How the GPU servers are',
      description: 'Their own metrics, and what this server has given them to do.',
      tags: ['Speech'],
      response: { 200: GpuHealthSchema, ...problems(429, 500, 503) },
    },
    handler: async () => toGpuHealth(speech.gpuHealth()),
  });

  server.route({
    method: 'GET',
    url: '/voices',
    config: reads,
    schema: {
      summary: 'Which voices there are',
      description: 'What `voice` may hold, who speaks, in which order, and at what price.',
      tags: ['Speech'],
      response: { 200: VoicesSchema, ...problems(429, 500, 503, 507) },
    },
    handler: async () =>
      toVoices({
        defaultVoice: requestRules.voice,
        providers: speech.providers,
        mainProvider: await speech.mainProvider.current(),
        order: {
          english: await speech.gateway.order('en'),
          otherLanguages: await speech.gateway.order(OTHER_LANGUAGE),
        },
        isAvailable: (provider) => speech.breakers.status(provider).phase !== 'open',
      }),
  });
}
