import assert from 'node:assert/strict';
import { connect } from 'node:net';
import { text } from 'node:stream/consumers';
import { test } from 'node:test';
import { startTestServer } from './test-server.ts';
import type { TestServer } from './test-server.ts';

const ADMIN_KEY = 'only-for-this-test';

type Problem = {
  readonly code: string;
  readonly errors?: readonly { readonly pointer: string; readonly code: string; readonly rule: string }[];
};
type Canary = {
  readonly percent: number;
  readonly stage: string;
  readonly revision: number;
  readonly next_step_at: string | null;
  readonly decisions: readonly { readonly action: string; readonly why: string; readonly by: string }[];
};
type Faults = {
  readonly vendors: readonly {
    readonly vendor: string;
    readonly active: { readonly scenario: string; readonly remaining: number | null } | null;
    readonly scenarios: readonly { readonly scenario: string; readonly shows: string }[];
  }[];
};
type Audit = {
  readonly entries: readonly { readonly action: string; readonly by: string; readonly detail: object }[];
};

function post(server: TestServer, address: string, body: unknown): Promise<Response> {
  return server.request(address, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
}

async function auditOf(server: TestServer, query = ''): Promise<Audit['entries']> {
  return ((await (await server.request(`/admin/audit${query}`)).json()) as Audit).entries;
}

async function problemOf(answer: Promise<Response>): Promise<Problem & { readonly status: number }> {
  const response = await answer;
  return { ...((await response.json()) as Problem), status: response.status };
}

test('the curl of the specification switches the provider: no body, no content type', async (context) => {
  const server = await startTestServer(context);
  const socket = connect(server.port, '127.0.0.1');
  const head = ['Host: localhost:5000', 'User-Agent: curl/8.5.0', 'Accept: */*', 'Connection: close'].join('\r\n');
  socket.write(`POST /admin/set-tts-provider?provider=elevenlabs HTTP/1.1\r\n${head}\r\n\r\n`);
  const answer = await text(socket);
  assert.match(answer, /^HTTP\/1\.1 200 /);
  const body = JSON.parse(answer.slice(answer.indexOf('\r\n\r\n') + 4)) as Record<string, unknown>;
  assert.deepEqual(
    { ...body, changed_at: null },
    { tts_provider: 'elevenlabs', previous: 'vibevoice', changed_by: 'loopback', changed_at: null },
  );
  assert.match(String(body['changed_at']), /^\d{4}-\d{2}-\d{2}T.*Z$/);
});

test('a new main provider speaks the next text, and is named wherever it matters', async (context) => {
  const server = await startTestServer(context);
  assert.equal((await server.request('/admin/set-tts-provider?provider=elevenlabs', { method: 'POST' })).status, 200);
  const spoken = (await (await server.postSpeech({ text: 'Hello world' })).json()) as Record<string, unknown>;
  assert.equal(spoken['provider'], 'elevenlabs');
  assert.equal(spoken['fallback_used'], false);
  const health = (await (await server.request('/health')).json()) as Record<string, unknown>;
  assert.equal(health['tts_provider'], 'elevenlabs');
  const voices = (await (await server.request('/voices')).json()) as { order: { english: string[] } };
  assert.equal(voices.order.english[0], 'elevenlabs');
  const [entry] = await auditOf(server);
  assert.equal(entry?.action, 'set_tts_provider');
  assert.equal(entry?.by, 'loopback');
  assert.deepEqual(entry?.detail, { provider: 'elevenlabs', previous: 'vibevoice' });
});

test('a provider that is unknown, missing or not configured is refused, and nothing is recorded', async (context) => {
  const server = await startTestServer(context, {
    environment: { MOCK_MODE: 'False', VIBEVOICE_WS_ENDPOINT: 'ws://127.0.0.1:9/tts', ADMIN_API_KEY: ADMIN_KEY },
  });
  const cases: Readonly<Record<string, [code: string, pointer: string]>> = {
    '?provider=elevenlabs': ['provider_not_configured', '/provider'],
    '?provider=offline': ['invalid_value', '/provider'],
    '?provider=constructor': ['invalid_value', '/provider'],
    '?provider=': ['invalid_value', '/provider'],
    '': ['missing_field', '/provider'],
    '?provider=vibevoice&why=x': ['unknown_field', '/why'],
    '?provider=vibevoice&provider=vibevoice': ['wrong_type', '/provider'],
  };
  const headers = { 'x-api-key': ADMIN_KEY };
  for (const [query, [code, pointer]] of Object.entries(cases)) {
    const problem = await problemOf(server.request(`/admin/set-tts-provider${query}`, { method: 'POST', headers }));
    assert.equal(problem.status, 422, query);
    assert.equal(problem.code, code, query);
    assert.equal(problem.errors?.[0]?.pointer, pointer, query);
  }
  assert.deepEqual(await server.speech.audit.audit({ limit: 10 }), []);
  const vibevoice = await server.request('/admin/set-tts-provider?provider=vibevoice', { method: 'POST', headers });
  assert.equal(((await vibevoice.json()) as Record<string, unknown>)['changed_by'], 'admin key');
});

test('the rollout is set, raised only from what was read, and rolled back in steps', async (context) => {
  const server = await startTestServer(context);
  const before = (await (await server.request('/admin/canary')).json()) as Canary;
  assert.equal(before.percent, 100);

  const set = (await (await post(server, '/admin/canary', { percent: 25, why: 'Week two.' })).json()) as Canary;
  assert.equal(set.percent, 25);
  assert.equal(set.stage, 'phase_2');
  assert.equal(set.decisions[0]?.why, 'Week two.');
  assert.equal(set.decisions[0]?.by, 'loopback');
  assert.deepEqual(await (await server.request('/admin/canary')).json(), set);

  const stale = await problemOf(post(server, '/admin/canary', { percent: 100, expectedRevision: before.revision }));
  assert.equal(stale.status, 409);
  assert.equal(stale.code, 'canary_changed');
  const raised = await post(server, '/admin/canary', { percent: 100, expectedRevision: set.revision });
  assert.equal(((await raised.json()) as Canary).percent, 100);

  const back = (await (await post(server, '/admin/canary', { rollBack: { stepMinutes: 30 } })).json()) as Canary;
  assert.equal(back.percent, 25);
  assert.equal(back.stage, 'rolling_back');
  assert.ok(back.next_step_at);
  assert.deepEqual(
    back.decisions.map(({ action }) => action),
    ['roll_back', 'set', 'set'],
    'newest first',
  );
  assert.deepEqual(
    (await auditOf(server)).map(({ action }) => action),
    ['roll_back_canary', 'set_canary_percent', 'set_canary_percent'],
  );
  assert.deepEqual((await auditOf(server))[2]?.detail, { percent: 25, why: 'Week two.' });
});

test('an order for the rollout that is not one order is refused', async (context) => {
  const server = await startTestServer(context);
  const cases: readonly [body: unknown, code: string, pointer: string][] = [
    [{}, 'invalid_value', ''],
    [{ why: 'x' }, 'invalid_value', ''],
    [{ percent: 5, rollBack: { stepMinutes: 5 } }, 'invalid_value', ''],
    [{ rollBack: { stepMinutes: 5 }, expectedRevision: 0 }, 'invalid_value', '/expectedRevision'],
    [{ percent: 100.1 }, 'invalid_value', '/percent'],
    [{ percent: -0.1 }, 'invalid_value', '/percent'],
    [{ percent: '5' }, 'wrong_type', '/percent'],
    [{ percent: 5, why: '' }, 'invalid_value', '/why'],
    [{ percent: 5, why: 'a\nb' }, 'invalid_value', '/why'],
    [{ percent: 5, why: 'x'.repeat(201) }, 'invalid_value', '/why'],
    [{ percent: 5, reason: 'x' }, 'unknown_field', '/reason'],
    [{ rollBack: { stepMinutes: 0 } }, 'invalid_value', '/rollBack/stepMinutes'],
    [{ rollBack: {} }, 'missing_field', '/rollBack/stepMinutes'],
    [[], 'wrong_type', ''],
  ];
  for (const [body, code, pointer] of cases) {
    const problem = await problemOf(post(server, '/admin/canary', body));
    assert.equal(problem.status, 422, JSON.stringify(body));
    assert.equal(problem.errors?.[0]?.code, code, JSON.stringify(body));
    assert.equal(problem.errors?.[0]?.pointer, pointer, JSON.stringify(body));
  }
  assert.deepEqual(await auditOf(server), []);
  for (const percent of [0, 100]) assert.equal((await post(server, '/admin/canary', { percent })).status, 200);
});

test('an outage is rehearsed: the fault is shown, the fallback speaks, and the rehearsal ends', async (context) => {
  const server = await startTestServer(context);
  const listed = (await (await server.request('/admin/faults')).json()) as Faults;
  assert.deepEqual(
    listed.vendors.map(({ vendor }) => vendor),
    ['vibevoice-1', 'vibevoice-2', 'elevenlabs', 'openai-speech', 'openai', 'dcgm-1', 'dcgm-2'],
  );
  assert.ok(listed.vendors.every(({ active, scenarios }) => active === null && scenarios.length > 0));

  const set = (await (
    await post(server, '/admin/faults', { vendor: 'vibevoice', scenario: 'refuse' })
  ).json()) as Faults;
  assert.deepEqual(
    set.vendors.filter(({ active }) => active !== null).map(({ vendor }) => vendor),
    ['vibevoice-1', 'vibevoice-2'],
  );
  const spoken = (await (await server.postSpeech({ text: 'Hello world' })).json()) as Record<string, unknown>;
  assert.equal(spoken['provider'], 'elevenlabs');
  assert.equal(spoken['fallback_used'], true);
  assert.ok(Number(spoken['attempts']) >= 2);

  const cleared = await server.request('/admin/faults?vendor=vibevoice-1', { method: 'DELETE' });
  assert.deepEqual(
    ((await cleared.json()) as Faults).vendors.filter(({ active }) => active !== null).map(({ vendor }) => vendor),
    ['vibevoice-2'],
  );
  const all = (await (await server.request('/admin/faults', { method: 'DELETE' })).json()) as Faults;
  assert.ok(all.vendors.every(({ active }) => active === null));

  await post(server, '/admin/faults', { vendor: 'elevenlabs', scenario: 'unauthorized', times: 2 }).then((answer) =>
    answer.arrayBuffer(),
  );
  const audit = await auditOf(server);
  assert.deepEqual(
    audit.slice(-3).map(({ action, detail }) => [action, detail]),
    [
      ['clear_faults', { vendor: null }],
      ['clear_faults', { vendor: 'vibevoice-1' }],
      ['set_fault', { vendor: 'vibevoice', scenario: 'refuse', times: null }],
    ],
  );
});

test('a fault that no simulator has is refused', async (context) => {
  const server = await startTestServer(context);
  const cases: readonly [body: object, code: string][] = [
    [{ vendor: 'acme', scenario: 'refuse' }, 'unknown_fault'],
    [{ vendor: 'vibevoice', scenario: 'earthquake' }, 'unknown_fault'],
    [{ vendor: 'vibevoice', scenario: 'refuse', times: 0 }, 'invalid_value'],
    [{ vendor: 'vibevoice', scenario: 'refuse', times: 1e300 }, 'invalid_value'],
    [{ vendor: 'vibevoice' }, 'missing_field'],
  ];
  for (const [body, code] of cases) {
    const problem = await problemOf(post(server, '/admin/faults', body));
    assert.equal(problem.status, 422, JSON.stringify(body));
    assert.equal(problem.code, code, JSON.stringify(body));
  }
  const missing = await problemOf(server.request('/admin/faults?vendor=acme', { method: 'DELETE' }));
  assert.equal(missing.code, 'unknown_fault');
  assert.deepEqual(await auditOf(server), []);
});

test('outside mock mode there are no faults to switch', async (context) => {
  const server = await startTestServer(context, {
    environment: { MOCK_MODE: 'False', VIBEVOICE_WS_ENDPOINT: 'ws://127.0.0.1:9/tts', ADMIN_API_KEY: ADMIN_KEY },
  });
  const headers = { 'x-api-key': ADMIN_KEY, 'content-type': 'application/json' };
  const attempts: readonly RequestInit[] = [
    { method: 'GET', headers: { 'x-api-key': ADMIN_KEY } },
    { method: 'POST', headers, body: '{"vendor":"vibevoice","scenario":"refuse"}' },
    { method: 'DELETE', headers: { 'x-api-key': ADMIN_KEY } },
  ];
  for (const attempt of attempts) {
    const problem = await problemOf(server.request('/admin/faults', attempt));
    assert.equal(problem.status, 404, String(attempt.method));
    assert.equal(problem.code, 'faults_unavailable', String(attempt.method));
  }
});

test('the audit is newest first and as long as was asked for', async (context) => {
  const server = await startTestServer(context);
  for (const percent of [1, 2, 3]) await post(server, '/admin/canary', { percent });
  const percents = async (query: string): Promise<unknown[]> =>
    (await auditOf(server, query)).map(({ detail }) => (detail as { percent: number }).percent);
  assert.deepEqual(await percents(''), [3, 2, 1]);
  assert.deepEqual(await percents('?limit=2'), [3, 2]);
  for (const query of ['?limit=0', '?limit=1001', '?limit=two', '?page=1']) {
    assert.equal((await server.request(`/admin/audit${query}`)).status, 422, query);
  }
});

test('a GPU server is drained and restored, which is recorded; one that is not there is refused', async (context) => {
  const server = await startTestServer(context);
  const health = async (answer: Promise<Response>) =>
    (await (await answer).json()) as {
      readonly servers: readonly { readonly id: string; readonly state: string | null }[];
    };
  const order = (action: string, id: string) =>
    server.request(`/admin/gpu-servers?action=${action}&server=${encodeURIComponent(id)}`, { method: 'POST' });
  const [first] = (await health(server.request('/tts/gpu-health'))).servers;
  assert.ok(first);
  const stateOf = async (answer: Promise<Response>) =>
    (await health(answer)).servers.find(({ id }) => id === first.id)?.state;
  assert.equal(await stateOf(order('drain', first.id)), null, 'it has left; its metrics are still shown');
  assert.equal(await stateOf(order('restore', first.id)), 'healthy');
  assert.deepEqual(
    (await auditOf(server)).map(({ action }) => action),
    ['restore_gpu_server', 'drain_gpu_server'],
  );
  assert.equal((await problemOf(order('drain', 'nowhere:1'))).code, 'invalid_gpu_server');
  assert.equal((await order('stop', first.id)).status, 422);
});
