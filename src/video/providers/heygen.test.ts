import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, afterEach, before, describe, it } from 'node:test';
import { createScratchFolder } from '../../../test/fixtures/scratch-folder.ts';
import { createManualTime } from '../../../test/fixtures/manual-time.ts';
import { presenterBriefOf, renderTestClip } from '../../../test/fixtures/test-clip.ts';
import { AppError } from '../../core/errors.ts';
import type { FailureKind } from '../../core/failure-policy.ts';
import { createDownloader } from '../../net/download.ts';
import { createHttpClient } from '../../net/http-client.ts';
import { startHeyGenSimulator, type HeyGenSimulator } from '../../simulators/heygen.ts';
import type { HeyGenFault } from '../../simulators/heygen/faults.ts';
import { USD_PER_SECOND } from '../../simulators/heygen/videos.ts';
import type { PresenterBrief, VideoOperation, VideoProvider } from '../video-provider.ts';
import { createHeyGenVideoProvider, type HeyGenOptions } from './heygen.ts';
import { createHeyGenApi } from './heygen/heygen-api.ts';
import { createLookList } from './heygen/look-list.ts';

const API_KEY = 'very-secret';
const DAY_MILLISECONDS = 86_400_000;

describe('createHeyGenVideoProvider', () => {
  const folder = createScratchFolder('heygen');
  const { signal } = new AbortController();
  const time = createManualTime();
  const downloader = createDownloader({ allowPrivate: true });
  const httpClient = createHttpClient({
    connectSeconds: 5,
    headersSeconds: 1,
    bodyGapSeconds: 1,
    totalSeconds: 1,
    responseBytes: 1_000_000,
  });
  let clip: Awaited<ReturnType<typeof renderTestClip>>;
  let simulator: HeyGenSimulator;
  let provider: VideoProvider;
  const providerOf = (
    options: Partial<Pick<HeyGenOptions, 'avatarId' | 'engine' | 'resolution'>> = {},
  ): VideoProvider => {
    const api = createHeyGenApi({ httpClient, baseUrl: simulator.url, apiKey: API_KEY });
    return createHeyGenVideoProvider({
      api,
      looks: createLookList({ api, clock: time.clock }),
      downloader,
      avatarId: 'default',
      engine: null,
      resolution: '1080p',
      estimateUsd: (seconds) => seconds * USD_PER_SECOND,
      ...options,
    });
  };
  let lastKey = 0;
  const newKey = (): string => `vid_1.render.${(lastKey += 1)}.0`;
  const brief = () => presenterBriefOf(clip, 'vid_1');
  const start = (idempotencyKey = newKey()) =>
    provider.start(brief(), { signal, idempotencyKey, outputFolder: folder });
  const failure = async (work: Promise<unknown>): Promise<AppError> => {
    const thrown = await work.then(
      () => assert.fail('It did not fail.'),
      (error: unknown) => error,
    );
    assert.ok(thrown instanceof AppError, String(thrown));
    assert.doesNotMatch(`${thrown.message} ${String(thrown.cause)}`, /very-secret/);
    return thrown;
  };

  before(async () => {
    clip = await renderTestClip(folder);
    simulator = await startHeyGenSimulator({
      clip: async () => clip,
      clock: time.clock,
      apiKey: API_KEY,
      lookIds: ['ada_sofa', 'bob_desk'],
      renderSeconds: 30,
      slowSeconds: 60,
    });
    provider = providerOf();
  });
  afterEach(() => simulator.faults.clear());
  after(async () => {
    await simulator.close();
    await Promise.all([httpClient.close(), downloader.close()]);
  });

  it('has a video made of our speech, and brings it with its poster', async () => {
    const operation = await start();
    assert.deepEqual(await provider.status(operation, { signal }), {
      state: 'pending',
      completedUnits: 0,
      totalUnits: 1,
    });
    await time.advance(15_000);
    assert.equal((await provider.status(operation, { signal })).state, 'pending');
    await time.advance(15_000);
    const status = await provider.status(operation, { signal });
    const { durationSeconds } = clip;
    assert.deepEqual(status, { state: 'completed', costUsd: durationSeconds * USD_PER_SECOND });
    assert.ok(Math.abs(provider.estimateUsd(durationSeconds) - durationSeconds * USD_PER_SECOND) < 1e-9);
    const files = await provider.fetch(operation, { signal, outputFolder: join(folder, 'made') });
    assert.deepEqual(await readFile(files.videoPath), Buffer.from(clip.video));
    assert.deepEqual([files.width, files.height, files.frameRate], [480, 270, 30]);
    assert.equal((await readFile(files.posterPath)).toString('latin1', 1, 4), 'PNG');
  });

  it('asks for the chosen look, or the first of the account, in the format that was asked for', async () => {
    provider = providerOf({ avatarId: 'bob_desk' });
    await start('vid_7.render.x.0');
    provider = providerOf();
    await start();
    const asked = simulator.requests
      .filter((request) => request.method === 'POST' && request.target === '/v3/videos')
      .slice(-2)
      .map((request) => JSON.parse(request.body) as Record<string, unknown>);
    assert.deepEqual(
      asked.map((fields) => fields['avatar_id']),
      ['bob_desk', 'ada_sofa'],
    );
    assert.equal(asked[0]?.['title'], 'Hello · vid_7.render.x.0');
    assert.equal(asked[0]?.['callback_id'], 'vid_1');
    assert.equal(asked[0]?.['aspect_ratio'], '16:9');
  });

  /** The name of the speech is lost with the answer. */
  const withoutSpeech = ({ provider: id, reference }: VideoOperation): VideoOperation => ({
    provider: id,
    reference: reference.split('/')[0] ?? '',
  });
  const lastCreation = (): Record<string, unknown> =>
    JSON.parse(
      simulator.requests.findLast((request) => request.method === 'POST' && request.target === '/v3/videos')?.body ??
        '{}',
    ) as Record<string, unknown>;

  it('passes shape, background, captions, look, engine and size on', async () => {
    const wishes = providerOf({ engine: 'avatar_iii', resolution: '4k' });
    const ask = async (changes: Partial<PresenterBrief>): Promise<Record<string, unknown>> => {
      await wishes.start({ ...brief(), ...changes }, { signal, idempotencyKey: newKey(), outputFolder: folder });
      return lastCreation();
    };
    const colored = await ask({ aspectRatio: '9:16', avatarId: 'bob_desk', background: { color: '#1d2430' } });
    assert.equal(colored['aspect_ratio'], '9:16');
    assert.equal(colored['avatar_id'], 'bob_desk');
    assert.equal(colored['resolution'], '4k');
    assert.deepEqual(colored['engine'], { type: 'avatar_iii' });
    assert.deepEqual(colored['caption'], { file_format: 'srt' });
    assert.deepEqual(colored['background'], { type: 'color', value: '#1d2430' });
    const imageUrl = 'https://example.com/office.png';
    const plain = await ask({ background: { imageUrl }, captions: { burned: false, style: 'highlight' } });
    assert.deepEqual(plain['background'], { type: 'image', url: imageUrl });
    assert.equal(plain['caption'], undefined);
    await time.advance(30_000);
  });

  it('brings the version with captions, and says when there is none', async () => {
    const fetch = async (): Promise<boolean> => {
      const operation = await start();
      await time.advance(30_000);
      return (await provider.fetch(operation, { signal, outputFolder: join(folder, 'captions') })).hasCaptions;
    };
    assert.equal(await fetch(), true);
    simulator.faults.set('captions-missing', { times: 1 });
    assert.equal(await fetch(), false);
  });

  it('leaves no speech in the account once its video is there, was refused, has failed, or was called off', async () => {
    const before = simulator.assets();
    const made = await start();
    await time.advance(30_000);
    await provider.fetch(made, { signal, outputFolder: join(folder, 'tidy') });
    simulator.faults.set('insufficient-credit', { times: 1 });
    await failure(start());
    simulator.faults.set('render-failed', { times: 1 });
    const failed = await start();
    await time.advance(30_000);
    await provider.status(failed, { signal });
    await provider.cancel(await start());
    assert.deepEqual(simulator.assets(), before);
    simulator.faults.set('lost-create', { times: 1 });
    await failure(start());
    assert.equal(simulator.assets().length, before.length + 1, 'its video may still be asked for');
  });

  it('gets the same video for the same key, whatever became of the first answer, and pays once', async () => {
    const key = newKey();
    const before = simulator.charges.length;
    simulator.faults.set('lost-create', { times: 1 });
    assert.equal((await failure(start(key))).kind, 'unavailable');
    const again = await start(key);
    assert.deepEqual(await start(key), again);
    assert.deepEqual(await provider.find(brief(), { signal, idempotencyKey: key }), withoutSpeech(again));
    assert.equal(simulator.charges.length - before, 1);
  });

  it('finds a video when its key is no longer remembered, among hundreds', async () => {
    const key = newKey();
    const first = await start(key);
    for (let more = 0; more < 120; more += 1) {
      await time.advance(31_000);
      await start();
    }
    await time.advance(DAY_MILLISECONDS);
    assert.deepEqual(await provider.find(brief(), { signal, idempotencyKey: key }), withoutSpeech(first));
    assert.equal(await provider.find(brief(), { signal, idempotencyKey: newKey() }), undefined);
  });

  const STARTS: Partial<Readonly<Record<HeyGenFault, FailureKind>>> = {
    unauthorized: 'auth',
    'error-500': 'unavailable',
    'error-503': 'unavailable',
    'rate-limited': 'rate_limited',
    'insufficient-credit': 'quota',
    'request-in-progress': 'unavailable',
    'payload-too-large': 'unsupported',
    'avatar-missing': 'unsupported',
    retired: 'unsupported',
    refuse: 'unavailable',
    hang: 'timeout',
    'slow-first-byte': 'timeout',
    'drop-mid-body': 'unavailable',
    'lose-answer': 'unavailable',
    'lost-create': 'unavailable',
  };
  for (const [fault, kind] of Object.entries(STARTS) as [HeyGenFault, FailureKind][]) {
    it(`${fault} is ${kind}, and nothing is charged but what was accepted`, async () => {
      const before = simulator.charges.length;
      simulator.faults.set(fault, { times: 1 });
      const error = await failure(start());
      assert.equal(error.kind, kind, error.message);
      assert.equal(error.retryAfterSeconds, fault === 'rate-limited' ? 7 : undefined);
      assert.equal(simulator.charges.length - before, fault === 'lost-create' ? 1 : 0);
    });
  }

  const RENDERS: Partial<Readonly<Record<HeyGenFault, FailureKind>>> = {
    'payment-at-poll': 'quota',
    'payment-with-video': 'quota',
    'render-failed': 'unsupported',
    'render-failed-passing': 'unavailable',
  };
  for (const [fault, kind] of Object.entries(RENDERS) as [HeyGenFault, FailureKind][]) {
    it(`${fault} ends the video as ${kind}, and is not charged`, async () => {
      const before = simulator.charges.length;
      simulator.faults.set(fault, { times: 1 });
      const operation = await start();
      await time.advance(30_000);
      const status = await provider.status(operation, { signal });
      assert.equal(status.state, 'failed');
      assert.equal(status.error.kind, kind, status.error.message);
      assert.equal(simulator.charges.length, before);
    });
  }

  it('a video that is never finished stays pending, and can be called off, twice', async () => {
    simulator.faults.set('stuck', { times: 1 });
    const operation = await start();
    await time.advance(DAY_MILLISECONDS);
    assert.equal((await provider.status(operation, { signal })).state, 'pending');
    await provider.cancel(operation);
    await provider.cancel(operation);
    assert.equal((await failure(provider.status(operation, { signal }))).kind, 'unsupported');
  });

  it('a status that cannot be read is a fault of the protocol', async () => {
    const operation = await start();
    for (const fault of ['unknown-status', 'malformed-json'] as const) {
      simulator.faults.set(fault, { times: 1 });
      assert.equal((await failure(provider.status(operation, { signal }))).kind, 'protocol');
    }
  });

  it('asks for a fresh address when one has expired, and goes on where a file was cut', async () => {
    const operation = await start();
    await time.advance(30_000);
    for (const fault of ['expired-url', 'cut-file'] as const) {
      simulator.faults.set(fault, { times: 1 });
      const { videoPath } = await provider.fetch(operation, { signal, outputFolder: join(folder, fault) });
      assert.deepEqual(await readFile(videoPath), Buffer.from(clip.video));
    }
    simulator.faults.set('expired-url');
    assert.equal((await failure(provider.fetch(operation, { signal, outputFolder: folder }))).kind, 'unavailable');
  });

  it('follows no redirect, and refuses half a file', async () => {
    const operation = await start();
    await time.advance(30_000);
    for (const fault of ['redirected-file', 'truncated-file'] as const) {
      simulator.faults.set(fault, { times: 1 });
      assert.equal((await failure(provider.fetch(operation, { signal, outputFolder: folder }))).kind, 'protocol');
    }
  });

  it('says before anything is sent that a speech is too long', async () => {
    const before = simulator.requests.length;
    const speech = { samples: new Float32Array(601 * 24_000), sampleRateHz: 24_000 };
    const long = provider.start({ ...brief(), speech }, { signal, idempotencyKey: newKey(), outputFolder: folder });
    const error = await failure(long);
    assert.equal(error.kind, 'unsupported');
    assert.match(error.message, /at most 600 seconds; this one has 601\.0/);
    assert.equal(simulator.requests.length, before);
  });

  it('every fault of the simulator is tried', () => {
    const others = [
      'stuck',
      'captions-missing',
      // Of deliveries, which this adapter knows nothing of: test/e2e/heygen.test.ts.
      ...simulator.faults.scenarios.filter((scenario) => scenario.startsWith('webhook-')),
      'unknown-status',
      'malformed-json',
      'expired-url',
      'cut-file',
      'truncated-file',
      'redirected-file',
    ];
    const tried = [...Object.keys(STARTS), ...Object.keys(RENDERS), ...others];
    assert.deepEqual(new Set(tried), new Set(simulator.faults.scenarios));
  });
});
