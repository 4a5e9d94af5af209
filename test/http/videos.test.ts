import assert from 'node:assert/strict';
import { test } from 'node:test';
import { GOOD_BODY, startTestServer } from './test-server.ts';

test('a good request is accepted, stored and can be followed', async (context) => {
  const server = await startTestServer(context);
  const response = await server.postVideo(GOOD_BODY);
  assert.equal(response.status, 202);
  const accepted = (await response.json()) as { video_id: string; status_url: string; estimate: { cost_usd: number } };
  assert.equal(response.headers.get('location'), accepted.status_url);
  assert.equal(accepted.estimate.cost_usd, 0);

  const stored = await server.jobs.get(accepted.video_id);
  assert.equal((stored!.input as { script: string }).script, GOOD_BODY.script);

  const status = (await (await server.request(accepted.status_url)).json()) as { status: string; steps: object[] };
  assert.equal(status.status, 'queued');
  assert.equal(status.steps.length, 2);
});

test('the estimate is the price of what will be spoken, and costs nothing itself', async (context) => {
  const server = await startTestServer(context, {
    environment: { MOCK_MODE: 'False', TTS_PROVIDER: 'elevenlabs', ELEVENLABS_API_KEY: 'not-a-real-key' },
  });
  const script = 'It costs $5.';
  const response = await server.postVideo({ ...GOOD_BODY, script, language: 'en' });
  const { estimate } = (await response.json()) as { estimate: { cost_usd: number } };
  // A dollar for 10,000 characters, of the words that are spoken.
  assert.equal(estimate.cost_usd, 'It costs five dollars.'.length / 10_000);
  assert.deepEqual(server.speechLog, []);
});

test('an improved script is part of the estimate, and is not offered where nobody improves scripts', async (context) => {
  const environment = {
    MOCK_MODE: 'False',
    TTS_PROVIDER: 'elevenlabs',
    ELEVENLABS_API_KEY: 'not-a-real-key',
    ELEVENLABS_USD_PER_1K_CHARACTERS: '0',
  };
  const improving = await startTestServer(context, {
    environment: { ...environment, OPENAI_API_KEY: 'not-a-real-key' },
  });
  const estimateOf = async (wish: object): Promise<number> => {
    const response = await improving.postVideo({ ...GOOD_BODY, ...wish });
    assert.equal(response.status, 202);
    return ((await response.json()) as { estimate: { cost_usd: number } }).estimate.cost_usd;
  };
  assert.equal(await estimateOf({ enhance: false }), 0);
  const costUsd = await estimateOf({});
  assert.ok(costUsd > 0 && costUsd < 0.1, `${costUsd} for one sentence by gpt-4`);
  assert.equal(await estimateOf({ enhance: true }), costUsd);
  const plain = await startTestServer(context, { environment });
  assert.equal((await plain.postVideo(GOOD_BODY)).status, 202);
  const refused = await plain.postVideo({ ...GOOD_BODY, enhance: true });
  const problem = (await refused.json()) as { code: string; detail: string };
  assert.deepEqual([refused.status, problem.code], [422, 'enhancement_not_configured']);
  assert.match(problem.detail, /^enhance needs a server with OPENAI_API_KEY or OPENAI_BASE_URL/);
});

test('a finished video is reported with every link, and every link works', async (context) => {
  const server = await startTestServer(context);
  const video = await server.addFinishedVideo();
  const status = (await (await server.request(`/video-status/${video.id}`)).json()) as Record<string, unknown> & {
    captions: Record<string, string>;
  };
  assert.equal(status['status'], 'completed');
  assert.equal(status['progress'], 1);
  assert.equal(status['eta_seconds'], 0);
  const links = {
    mp4: status['video_url'],
    wav: status['audio_url'],
    png: status['poster_url'],
    srt: status.captions['srt_url'],
    vtt: status.captions['vtt_url'],
  };
  for (const [extension, link] of Object.entries(links)) {
    const response = await server.request(link as string);
    assert.equal(response.status, 200, extension);
    assert.deepEqual(new Uint8Array(await response.arrayBuffer()), video.files[extension], extension);
  }
});
