import assert from 'node:assert/strict';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { after, before, describe, it } from 'node:test';
import { openApp, type App } from '../../src/app.ts';
import { startSimulatedHeyGen } from '../../src/app/simulated-heygen.ts';
import { startVendorsWithVoice } from '../../src/app/simulated-vendors.ts';
import { resolveConfig } from '../../src/config/load.ts';
import { systemClock } from '../../src/core/clock.ts';
import { RenderPool } from '../../src/engine/render/render-pool.ts';
import { createEngineVideoProvider } from '../../src/video/providers/engine.ts';
import { createScratchFolder } from '../fixtures/scratch-folder.ts';
import { postVideo, waitUntilOver } from '../fixtures/video-client.ts';

type Json = Readonly<Record<string, unknown>>;

const ROUNDS_OF_CHECKS = 30;
const ROUND_MILLISECONDS = 2_000;
const QUIET = { debug() {}, info() {}, warn() {}, error() {} };

describe('in production mode, with simulated vendors', () => {
  const folder = createScratchFolder('heygen-app');
  const pool = new RenderPool({ workerCount: 1 });
  let speech: Awaited<ReturnType<typeof startVendorsWithVoice>>;
  let heygen: Awaited<ReturnType<typeof startSimulatedHeyGen>>;
  const apps: App[] = [];
  let live: string;

  before(async () => {
    speech = await startVendorsWithVoice({ clock: systemClock });
    const engine = createEngineVideoProvider({ pool, logger: QUIET });
    heygen = await startSimulatedHeyGen({ clock: systemClock, engine, folder, renderSeconds: 0 });
    live = await startProduct({
      MOCK_MODE: 'False',
      VIBEVOICE_WS_ENDPOINT: speech.vibevoiceEndpoints.join(','),
      ELEVENLABS_API_KEY: speech.elevenlabs.apiKey,
      ELEVENLABS_BASE_URL: speech.elevenlabs.baseUrl,
      OPENAI_API_KEY: speech.openai.apiKey,
      OPENAI_BASE_URL: speech.openai.baseUrl,
      OPENAI_MODEL: 'gpt-4.1-mini',
      HEYGEN_API_KEY: heygen.apiKey,
      HEYGEN_BASE_URL: heygen.baseUrl,
    });
  });
  after(async () => {
    await Promise.all(apps.map((app) => app.close()));
    await Promise.all([speech.close(), heygen.simulator.close(), pool.close()]);
  });

  /** The address of a product that is set so. */
  async function startProduct(environment: Readonly<Record<string, string>>): Promise<string> {
    const dataFolder = join(folder, `data-${apps.length}`);
    const { config } = resolveConfig(
      {
        DATA_DIR: dataFolder,
        TTS_CACHE_DIR: join(dataFolder, 'cache'),
        PORT: '0',
        VIDEO_PROVIDER: 'heygen',
        ...environment,
      },
      {},
    );
    const app = await openApp(config, { logger: QUIET, logSpeech() {}, clock: systemClock });
    apps.push(app);
    return app.listen();
  }

  async function makeVideo(address: string) {
    const { statusUrl } = await postVideo(address, { script: 'Hello.', template: 'presenter1', userId: 'ada' });
    const status = await waitUntilOver(statusUrl);
    return { status, render: status.steps.find(({ name }) => name === 'render') };
  }

  /** On a busy machine a check may run out of time now and then; the next round of them does not. */
  async function assertHealth(video: object, enhancement: object): Promise<void> {
    for (let round = 1; ; round += 1) {
      try {
        return await assertHealthNow(video, enhancement);
      } catch (error) {
        if (round === ROUNDS_OF_CHECKS) throw error;
        await sleep(ROUND_MILLISECONDS);
      }
    }
  }

  /** The specification's fields and ours, whole, with what differs. */
  async function assertHealthNow(video: object, enhancement: object): Promise<void> {
    const { uptime_seconds: uptime, version, ...health } = (await (await fetch(`${live}/health`)).json()) as Json;
    assert.deepEqual([typeof uptime, version], ['number', '0.1.0']);
    const pass = { status: 'pass', detail: null };
    assert.deepEqual(health, {
      status: 'healthy',
      mock_mode: false,
      tts_provider: 'vibevoice',
      vibevoice_available: true,
      elevenlabs_fallback: true,
      video: { provider: 'heygen', fallback: 'engine', ...video },
      storage: { kind: 'folder', state: 'ok', last_failure: null },
      enhancement: { available: true, ...enhancement },
      checks: { journal: pass, storage: pass, speech_state: pass },
    });
  }

  it('health is as specified before anybody was asked', async () => {
    await assertHealth({ state: 'unknown', last_failure: null }, { state: 'unknown', last_failure: null });
    assert.deepEqual(await (await fetch(`${live}/ready`)).json(), {
      status: 'ready',
      checks: { journal: { status: 'pass', detail: null }, storage: { status: 'pass', detail: null } },
    });
    assert.equal(heygen.simulator.requests.length, 0);
  });

  it('HeyGen makes the picture, and the status says what it cost', async () => {
    const charged = heygen.simulator.charges.length;
    const { status, render } = await makeVideo(live);
    assert.equal(status.status, 'completed', status.error?.message);
    assert.equal(render?.provider, 'heygen');
    assert.equal(heygen.simulator.charges.length - charged, 1);
    const item = status.cost.items.find(({ provider }) => provider === 'heygen');
    assert.equal(item?.calls, 1);
    assert.ok(Math.abs(item.usd - (status.duration_seconds ?? 0) * 0.0667) < 0.001, `${item.usd}`);
    assert.deepEqual(status.warnings, []);
    await assertHealth({ state: 'ok', last_failure: null }, { state: 'ok', last_failure: null });
  });

  it('our engine makes it when HeyGen cannot, and the answer says so', async () => {
    const charged = heygen.simulator.charges.length;
    heygen.simulator.faults.set('insufficient-credit', { times: 1 });
    const { status, render } = await makeVideo(live);
    assert.equal(status.status, 'completed', status.error?.message);
    assert.equal(render?.provider, 'engine');
    assert.match(
      status.warnings.join(),
      /heygen could not make this video, so engine did: HeyGen answered with status 402/,
    );
    assert.equal(heygen.simulator.charges.length, charged);
    await assertHealth({ state: 'failing', last_failure: 'quota' }, { state: 'ok', last_failure: null });
  });

  it('in mock mode its faults are rehearsed too, and without a fallback the video fails with the true cause', async () => {
    const address = await startProduct({ VIDEO_FALLBACK: 'none' });
    const answer = await fetch(`${address}/admin/faults`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ vendor: 'heygen', scenario: 'insufficient-credit', times: 1 }),
    });
    const { vendors } = (await answer.json()) as {
      readonly vendors: readonly { vendor: string; active: object | null }[];
    };
    const active = vendors.find(({ vendor }) => vendor === 'heygen')?.active;
    assert.deepEqual(active, { scenario: 'insufficient-credit', remaining: 1 });
    const { status } = await makeVideo(address);
    assert.equal(status.status, 'failed');
    assert.equal(status.error?.code, 'video_quota_used_up');
  });
});
