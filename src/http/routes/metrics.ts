import { createMetrics } from '../metrics.ts';
import { problems } from '../openapi.ts';
import type { ContractServer, RouteContext } from '../route-context.ts';

export function addMetricsRoutes(server: ContractServer, context: RouteContext): void {
  const metrics = createMetrics(context.jobs);
  server.route({
    method: 'GET',
    url: '/metrics',
    schema: {
      summary: 'Numbers for Prometheus',
      description:
        'What waits and what runs, counted in the journal, and how this process is. Never about single users.',
      tags: ['Server'],
      response: {
        200: { description: 'The Prometheus text format.', content: { 'text/plain': { schema: { type: 'string' } } } },
        ...problems(500, 503, 507),
      },
    },
    handler: async (_request, reply) => {
      const text = await metrics.render();
      return reply.header('content-type', metrics.contentType).serializer(String).send(text);
    },
  });
}
