import { problems } from '../openapi.ts';
import type { ContractServer, RouteContext } from '../route-context.ts';

/** In a scope of its own: a signature is of the bytes, whatever they are. */
export function addVendorWebhookRoutes(scope: ContractServer, context: RouteContext): void {
  scope.removeAllContentTypeParsers();
  scope.addContentTypeParser('*', { parseAs: 'buffer' }, (_request, body, done) => done(null, body));

  scope.route({
    method: 'POST',
    url: '/webhooks/heygen',
    schema: {
      summary: 'HeyGen tells of a video',
      description:
        'Verified by `Heygen-Signature` and `Heygen-Timestamp` under HEYGEN_WEBHOOK_SECRET, and taken once for each ' +
        '`Heygen-Event-Id`. It is a hint: the video’s state is then asked of HeyGen itself.',
      tags: ['Jobs'],
      response: { 204: { description: 'Taken.', type: 'null' }, ...problems(400, 401, 404, 413, 500, 503, 507) },
    },
    handler: async (request, reply) => {
      const body = Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0);
      await context.receiveHeyGenWebhook({ headers: request.headers, body });
      return reply.code(204).send(null);
    },
  });
}
