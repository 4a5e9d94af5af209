import assert from 'node:assert/strict';
import { Value } from 'typebox/value';

type Document = {
  readonly paths: Readonly<Record<string, Readonly<Record<string, { readonly responses: Responses }>>>>;
  readonly components: { readonly schemas: Readonly<Record<string, unknown>> };
};
type Responses = Readonly<Record<string, { readonly content?: Readonly<Record<string, { readonly schema: object }>> }>>;

/**
 * Fails unless the OpenAPI document describes this answer: its path and method, its status, its media type and, for JSON,
 * its body. Paths that the document leaves out (the pages) are not judged.
 */
export async function assertDocumented(
  document: object,
  request: { readonly address: string; readonly method: string },
  response: Response,
): Promise<void> {
  const { paths, components } = document as Document;
  const path = new URL(request.address, 'http://localhost').pathname;
  const template = Object.keys(paths).find((candidate) => matches(candidate, path));
  const method = request.method === 'HEAD' ? 'get' : request.method.toLowerCase();
  const operation = template === undefined ? undefined : paths[template]?.[method];
  if (operation === undefined) return;
  const answer = operation.responses[response.status];
  assert.ok(answer, `${request.method} ${template} answered ${response.status}, which is not documented`);
  if (request.method === 'HEAD' || answer.content === undefined) return;
  const mediaType = response.headers.get('content-type')?.split(';')[0] ?? '';
  const described = answer.content[mediaType];
  assert.ok(
    described,
    `${request.method} ${template} ${response.status} answered ${mediaType}, which is not documented`,
  );
  if (!/[/+]json$/.test(mediaType)) return;
  const body: unknown = await response.json();
  const schema = inline(described.schema, components.schemas);
  assert.deepEqual(
    Value.Errors(schema as never, body),
    [],
    `${request.method} ${template} ${response.status} is off-schema`,
  );
}

function matches(template: string, path: string): boolean {
  const source = template
    .split(/\{[^}]+\}/)
    .map((part) => RegExp.escape(part))
    .join('[^/]+');
  return new RegExp(`^${source}$`).test(path);
}

/** The schema with its references replaced: none of ours refers to itself. */
function inline(node: unknown, schemas: Readonly<Record<string, unknown>>): unknown {
  if (Array.isArray(node)) return node.map((item) => inline(item, schemas));
  if (node === null || typeof node !== 'object') return node;
  const reference = (node as { $ref?: string }).$ref;
  if (reference !== undefined) return inline(schemas[reference.split('/').at(-1) ?? ''], schemas);
  return Object.fromEntries(Object.entries(node).map(([key, value]) => [key, inline(value, schemas)]));
}
