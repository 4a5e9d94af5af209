import assert from 'node:assert/strict';
import { request as rawRequest } from 'node:http';
import { connect } from 'node:net';
import { text } from 'node:stream/consumers';
import { before, test } from 'node:test';
import { FIELD_CASES } from './field-cases.ts';
import { GOOD_BODY, startTestServer } from './test-server.ts';
import type { TestServer } from './test-server.ts';

type Problem = {
  readonly code: string;
  readonly status: number;
  readonly detail: string;
  readonly request_id: string;
  readonly errors?: readonly {
    readonly pointer: string;
    readonly code: string;
    readonly rule: string;
    readonly value: unknown;
  }[];
};

let server: TestServer;
before(async (context) => {
  server = await startTestServer(context as never);
});

async function refusal(body: unknown): Promise<Problem> {
  const response = await server.postVideo(body);
  assert.equal(response.headers.get('content-type'), 'application/problem+json; charset=utf-8');
  const problem = (await response.json()) as Problem;
  assert.equal(problem.status, response.status);
  assert.equal(problem.request_id, response.headers.get('x-request-id'));
  return problem;
}

FIELD_CASES['aspectRatios, which is not there yet'] ??= {
  overrides: { aspectRatios: 'x' },
  expected: { status: 422, code: 'unsupported_field', pointer: '/aspectRatios', value: 'aspectRatios' },
};

for (const [name, { overrides, expected }] of Object.entries(FIELD_CASES)) {
  test(`${name} is refused with ${expected.code}`, async () => {
    const problem = await refusal({ ...GOOD_BODY, ...overrides });
    assert.equal(problem.status, expected.status);
    assert.equal(problem.code, expected.code);
    assert.equal(problem.errors?.[0]?.pointer, expected.pointer);
    assert.equal(problem.errors?.[0]?.code, expected.code);
    if ('value' in expected) assert.deepEqual(problem.errors?.[0]?.value, expected.value);
    assert.equal(problem.errors?.length, 1, 'one mistake is one entry');
  });
}

test('missing fields are all named', async () => {
  const problem = await refusal({});
  assert.deepEqual(
    problem.errors?.map(({ pointer, code }) => [pointer, code]),
    [
      ['/script', 'missing_field'],
      ['/template', 'missing_field'],
      ['/userId', 'missing_field'],
    ],
  );
});

test('thousands of unknown fields get a short answer', async () => {
  const many = Object.fromEntries(Array.from({ length: 4000 }, (_, index) => [`field${index}`, 1]));
  const problem = await refusal({ ...GOOD_BODY, ...many });
  assert.equal(problem.code, 'unknown_field');
  assert.equal(problem.errors?.length, 20);
});

test('lone surrogates are refused where they stand', async () => {
  const problem = await refusal('{"script":"a\\ud800b","template":"presenter1","userId":"u"}');
  assert.equal(problem.code, 'invalid_text');
  assert.equal(problem.errors?.[0]?.value, 'a lone surrogate at position 1');
});

const JSON_CASES: Readonly<Record<string, { readonly body: string; readonly detail: RegExp }>> = {
  'half an object': { body: '{"script":', detail: /ends too early/ },
  'an empty body': { body: '', detail: /is empty/ },
  'plain words': { body: 'hello', detail: /not JSON/ },
  'a trailing comma': { body: '{"script":"a",}', detail: /character 14/ },
  'a poisoned prototype': { body: '{"__proto__":{"admin":true}}', detail: /__proto__/ },
  'a poisoned constructor': { body: '{"constructor":{"prototype":{}}}', detail: /constructor/ },
  'brackets without end': { body: '['.repeat(60_000), detail: /ends too early/ },
};
for (const [name, { body, detail }] of Object.entries(JSON_CASES)) {
  test(`${name} is refused as invalid_json`, async () => {
    const problem = await refusal(body);
    assert.equal(problem.status, 400);
    assert.equal(problem.code, 'invalid_json');
    assert.match(problem.detail, detail);
  });
}

test('JSON that is no object is refused with its type', async () => {
  for (const body of ['[]', 'null', '"text"', '7', 'true']) {
    const problem = await refusal(body);
    assert.equal(problem.status, 422, body);
    assert.equal(problem.code, 'wrong_type', body);
    assert.equal(problem.errors?.[0]?.pointer, '', body);
  }
});

test('bytes that are not UTF-8 are refused, not replaced', async () => {
  const body = Buffer.concat([Buffer.from('{"script":"a'), Buffer.from([0xc3, 0x28]), Buffer.from('"}')]);
  const response = await server.request('/generate-video', {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body,
  });
  const problem = (await response.json()) as Problem;
  assert.equal(problem.code, 'invalid_json');
  assert.match(problem.detail, /UTF-8/);
});

test('any content type but application/json is refused', async () => {
  const types = [
    'text/plain',
    'application/x-www-form-urlencoded',
    'multipart/form-data; boundary=x',
    'application/jsonp',
    'application/problem+json',
    'text/json',
  ];
  for (const type of types) {
    const response = await server.request('/generate-video', {
      method: 'POST',
      headers: { 'content-type': type },
      body: JSON.stringify(GOOD_BODY),
    });
    assert.equal(response.status, 415, type);
    assert.equal(((await response.json()) as Problem).code, 'unsupported_media_type', type);
  }
  const untyped = await rawPost({ body: JSON.stringify(GOOD_BODY), headers: {} });
  assert.equal(untyped.status, 415);
});

test('nothing beside application/json lets a body past the schema', async () => {
  const types = [
    'application/json; charset=utf-8',
    'APPLICATION/JSON',
    ' application/json ',
    'application/json\t; charset=utf-8x, text/plain',
  ];
  for (const type of types) {
    const response = await server.request('/generate-video', {
      method: 'POST',
      headers: { 'content-type': type },
      body: JSON.stringify({ ...GOOD_BODY, script: 5 }),
    });
    assert.equal(((await response.json()) as Problem).code, 'wrong_type', type);
  }
});

test('a body of 64 KiB is read, one byte more is not, with or without a length', async () => {
  const padded = (bytes: number): string => JSON.stringify(GOOD_BODY).padEnd(bytes, ' ');
  assert.equal((await server.postVideo(padded(65_536))).status, 202);
  assert.equal((await refusal(padded(65_537))).code, 'body_too_large');
  const chunked = await rawPost({
    body: padded(65_537),
    headers: { 'content-type': 'application/json', 'transfer-encoding': 'chunked' },
  });
  assert.equal(chunked.status, 413);
  assert.equal((JSON.parse(chunked.text) as Problem).code, 'body_too_large');
});

test('unknown ids are 404, whatever they look like', async () => {
  for (const id of [
    'vid_0',
    'x',
    '%20',
    '%F0%9F%99%82',
    '..%2f..%2fetc%2fpasswd',
    'a'.repeat(100),
    '__proto__',
    '%00',
  ]) {
    for (const address of [`/video-status/${id}`, `/jobs/${id}/events`, `/videos/${id}.mp4`]) {
      const response = await server.request(address);
      assert.equal(response.status, 404, address);
      assert.equal(((await response.json()) as Problem).code, 'video_not_found', address);
    }
  }
  const lineBreak = await server.request('/videos/%0A.mp4');
  assert.equal(((await lineBreak.json()) as Problem).code, 'not_found');
  const long = await server.request(`/video-status/${'a'.repeat(101)}`);
  assert.equal(((await long.json()) as Problem).code, 'uri_too_long');
  const broken = await server.request('/video-status/%ff');
  assert.equal(((await broken.json()) as Problem).code, 'bad_request');
});

test('unknown paths are 404 and known paths with another method 405', async () => {
  for (const address of ['/nothing', '/Generate-Video', '/generate-video/', '//generate-video', '/video-status/']) {
    const response = await server.request(address, { method: 'GET' });
    assert.equal(response.status, 404, address);
  }
  const response = await server.request('/generate-video', { method: 'PUT', body: 'x' });
  assert.equal(response.status, 405);
  assert.equal(response.headers.get('allow'), 'POST');
});

test('a query is as strict as a body', async () => {
  const cases: Readonly<Record<string, [code: string, pointer: string]>> = {
    'limit=0': ['invalid_value', '/limit'],
    'limit=101': ['invalid_value', '/limit'],
    'limit=ten': ['wrong_type', '/limit'],
    'limit=1.5': ['wrong_type', '/limit'],
    'limit=1&limit=2': ['wrong_type', '/limit'],
    'status=done': ['invalid_value', '/status'],
    'user=me': ['unknown_field', '/user'],
  };
  for (const [query, [code, pointer]] of Object.entries(cases)) {
    const response = await server.request(`/jobs?${query}`);
    const problem = (await response.json()) as Problem;
    assert.equal(response.status, 422, query);
    assert.equal(problem.errors?.[0]?.code, code, query);
    assert.equal(problem.errors?.[0]?.pointer, pointer, query);
  }
  const cursor = await server.request('/jobs?cursor=nonsense');
  assert.equal(((await cursor.json()) as Problem).code, 'invalid_cursor');
});

test('HTTP that cannot be read is answered in the same form', async () => {
  const cases: readonly [sent: string, status: number, code: string][] = [
    ['NONSENSE\r\n\r\n', 400, 'bad_request'],
    [`GET / HTTP/1.1\r\nHost: x\r\nX-Big: ${'x'.repeat(20_000)}\r\n\r\n`, 431, 'headers_too_large'],
    [
      'POST /generate-video HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n',
      400,
      'bad_request',
    ],
  ];
  for (const [sent, status, code] of cases) {
    const answer = await rawExchange(sent);
    assert.match(answer, new RegExp(`^HTTP/1.1 ${status} `), code);
    const problem = JSON.parse(answer.slice(answer.indexOf('\r\n\r\n') + 4)) as Problem;
    assert.equal(problem.code, code);
    assert.equal(problem.status, status);
  }
});

test('nothing that was refused has left a trace, and nothing private is in the log', async () => {
  const before = (await server.jobs.list({ limit: 100 })).jobs.length;
  await refusal({ ...GOOD_BODY, script: '' });
  await refusal({ ...GOOD_BODY, extra: 1 });
  assert.equal((await server.jobs.list({ limit: 100 })).jobs.length, before);
  await server.postVideo({ ...GOOD_BODY, script: 'A planted sentence.', userId: 'planted@example.com' });
  await server.request('/jobs?userId=planted@example.com');
  const lines = JSON.stringify(server.logLines);
  assert.match(lines, /\/generate-video/);
  assert.doesNotMatch(lines, /planted/);
});

function rawPost(options: { readonly body: string; readonly headers: Record<string, string> }) {
  return new Promise<{ status: number; text: string }>((resolve, reject) => {
    const sent = rawRequest(
      { port: server.port, path: '/generate-video', method: 'POST', headers: options.headers },
      (answer) => void text(answer).then((body) => resolve({ status: answer.statusCode ?? 0, text: body }), reject),
    );
    sent.on('error', reject);
    sent.end(options.body);
  });
}

function rawExchange(sent: string): Promise<string> {
  const socket = connect(server.port, '127.0.0.1');
  socket.end(sent);
  return text(socket);
}
