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
        { name: 'Server', description: 'How the server is.' },
      ],
    },
    hideUntagged: true,
    convertConstToEnum: false,
    transformObject: (document) => ('openapiObject' in document ? hoist(document.openapiObject) : {}),
  };
}

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
  404: 'There is no such thing.',
  408: 'The request took too long to arrive.',
  409: 'The video is not finished.',
  412: '`If-Match` named another version.',
  413: 'The body has more than 65,536 bytes.',
  415: 'The body is not `application/json`.',
  416: 'The range lies outside the file.',
  422: 'A rule was broken: `errors` names each field, rule and value.',
  500: 'A defect of the server.',
  503: 'The server is closing or overloaded; `Retry-After` says when to try again.',
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
  const { components: _unused, ...rest } = document as JsonObject;
  const visited = visit(rest) as JsonObject;
  const sorted = Object.fromEntries(Object.entries(components).sort(([a], [b]) => (a < b ? -1 : 1)));
  return { ...visited, components: { schemas: sorted } };
}
