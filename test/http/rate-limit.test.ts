import assert from 'node:assert/strict';
import { test } from 'node:test';
import { startTestServer } from './test-server.ts';
import type { TestServer } from './test-server.ts';

/** A request that is counted and refused, so that nothing has to be spoken. */
const SILENT = {
  method: 'POST',
  url: '/test/tts',
  headers: { 'content-type': 'application/json' },
  payload: '{}',
} as const;

async function statusFrom(server: TestServer, remoteAddress: string, headers: object = {}): Promise<number> {
  const answer = await server.inject({ ...SILENT, remoteAddress, headers: { ...SILENT.headers, ...headers } });
  return answer.statusCode;
}

test('speech is limited by address, and every answer tells how much is left', async (context) => {
  const server = await startTestServer(context, { environment: { TTS_RATE_LIMIT_PER_MINUTE: '3' } });
  for (const left of ['2', '1', '0']) {
    const answer = await server.postSpeech({});
    assert.equal(answer.status, 422);
    assert.equal(answer.headers.get('ratelimit-limit'), '3');
    assert.equal(answer.headers.get('ratelimit-remaining'), left);
    assert.ok(Number(answer.headers.get('ratelimit-reset')) > 0);
    assert.equal(answer.headers.get('retry-after'), null);
  }
  const refused = await server.postSpeech({ text: 'Hello world' });
  assert.equal(refused.status, 429);
  assert.equal(refused.headers.get('content-type'), 'application/problem+json; charset=utf-8');
  assert.equal(refused.headers.get('ratelimit-remaining'), '0');
  const seconds = Number(refused.headers.get('retry-after'));
  assert.ok(seconds > 0 && seconds <= 60, String(seconds));
  const problem = (await refused.json()) as { code: string; status: number; detail: string; request_id: string };
  assert.equal(problem.code, 'rate_limited');
  assert.equal(problem.status, 429);
  assert.match(problem.detail, /at most 3 of these requests a minute/);
  assert.equal(problem.request_id, refused.headers.get('x-request-id'));
  assert.deepEqual(server.speechLog, []);
});

test('what is read may be asked ten times as often, each route for itself; the rest is not limited', async (context) => {
  const server = await startTestServer(context, { environment: { TTS_RATE_LIMIT_PER_MINUTE: '1' } });
  for (const address of ['/tts/analytics', '/tts/gpu-health', '/voices']) {
    const statuses: number[] = [];
    for (let turn = 0; turn < 11; turn += 1) statuses.push((await server.request(address)).status);
    assert.deepEqual(statuses, [...Array<number>(10).fill(200), 429], address);
  }
  const health = await server.request('/health');
  assert.equal(health.status, 200);
  assert.equal(health.headers.get('ratelimit-limit'), null);
});

test('addresses count apart, those of one IPv6 network together, and no header makes another of them', async (context) => {
  const server = await startTestServer(context, { environment: { TTS_RATE_LIMIT_PER_MINUTE: '1' } });
  assert.equal(await statusFrom(server, '203.0.113.1'), 422);
  assert.equal(await statusFrom(server, '203.0.113.1'), 429);
  assert.equal(await statusFrom(server, '203.0.113.1', { 'x-forwarded-for': '203.0.113.7' }), 429);
  assert.equal(await statusFrom(server, '::ffff:203.0.113.1'), 429);
  assert.equal(await statusFrom(server, '203.0.113.2'), 422);
  assert.equal(await statusFrom(server, '2001:db8:1:2::1'), 422);
  assert.equal(await statusFrom(server, '2001:db8:1:2:ffff::9'), 429);
  assert.equal(await statusFrom(server, '2001:db8:1:3::1'), 422);
});
