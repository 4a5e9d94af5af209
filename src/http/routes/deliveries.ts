import { VideoParametersSchema } from '../contract.ts';
import { problems } from '../openapi.ts';
import { HttpError } from '../problem.ts';
import type { ContractServer, RouteContext } from '../route-context.ts';
import { toDelivery } from '../views/webhook-event.ts';
import { DeliveryListSchema, DeliveryParametersSchema, DeliverySchema } from '../webhook-contract.ts';
import { requireJob } from './videos.ts';

export function addDeliveryRoutes(server: ContractServer, context: RouteContext): void {
  server.route({
    method: 'GET',
    url: '/jobs/:video_id/deliveries',
    schema: {
      summary: 'How the calls to callbackUrl went',
      description:
        'One delivery for each time that the video ended, with its attempts. Empty for a video without `callbackUrl`.',
      tags: ['Jobs'],
      params: VideoParametersSchema,
      response: { 200: DeliveryListSchema, ...problems(400, 404, 414, 500, 503, 507) },
    },
    handler: async (request) => {
      const { id } = await requireJob(context, request.params.video_id);
      const deliveries = await context.webhooks.list(id);
      return { deliveries: deliveries.map(({ delivery, attempts }) => toDelivery(delivery, attempts)) };
    },
  });

  server.route({
    method: 'POST',
    url: '/jobs/:video_id/deliveries/:delivery_id/replay',
    schema: {
      summary: 'Call callbackUrl again',
      description:
        'At once, whatever became of the delivery, with the same `webhook-id` and ten attempts as at first. The receiver gets ' +
        'the video as it is then.',
      tags: ['Jobs'],
      params: DeliveryParametersSchema,
      response: { 202: DeliverySchema, ...problems(400, 404, 414, 500, 503, 507) },
    },
    handler: async (request, reply) => {
      const { video_id: videoId, delivery_id: deliveryId } = request.params;
      const { id } = await requireJob(context, videoId);
      const replayed = await context.webhooks.replay(id, deliveryId);
      if (replayed === undefined) {
        throw new HttpError('delivery_not_found', `The video has no delivery ${JSON.stringify(deliveryId)}.`);
      }
      context.notifyWebhooks();
      reply.code(202);
      return toDelivery(replayed.delivery, replayed.attempts);
    },
  });
}
