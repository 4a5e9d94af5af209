import { PresentersSchema } from '../contract.ts';
import { problems } from '../openapi.ts';
import { perMinute } from '../rate-limit.ts';
import type { ContractServer, RouteContext } from '../route-context.ts';

/** The list is kept for a time, so few of these reach a vendor. */
const READS_PER_MINUTE = 120;

export function addPresenterRoutes(server: ContractServer, context: RouteContext): void {
  server.route({
    method: 'GET',
    url: '/presenters',
    config: perMinute(READS_PER_MINUTE),
    schema: {
      summary: 'Who can present',
      description: 'Those of the engine, then the avatars of the vendors that are configured.',
      tags: ['Videos'],
      response: { 200: PresentersSchema, ...problems(429, 500, 503) },
    },
    handler: async () => {
      const { presenters, missing } = await context.listPresenters();
      return {
        presenters: presenters.map(({ id, name, provider, previewUrl, aspectRatios }) => ({
          id,
          name,
          provider,
          preview_url: previewUrl,
          aspect_ratios: [...aspectRatios],
        })),
        missing: [...missing],
      };
    },
  });
}
