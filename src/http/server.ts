import swagger from '@fastify/swagger';
import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox';
import fastify from 'fastify';
import type { TSchema } from 'typebox';
import { guardAdministration } from './auth.ts';
import { answerConnectionErrors } from './connection-errors.ts';
import { BODY_LIMIT_BYTES, createJsonParser } from './json-body.ts';
import { createLinks } from './links.ts';
import { trackConnections } from './open-connections.ts';
import { openapiOptions } from './openapi.ts';
import { HttpError, sendProblem } from './problem.ts';
import { allowRateLimits } from './rate-limit.ts';
import type { ContractServer, RouteContext, ServerDependencies } from './route-context.ts';
import { addAdminRoutes } from './routes/admin.ts';
import { addCostRoutes } from './routes/costs.ts';
import { addDeliveryRoutes } from './routes/deliveries.ts';
import { addDocsRoutes } from './routes/docs.ts';
import { addGpuServerRoutes } from './routes/gpu-servers.ts';
import { addHealthRoutes } from './routes/health.ts';
import { addJobRoutes } from './routes/jobs.ts';
import { addMetricsRoutes } from './routes/metrics.ts';
import { addPageRoutes } from './routes/page.ts';
import { addPresenterRoutes } from './routes/presenters.ts';
import { addSpeechReportRoutes } from './routes/speech-reports.ts';
import { addSpeechRoutes } from './routes/tts.ts';
import { addVendorWebhookRoutes } from './routes/vendor-webhooks.ts';
import { addVideoRoutes } from './routes/videos.ts';
import { setSecurityHeaders } from './security-headers.ts';
import { answerUnknownRoutes } from './unknown-routes.ts';
import { compileValidator } from './validator.ts';
import type { RequestPart } from './validator.ts';

/**
 * Handed to the factory, because Fastify loads its own two otherwise, before it can be told of others. Its types know no
 * validators but Ajv's.
 */
const COMPILERS = {
  buildValidator:
    () =>
    ({ schema, httpPart }: { readonly schema: TSchema; readonly httpPart: RequestPart }) =>
      compileValidator(schema, httpPart),
  buildSerializer: () => () => (data: unknown) => JSON.stringify(data),
} as object;

/**
 * The HTTP server, ready but not listening. Fastify leaves slow requests, large bodies and text bodies open by default;
 * here each is closed: headers within 10 s, a request within 12 s, 64 KiB of JSON and nothing else, unknown fields
 * refused, nothing converted. Every failure is answered with problem+json.
 */
export async function createServer(dependencies: ServerDependencies): Promise<ContractServer> {
  const { logger } = dependencies;
  const closing = new AbortController();
  const server: ContractServer = fastify({
    logger: false,
    bodyLimit: BODY_LIMIT_BYTES,
    requestTimeout: 12_000,
    // Longer than a request may take to arrive, so that a slow sender is told that it was slow.
    handlerTimeout: 20_000,
    keepAliveTimeout: 65_000,
    http: { headersTimeout: 10_000, maxHeaderSize: 16_384, connectionsCheckingInterval: 2000 },
    return503OnClosing: false,
    forceCloseConnections: 'idle',
    trustProxy: false,
    requestIdHeader: false,
    genReqId: () => dependencies.createRequestId(),
    routerOptions: { caseSensitive: true, maxParamLength: 100 },
    schemaController: { compilersFactory: COMPILERS },
    clientErrorHandler: answerConnectionErrors(dependencies.createRequestId),
    frameworkErrors: (error, request, reply) => {
      setSecurityHeaders(reply);
      sendProblem(error, request.id, reply);
    },
  }).withTypeProvider<TypeBoxTypeProvider>();

  server.removeAllContentTypeParsers();
  server.addContentTypeParser(
    'application/json',
    { parseAs: 'buffer' },
    createJsonParser(server.getDefaultJsonParser('error', 'error')),
  );

  server.addHook('onRequest', async (request, reply) => {
    setSecurityHeaders(reply);
    reply.headers({ 'cache-control': 'no-store', 'x-request-id': request.id });
    if (closing.signal.aborted) {
      reply.header('connection', 'close');
      throw new HttpError('server_closing', 'The server is shutting down.');
    }
  });
  server.addHook('onResponse', async (request, reply) => {
    // The route's pattern, never the address: a query may name a user.
    const route = request.routeOptions.url ?? 'none';
    const durationMilliseconds = Math.round(reply.elapsedTime);
    const fields = { requestId: request.id, method: request.method, route, status: reply.statusCode };
    logger.info({ ...fields, durationMilliseconds }, 'Request answered');
  });
  const closeConnections = trackConnections(server.server);
  server.addHook('preClose', async () => {
    closing.abort();
    closeConnections();
  });
  server.setErrorHandler((error, request, reply) => {
    const status = sendProblem(error, request.id, reply);
    if (status >= 500) {
      logger.error({ requestId: request.id, route: request.routeOptions.url, err: error }, 'Request failed');
    }
  });
  answerUnknownRoutes(server);

  await server.register(swagger, openapiOptions(dependencies));
  await allowRateLimits(server);
  const context: RouteContext = {
    ...dependencies,
    links: createLinks(dependencies.publicUrl),
    closing: closing.signal,
  };
  await server.register(async () => {
    addVideoRoutes(server, context);
    addCostRoutes(server, context);
    addJobRoutes(server, context);
    addDeliveryRoutes(server, context);
    addSpeechRoutes(server, context);
    addSpeechReportRoutes(server, context);
    addHealthRoutes(server, context);
    addMetricsRoutes(server, context);
    addPresenterRoutes(server, context);
    addDocsRoutes(server);
    addPageRoutes(server, context);
  });
  await server.register(async (scope) => {
    addVendorWebhookRoutes(scope.withTypeProvider<TypeBoxTypeProvider>(), context);
  });
  await server.register(async (scope) => {
    const guarded = scope.withTypeProvider<TypeBoxTypeProvider>();
    guardAdministration(guarded, dependencies, logger);
    addAdminRoutes(guarded, context);
    addGpuServerRoutes(guarded, context);
  });
  return server;
}
