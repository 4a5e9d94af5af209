import type { FastifyReply, FastifyRequest } from 'fastify';
import { HttpError } from '../problem.ts';
import type { ContractServer, RouteContext } from '../route-context.ts';
import { allowPage } from '../security-headers.ts';
import { createStaticAsset, readStaticAssets } from '../static-assets.ts';
import type { StaticAsset } from '../static-assets.ts';

/** The first page at `/` and its files under `/assets/`. */
export function addPageRoutes(server: ContractServer, context: RouteContext): void {
  const assets = readStaticAssets(context.webFolder);
  const page = withSettings(assets.get('index.html'), context.requestRules);

  server.get('/', async (request, reply) => {
    if (page === undefined) {
      throw new HttpError('not_found', 'The page is not built; run `npm run prepare`. The API works: see /docs.');
    }
    allowPage(reply);
    return sendAsset(request, reply, page);
  });

  server.get<{ Params: { '*': string } }>('/assets/*', async (request, reply) => {
    const asset = assets.get(request.params['*']);
    if (asset === undefined) throw new HttpError('not_found', 'No file of the page has this name.');
    return sendAsset(request, reply, asset);
  });

  server.get('/favicon.ico', async (request, reply) => {
    const icon = assets.get('icon.svg');
    if (icon === undefined) throw new HttpError('not_found', 'There is no icon.');
    return sendAsset(request, reply, icon);
  });
}

/** Hands the limits and choices to the page in a `meta` element, so that it shows them without asking. */
function withSettings(page: StaticAsset | undefined, rules: RouteContext['requestRules']): StaticAsset | undefined {
  if (page === undefined) return undefined;
  const settings = JSON.stringify({
    ...rules.limits,
    template: Object.keys(rules.templates)[0] ?? '',
    languages: rules.languages,
  });
  const attribute = settings.replaceAll('&', '&amp;').replaceAll('"', '&quot;');
  const html = page.bytes
    .toString('utf8')
    .replace('name="settings" content=""', () => `name="settings" content="${attribute}"`);
  return createStaticAsset(Buffer.from(html), page.contentType);
}

function sendAsset(request: FastifyRequest, reply: FastifyReply, asset: StaticAsset): FastifyReply {
  reply.headers({ etag: asset.etag, 'cache-control': 'no-cache' });
  if (request.headers['if-none-match'] === asset.etag) return reply.code(304).send();
  return reply.type(asset.contentType).send(asset.bytes);
}
