import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { Compile } from 'typebox/compile';
import { describeApi } from '../../src/http/describe-api.ts';
import { ERROR_TABLE } from '../../src/http/error-table.ts';
import { renderErrorReference } from '../../src/http/render-errors.ts';
import { startTestServer } from './test-server.ts';

const ROOT = path.join(import.meta.dirname, '../..');

type Operation = {
  readonly summary?: string;
  readonly tags?: readonly string[];
  readonly parameters?: readonly {
    readonly name: string;
    readonly in: string;
    readonly required?: boolean;
    readonly schema: object;
  }[];
  readonly requestBody?: { readonly content: Readonly<Record<string, { readonly schema: object }>> };
  readonly security?: readonly object[];
  readonly responses: Readonly<
    Record<
      string,
      { readonly description: string; readonly content?: Readonly<Record<string, { readonly schema: object }>> }
    >
  >;
};
type Document = {
  readonly openapi: string;
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
  readonly components: {
    readonly schemas: Readonly<Record<string, object>>;
    readonly securitySchemes: Readonly<Record<string, object>>;
  };
};

/** What the specification and the issue promise. */
const PROMISED_PATHS = [
  '/generate-video',
  '/video-status/{video_id}',
  '/jobs',
  '/costs',
  '/estimate',
  '/jobs/{video_id}/cancel',
  '/jobs/{video_id}/deliveries',
  '/jobs/{video_id}/deliveries/{delivery_id}/replay',
  '/jobs/{video_id}/events',
  '/jobs/{video_id}/retry',
  '/metrics',
  '/health',
  '/ready',
  '/openapi.json',
  '/test/tts',
  '/speech/{hash}.wav',
  '/tts/analytics',
  '/tts/gpu-health',
  '/voices',
  '/presenters',
  '/webhooks/heygen',
  '/admin/set-tts-provider',
  '/admin/canary',
  '/admin/faults',
  '/admin/gpu-servers',
  '/admin/audit',
  ...['mp4', 'srt', 'vtt', 'wav', 'png'].map((extension) => `/videos/{video_id}.${extension}`),
];

test('the document is well-formed OpenAPI 3.1 and names every promised path', async () => {
  const document = (await describeApi('1.2.3')) as Document;
  assert.match(document.openapi, /^3\.1\./);
  assert.deepEqual(Object.keys(document.paths).toSorted(), PROMISED_PATHS.toSorted());
  for (const [address, methods] of Object.entries(document.paths)) {
    const placeholders = [...address.matchAll(/\{(\w+)\}/g)].map((match) => match[1]);
    for (const [method, operation] of Object.entries(methods)) {
      const where = `${method} ${address}`;
      assert.ok(operation.summary, where);
      assert.equal(operation.tags?.length, 1, where);
      const inPath = (operation.parameters ?? []).filter((parameter) => parameter.in === 'path');
      assert.deepEqual(
        inPath.map((parameter) => parameter.name),
        placeholders,
        where,
      );
      assert.ok(
        inPath.every((parameter) => parameter.required),
        where,
      );
      for (const [status, response] of Object.entries(operation.responses)) {
        assert.match(status, /^[1-5]\d\d$/, where);
        assert.ok(response.description.length > 0, `${where} ${status}`);
        const isFailure = Number(status) >= 400;
        if (isFailure)
          assert.deepEqual(Object.keys(response.content ?? {}), ['application/problem+json'], `${where} ${status}`);
      }
    }
  }
});

test('every reference leads to a component, every component is used, and every schema compiles', async () => {
  const document = (await describeApi('1.2.3')) as Document;
  const text = JSON.stringify(document);
  const referenced = new Set([...text.matchAll(/"\$ref":"#\/components\/schemas\/(\w+)"/g)].map((match) => match[1]));
  assert.deepEqual([...referenced].map(String).toSorted(), Object.keys(document.components.schemas).toSorted());
  assert.doesNotMatch(text, /"~kind"|"\$id"|"nullable"/);
  for (const schema of Object.values(document.components.schemas)) assert.ok(Compile(schema as never));
});

test('the administration, and nothing else, is said to want a key', async () => {
  const document = (await describeApi('1.2.3')) as Document;
  for (const [address, methods] of Object.entries(document.paths)) {
    for (const { security = [] } of Object.values(methods)) {
      assert.deepEqual(
        security.flatMap((scheme) => Object.keys(scheme)),
        address.startsWith('/admin/') ? Object.keys(document.components.securitySchemes) : [],
        address,
      );
    }
  }
});

test('the server serves this very document, and a page made from it', async (context) => {
  const server = await startTestServer(context);
  const served = await (await server.request('/openapi.json')).json();
  assert.deepEqual(served, JSON.parse(JSON.stringify(await describeApi('0.0.0-test'))));
  const page = await server.request('/docs');
  assert.equal(page.headers.get('content-type'), 'text/html; charset=utf-8');
  const html = await page.text();
  for (const address of PROMISED_PATHS) assert.ok(html.includes(address), address);
  for (const code of Object.keys(ERROR_TABLE)) assert.ok(html.includes(`id="${code}"`), code);
  assert.doesNotMatch(html, /<script|<style| style=|https?:\/\//, 'the page must be self-contained');
});

test('every error code of the sources is in the table, and every code of the table is in the sources', () => {
  const used = new Set<string>();
  for (const file of readdirSync(path.join(ROOT, 'src'), { recursive: true, encoding: 'utf8' })) {
    if (!file.endsWith('.ts') || /\.test\.ts$|error-table\.ts$/.test(file)) continue;
    const text = readFileSync(path.join(ROOT, 'src', file), 'utf8');
    for (const match of text.matchAll(/\bcode: '([a-z_]{5,})'/g)) used.add(match[1]!);
    for (const match of text.matchAll(/\b(?:new HttpError|toRawProblem)\(\s*'(\w+)'/g)) used.add(match[1]!);
    for (const match of text.matchAll(/\bcheckName\('\w+', '(\w+)'/g)) used.add(match[1]!);
  }
  assert.ok(used.size > 20, 'the search must find the codes');
  const documented = Object.keys(ERROR_TABLE);
  assert.deepEqual(
    [...used].filter((code) => !documented.includes(code)),
    [],
    'codes that are not in src/http/error-table.ts',
  );
  assert.deepEqual(
    documented.filter((code) => !used.has(code)),
    [],
    'codes that nothing uses',
  );
});

test('docs/reference/errors.md is the table', () => {
  assert.equal(readFileSync(path.join(ROOT, 'docs/reference/errors.md'), 'utf8'), renderErrorReference());
});
