import { Type } from 'typebox';
import { renderDocsPage } from '../docs-page.ts';
import type { OpenapiDocument } from '../docs-page.ts';
import type { ContractServer } from '../route-context.ts';
import { allowPage } from '../security-headers.ts';

export function addDocsRoutes(server: ContractServer): void {
  let page: string | undefined;

  server.route({
    method: 'GET',
    url: '/openapi.json',
    schema: {
      summary: 'This document',
      tags: ['Server'],
      response: { 200: Type.Object({}, { additionalProperties: true, description: 'OpenAPI 3.1.' }) },
    },
    handler: async (_request, reply) => {
      reply.header('cache-control', 'no-cache');
      return server.swagger();
    },
  });

  server.get('/docs', async (_request, reply) => {
    page ??= renderDocsPage(server.swagger() as unknown as OpenapiDocument);
    allowPage(reply);
    return reply.header('cache-control', 'no-cache').type('text/html; charset=utf-8').send(page);
  });
}
