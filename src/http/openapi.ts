import type { FastifyDynamicSwaggerOptions } from '@fastify/swagger';
import { ProblemSchema } from './contract.ts';

type JsonObject = { [key: string]: unknown };

/** OpenAPI 3.1 from the routes' schemas; every schema with a title becomes a component. */
export function openapiOptions(server: {
  readonly version: string;
  readonly publicUrl: string | null;
}): FastifyDynamicSwaggerOptions {
  return {
    openapi: {
      openapi: '3.1.0',
      info: {
        title: 'AI Video Engineer',
        version: server.version,
        description:
          'Turns a script into a talking-presenter video. Requests are camelCase, answers snake_case, failures ' +
          '`application/problem+json` (RFC 9457) with a stable `code`.',
      },
      servers: [{ url: server.publicUrl ?? '/' }],
      tags: [
        { name: 'Videos', description: 'Ask for a video, follow it, fetch its files.' },
        { name: 'Jobs', description: 'What was asked for, newest first.' },
        { name: 'Speech', description: 'Speech without a video: voices, providers, their health and their cost.' },
        {
          name: 'Administration',
          description:
            'Needs the key that ADMIN_API_KEY holds. In mock mode without one it is open to clients on the same machine.',
        },
        { name: 'Server', description: 'How the server is.' },
      ],
      components: {
        securitySchemes: {
          adminBearer: { type: 'http', scheme: 'bearer', description: 'The key of ADMIN_API_KEY.' },
          adminHeader: { type: 'apiKey', in: 'header', name: 'X-API-Key', description: 'The same key.' },
        },
      },
    },
    hideUntagged: true,
    convertConstToEnum: false,
    transformObject: (document) => ('openapiObject' in document ? hoist(document.openapiObject) : {}),
  };
}

/** For the `schema` of a route that only an administrator may ask. */
export const ADMINISTRATOR = {
  tags: ['Administration'],
  security: [{ adminBearer: [] }, { adminHeader: [] }],
};

/** The failures that a route can answer with, for its `response` schema. */
export function problems<const Status extends number>(...statuses: readonly Status[]) {
  const entries = statuses.map((status) => [status, describeProblem(status)] as const);
  return Object.fromEntries(entries) as Record<Status, ReturnType<typeof describeProblem>>;
}

function describeProblem(status: number) {
  return {
    description: PROBLEM_DESCRIPTIONS[status] ?? 'The request failed.',
    content: { 'application/problem+json': { schema: ProblemSchema } },
  };
}

const PROBLEM_DESCRIPTIONS: Readonly<Record<number, string>> = {
  400: 'The request cannot be read.',
  401: 'The administrator’s key is missing or wrong.',
  403: 'The administration is closed to this client.',
  404: 'There is no such thing.',
  408: 'The request took too long to arrive.',
  409: 'Not now: the video is not finished, or the rollout has moved on.',
  412: '`If-Match` named another version.',
  413: 'The body has more than 65,536 bytes.',
  415: 'The body is not `application/json`.',
  416: 'The range lies outside the file.',
  422: 'A rule was broken: `errors` names each field, rule and value.',
  429: 'Too many requests from this address; `Retry-After` says when to try again.',
  500: 'A defect of the server.',
  502: 'No speech provider gave speech that can be used.',
  503: 'The server is closing or overloaded, or no speech provider is available; `Retry-After` says when to try again.',
  504: 'The work ran past its deadline.',
  507: 'The data folder cannot be used.',
};

/** Moves titled schemas to `components.schemas` and leaves references. */
function hoist(document: object): object {
  const components: JsonObject = {};
  const visit = (node: unknown): unknown => {
    if (Array.isArray(node)) return node.map(visit);
    if (node === null || typeof node !== 'object') return node;
    const copy: JsonObject = {};
    for (const [key, value] of Object.entries(node)) copy[key] = visit(value);
    const { title } = copy;
    if (typeof title !== 'string' || !('type' in copy) || !/^[A-Z]\w+$/.test(title)) return copy;
    components[title] = copy;
    return { $ref: `#/components/schemas/${title}` };
  };
  const { components: declared, ...rest } = document as JsonObject;
  const { securitySchemes } = (declared ?? {}) as JsonObject;
  const visited = visit(rest) as JsonObject;
  const sorted = Object.fromEntries(Object.entries(components).sort(([a], [b]) => (a < b ? -1 : 1)));
  return { ...visited, components: { securitySchemes, schemas: sorted } };
}
