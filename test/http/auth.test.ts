import assert from 'node:assert/strict';
import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { test } from 'node:test';
import type { FastifyInstance, InjectOptions } from 'fastify';
import { startTestServer } from './test-server.ts';
import type { TestServer } from './test-server.ts';

const KEY = 'correct-horse-battery-staple';
const KEYED = { ADMIN_API_KEY: KEY };
const PRODUCTION = { MOCK_MODE: 'False', VIBEVOICE_WS_ENDPOINT: 'ws://127.0.0.1:9/tts' };

type Route = { readonly method: NonNullable<InjectOptions['method']>; readonly url: string };

/** The server, and every route that Fastify was given for it, whether it is in the API's document or not. */
async function startWithRoutes(
  ...settings: Parameters<typeof startTestServer>
): Promise<{ readonly server: TestServer; readonly adminRoutes: readonly Route[] }> {
  const routes: Route[] = [];
  const watch = (message: unknown): void => {
    (message as { readonly fastify: FastifyInstance }).fastify.addHook('onRoute', ({ method, url }) => {
      for (const name of [method].flat()) routes.push({ method: name, url });
    });
  };
  subscribe('fastify.initialization', watch);
  const server = await startTestServer(...settings);
  unsubscribe('fastify.initialization', watch);
  assert.ok(
    routes.some(({ url }) => url === '/health'),
    'the watch must see the routes',
  );
  const adminRoutes = routes.filter(({ url }) => url.startsWith('/admin'));
  for (const [method, url] of [
    ['POST', '/admin/set-tts-provider'],
    ['GET', '/admin/canary'],
    ['HEAD', '/admin/canary'],
    ['POST', '/admin/canary'],
    ['GET', '/admin/faults'],
    ['POST', '/admin/faults'],
    ['DELETE', '/admin/faults'],
    ['GET', '/admin/audit'],
  ]) {
    assert.ok(
      adminRoutes.some((route) => route.method === method && route.url === url),
      `${method} ${url}`,
    );
  }
  return { server, adminRoutes };
}

type Request = { readonly headers?: Record<string, string>; readonly remoteAddress?: string };
type Expected = { readonly status: number; readonly code: string } | 'let in';

async function expectAnswer(server: TestServer, route: Route, request: Request, expected: Expected): Promise<void> {
  const where = `${route.method} ${route.url} with ${JSON.stringify(request)}`;
  const answer = await server.inject({ method: route.method, url: route.url, ...request });
  if (expected === 'let in') {
    assert.ok(![401, 403].includes(answer.statusCode), `${where}: ${answer.statusCode} ${answer.payload}`);
    return;
  }
  assert.equal(answer.statusCode, expected.status, `${where}: ${answer.payload}`);
  if (route.method !== 'HEAD') assert.equal(answer.json<{ code: string }>().code, expected.code, where);
  if (expected.status === 401) assert.equal(answer.headers['www-authenticate'], 'Bearer', where);
}

async function assertUntouched(server: TestServer): Promise<void> {
  assert.deepEqual(await server.speech.audit.audit({ limit: 10 }), []);
  assert.equal(await server.speech.mainProvider.current(), 'vibevoice');
}

const NO_KEY: Expected = { status: 401, code: 'admin_key_required' };

test('with a key set, every admin route wants it, from everywhere, and takes it in either header', async (context) => {
  const { server, adminRoutes } = await startWithRoutes(context, { environment: KEYED });
  const refused: readonly Request[] = [
    {},
    { remoteAddress: '203.0.113.9' },
    { headers: { authorization: `Bearer ${KEY}x` } },
    { headers: { authorization: `Bearer ${KEY.slice(0, -1)}` } },
    { headers: { authorization: `Bearer ${KEY.toUpperCase()}` } },
    { headers: { authorization: 'Bearer' } },
    { headers: { authorization: 'Bearer ' } },
    { headers: { authorization: `Basic ${Buffer.from(`admin:${KEY}`).toString('base64')}` } },
    { headers: { authorization: KEY } },
    { headers: { 'x-api-key': '' } },
    { headers: { 'x-api-key': `${KEY} x` } },
    { headers: { 'x-api-key': 'null' } },
    { headers: { cookie: `key=${KEY}` } },
  ];
  for (const route of adminRoutes) {
    for (const request of refused) await expectAnswer(server, route, request, NO_KEY);
  }
  await assertUntouched(server);
  const accepted: readonly Request[] = [
    { headers: { authorization: `Bearer ${KEY}` } },
    { headers: { authorization: `bearer ${KEY}` } },
    { headers: { 'x-api-key': KEY } },
    { headers: { 'x-api-key': KEY, 'x-forwarded-for': '203.0.113.9', host: 'example.com' }, remoteAddress: '10.0.0.8' },
  ];
  for (const route of adminRoutes) {
    for (const request of accepted) await expectAnswer(server, route, request, 'let in');
  }
  assert.doesNotMatch(JSON.stringify(server.logLines), new RegExp(KEY.slice(0, 13)));
});

test('a missing and a wrong key get the same answer', async (context) => {
  const server = await startTestServer(context, { environment: KEYED });
  const detailOf = async (headers: Record<string, string>): Promise<unknown> => {
    const { request_id: _id, ...problem } = (await (
      await server.request('/admin/audit', { headers })
    ).json()) as Record<string, unknown>;
    return problem;
  };
  assert.deepEqual(await detailOf({ 'x-api-key': 'wrong' }), await detailOf({}));
});

test('the key is asked for before anything else is said about a request', async (context) => {
  const server = await startTestServer(context, { environment: KEYED });
  const attempts: readonly (InjectOptions & { readonly url: string })[] = [
    { method: 'POST', url: '/admin/set-tts-provider?provider=nobody' },
    { method: 'POST', url: '/admin/canary', headers: { 'content-type': 'text/plain' }, payload: 'x' },
    { method: 'POST', url: '/admin/canary', headers: { 'content-type': 'application/json' }, payload: '{"percent":' },
    { method: 'POST', url: '/admin/faults', headers: { 'content-type': 'application/json' }, payload: '{"x":1}' },
    { method: 'GET', url: '/admin/audit?limit=-1' },
  ];
  for (const attempt of attempts) assert.equal((await server.inject(attempt)).statusCode, 401, attempt.url);
});

test('outside mock mode without a key, nobody is let in, and the answer says what to set', async (context) => {
  const { server, adminRoutes } = await startWithRoutes(context, { environment: PRODUCTION });
  for (const route of adminRoutes) {
    const closed: Expected = { status: 403, code: 'admin_closed' };
    await expectAnswer(server, route, {}, closed);
    await expectAnswer(server, route, { headers: { 'x-api-key': '' } }, closed);
    await expectAnswer(server, route, { headers: { authorization: 'Bearer null' } }, closed);
  }
  const problem = (await (await server.request('/admin/audit')).json()) as { detail: string };
  assert.match(problem.detail, /ADMIN_API_KEY must be set/);
  await assertUntouched(server);
});

const LOCAL: readonly Request[] = [
  { headers: { host: 'localhost:5000' } },
  { headers: { host: 'LocalHost' } },
  { headers: { host: '127.0.0.1:5000' } },
  { headers: { host: '[::1]:5000' }, remoteAddress: '::1' },
  { headers: { host: 'localhost:5000' }, remoteAddress: '::ffff:127.0.0.1' },
  { headers: { host: 'localhost:5000' }, remoteAddress: '127.8.7.6' },
  { headers: { host: 'localhost:5000', origin: 'http://localhost:5000', 'sec-fetch-site': 'same-origin' } },
  { headers: { host: 'localhost:5000', 'sec-fetch-site': 'none' } },
];

const local = (headers: Record<string, string>): Request => ({ headers: { host: 'localhost:5000', ...headers } });

const NOT_LOCAL: readonly Request[] = [
  { ...local({}), remoteAddress: '203.0.113.9' },
  { ...local({}), remoteAddress: '10.0.0.8' },
  { ...local({}), remoteAddress: '2001:db8::1' },
  { ...local({}), remoteAddress: '::ffff:10.0.0.8' },
  { ...local({}), remoteAddress: '1127.0.0.1' },
  local({ 'x-forwarded-for': '127.0.0.1' }),
  local({ 'x-forwarded-for': '' }),
  local({ 'x-forwarded-host': 'localhost' }),
  local({ 'x-real-ip': '127.0.0.1' }),
  local({ forwarded: 'for=127.0.0.1' }),
  local({ via: '1.1 proxy' }),
  { headers: { host: 'example.com' } },
  { headers: { host: 'localhost.example.com' } },
  { headers: { host: '127.0.0.1.nip.io:5000' } },
  { headers: { host: 'user@localhost:5000' } },
  local({ origin: 'https://example.com' }),
  local({ origin: 'http://localhost:3000' }),
  local({ origin: 'https://localhost:5000' }),
  local({ origin: 'http://127.0.0.1:5000' }),
  local({ origin: 'null' }),
  local({ 'sec-fetch-site': 'cross-site' }),
  local({ 'sec-fetch-site': 'same-site' }),
  local({ 'sec-fetch-site': 'something new' }),
  local({ origin: 'http://localhost:5000', 'sec-fetch-site': 'cross-site' }),
];

test('in mock mode without a key, every admin route is open to this machine itself and to nobody else', async (context) => {
  const { server, adminRoutes } = await startWithRoutes(context);
  for (const route of adminRoutes) {
    for (const request of NOT_LOCAL) {
      await expectAnswer(server, route, request, { status: 403, code: 'admin_loopback_only' });
    }
  }
  await assertUntouched(server);
  for (const route of adminRoutes) {
    for (const request of LOCAL) await expectAnswer(server, route, request, 'let in');
  }
});

test('that the administration is open is in the log once, and only when it is', async (context) => {
  const warningsOf = async (environment: Record<string, string>): Promise<number> => {
    const server = await startTestServer(context, { environment });
    await server.request('/admin/audit');
    return server.logLines.filter(({ level, message }) => level === 'warn' && message.includes('ADMIN_API_KEY')).length;
  };
  assert.equal(await warningsOf({}), 1);
  assert.equal(await warningsOf(KEYED), 0);
  assert.equal(await warningsOf(PRODUCTION), 0);
});

test('nothing but the administration wants a key', async (context) => {
  const server = await startTestServer(context, { environment: KEYED });
  for (const address of [
    '/health',
    '/ready',
    '/jobs',
    '/voices',
    '/tts/analytics',
    '/tts/gpu-health',
    '/openapi.json',
    '/docs',
  ]) {
    assert.equal((await server.request(address)).status, 200, address);
  }
});
