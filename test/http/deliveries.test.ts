import assert from 'node:assert/strict';
import { test } from 'node:test';
import { GOOD_BODY, startTestServer, type TestServer } from './test-server.ts';

const CALLBACK = 'https://example.com/hooks?token=1';

async function endVideo(server: TestServer, body: object): Promise<string> {
  const accepted = (await (await server.postVideo({ ...GOOD_BODY, ...body })).json()) as { video_id: string };
  await server.request(`/jobs/${accepted.video_id}/cancel`, { method: 'POST' });
  return accepted.video_id;
}

async function readJson(response: Response): Promise<Record<string, unknown>> {
  return (await response.json()) as Record<string, unknown>;
}

test('a video shows whom it calls, and how the calls went', async (context) => {
  let woken = 0;
  const server = await startTestServer(context, { notifyWebhooks: () => (woken += 1) });
  const id = await endVideo(server, { callbackUrl: CALLBACK });
  const status = await readJson(await server.request(`/video-status/${id}`));
  assert.equal(status['callback_url'], CALLBACK);
  const list = async () =>
    (await readJson(await server.request(`/jobs/${id}/deliveries`)))['deliveries'] as Record<string, unknown>[];
  const [first] = await list();
  assert.ok(first);
  assert.deepEqual(
    [first['type'], first['state'], first['url'], first['attempts']],
    ['video.cancelled', 'pending', CALLBACK, []],
  );

  const claim = await server.webhooks.claimDue({ leaseMilliseconds: 1000, exceptHosts: [] });
  assert.ok(claim);
  const outcome = { status: 410, error: 'Gone.', durationMilliseconds: 12, next: { state: 'disabled' } } as const;
  await server.webhooks.recordAttempt(claim, outcome);
  const [disabled] = await list();
  assert.equal(disabled?.['state'], 'disabled');
  const [attempt] = disabled['attempts'] as Record<string, unknown>[];
  assert.deepEqual({ ...attempt, at: '' }, { number: 1, at: '', status: 410, error: 'Gone.', duration_ms: 12 });

  const replayed = await server.request(`/jobs/${id}/deliveries/${String(first['id'])}/replay`, { method: 'POST' });
  const answer = await readJson(replayed);
  assert.deepEqual([replayed.status, answer['state'], answer['id'], woken], [202, 'pending', first['id'], 1]);
});

test('without a callback there is nothing to show, and a delivery belongs to its own video', async (context) => {
  const server = await startTestServer(context);
  const silent = await endVideo(server, {});
  assert.equal((await readJson(await server.request(`/video-status/${silent}`)))['callback_url'], null);
  assert.deepEqual(await readJson(await server.request(`/jobs/${silent}/deliveries`)), { deliveries: [] });
  const id = await endVideo(server, { callbackUrl: CALLBACK });
  const [history] = await server.webhooks.list(id);
  const cases = [
    [`/jobs/${silent}/deliveries/${history?.delivery.id}/replay`, 'delivery_not_found'],
    [`/jobs/${id}/deliveries/msg_nobody/replay`, 'delivery_not_found'],
    ['/jobs/vid_nobody/deliveries/msg_nobody/replay', 'video_not_found'],
  ] as const;
  for (const [address, code] of cases) {
    const response = await server.request(address, { method: 'POST' });
    assert.deepEqual([response.status, (await readJson(response))['code']], [404, code]);
  }
  assert.equal((await server.request('/jobs/vid_nobody/deliveries')).status, 404);
});

test('outside mock mode a callback needs a secret, and must be public', async (context) => {
  const environment = { MOCK_MODE: 'False', VIBEVOICE_WS_ENDPOINT: 'ws://127.0.0.1:1/tts' };
  const without = await startTestServer(context, { environment });
  const refused = await without.postVideo({ ...GOOD_BODY, callbackUrl: CALLBACK });
  const problem = await readJson(refused);
  assert.deepEqual([refused.status, problem['code']], [422, 'callbacks_not_configured']);
  assert.equal(problem['detail'], 'callbackUrl needs a server with WEBHOOK_SECRET, and this one has none.');

  const secret = `whsec_${Buffer.alloc(24, 3).toString('base64')}`;
  const server = await startTestServer(context, { environment: { ...environment, WEBHOOK_SECRET: secret } });
  assert.equal((await server.postVideo({ ...GOOD_BODY, callbackUrl: CALLBACK })).status, 202);
  for (const callbackUrl of [
    'http://example.com/',
    'https://localhost/',
    'https://10.0.0.1/',
    'https://u:p@example.com/',
  ]) {
    const response = await server.postVideo({ ...GOOD_BODY, callbackUrl });
    assert.deepEqual([response.status, (await readJson(response))['code']], [422, 'invalid_callback_url'], callbackUrl);
  }
});
