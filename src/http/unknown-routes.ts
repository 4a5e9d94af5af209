import type { ContractServer } from './route-context.ts';
import { HttpError } from './problem.ts';

/** Paths without a route are 404; paths whose routes have other methods are 405 and name those. */
export function answerUnknownRoutes(server: ContractServer): void {
  const routes: { readonly pattern: RegExp; readonly method: string }[] = [];
  server.addHook('onRoute', ({ url, method }) => {
    for (const name of [method].flat()) routes.push({ pattern: toPattern(url), method: name });
  });
  server.setNotFoundHandler((request) => {
    const path = request.url.split('?', 1)[0] ?? '';
    const methods = [...new Set(routes.filter(({ pattern }) => pattern.test(path)).map(({ method }) => method))];
    // A route that has the method and was not taken refused the path.
    if (methods.length === 0 || methods.includes(request.method))
      throw new HttpError('not_found', 'No route has this path.');
    const allowed = methods.sort().join(', ');
    throw new HttpError('method_not_allowed', `The method must be ${allowed}; got ${request.method}.`, {
      allow: allowed,
    });
  });
}

function toPattern(url: string): RegExp {
  const source = url
    .split(/(:[a-z_]+|\*)/)
    .map((part) => (part === '*' ? '.*' : part.startsWith(':') ? '[^/]+' : RegExp.escape(part)))
    .join('');
  return new RegExp(`^${source}$`);
}
