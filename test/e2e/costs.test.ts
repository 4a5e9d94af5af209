import assert from 'node:assert/strict';
import { join } from 'node:path';
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

const QUIET = { debug() {}, info() {}, warn() {}, error() {} };
const BODY = { script: 'Hello there.', template: 'presenter1', userId: 'ada' };
const SPEECH_USD = 'Hello there.'.length / 10_000;

type Analytics = { readonly totals: Readonly<Record<string, number>> };
type Costs = { readonly totals: { readonly usd: number; readonly cost_of_fallback_usd: number } };

describe('the bill of videos from vendors that charge', () => {
  const folder = createScratchFolder('costs');
  const pool = new RenderPool({ workerCount: 1 });
  const apps: App[] = [];
  let speech: Awaited<ReturnType<typeof startVendorsWithVoice>>;
  let heygen: Awaited<ReturnType<typeof startSimulatedHeyGen>>;
  before(async () => {
    speech = await startVendorsWithVoice({ clock: systemClock });
    const engine = createEngineVideoProvider({ pool, logger: QUIET });
    heygen = await startSimulatedHeyGen({ clock: systemClock, engine, folder });
  });
  after(async () => {
    await Promise.all(apps.map((app) => app.close()));
    await Promise.all([speech.close(), heygen.simulator.close(), pool.close()]);
  });

  async function start(environment: Readonly<Record<string, string>>) {
    const dataFolder = join(folder, `data-${apps.length}`);
    const { config } = resolveConfig(
      {
        MOCK_MODE: 'False',
        DATA_DIR: dataFolder,
        TTS_CACHE_DIR: join(dataFolder, 'cache'),
        PORT: '0',
        VIBEVOICE_WS_ENDPOINT: speech.vibevoiceEndpoints.join(','),
        ...environment,
      },
      {},
    );
    const app = await openApp(config, { logger: QUIET, logSpeech() {}, clock: systemClock });
    apps.push(app);
    const address = await app.listen();
    const read = async <Answer>(path: string): Promise<Answer> =>
      (await (await fetch(`${address}${path}`)).json()) as Answer;
    return { address, read };
  }

  it('tells what fallback cost and what the cache saved, in receipts, analytics and sums alike', async () => {
    const { address, read } = await start({
      ELEVENLABS_API_KEY: speech.elevenlabs.apiKey,
      ELEVENLABS_BASE_URL: speech.elevenlabs.baseUrl,
    });
    speech.faults.set('vibevoice', 'refuse');
    const costs = [];
    for (let count = 0; count < 2; count += 1) {
      const { status, cost, error } = await waitUntilOver((await postVideo(address, BODY)).statusUrl);
      assert.equal(status, 'completed', error?.message);
      costs.push(cost);
    }
    speech.faults.clear();
    const [paid, saved] = costs;
    // VibeVoice, which costs nothing, was the plan.
    const plan = { estimated_usd: 0, open_usd: 0, uncertain_repeats: 0, price_table: '2026-11-28' };
    const charge = { provider: 'elevenlabs', calls: 1, usd: SPEECH_USD, estimated_usd: SPEECH_USD };
    assert.deepEqual(paid, {
      ...plan,
      total_usd: SPEECH_USD,
      cost_of_fallback_usd: SPEECH_USD,
      saved_by_cache_usd: 0,
      items: [{ step: 'speech', ...charge }],
    });
    assert.deepEqual(saved, {
      ...plan,
      total_usd: 0,
      cost_of_fallback_usd: 0,
      saved_by_cache_usd: SPEECH_USD,
      items: [],
    });
    const { totals } = await read<Analytics>('/tts/analytics');
    assert.deepEqual(
      [totals['cost_usd'], totals['cost_of_fallback_usd'], totals['saved_by_cache_usd']],
      [SPEECH_USD, SPEECH_USD, SPEECH_USD],
    );
    const sums = await read<Costs>('/costs?userId=ada');
    assert.deepEqual([sums.totals.usd, sums.totals.cost_of_fallback_usd], [SPEECH_USD, SPEECH_USD]);
  });

  it('stays under the cap of the day: the picture that it has no money for is drawn by our engine', async () => {
    const { address, read } = await start({
      VIDEO_PROVIDER: 'heygen',
      HEYGEN_API_KEY: heygen.apiKey,
      HEYGEN_BASE_URL: heygen.baseUrl,
      MAX_COST_PER_DAY_USD: '0.25',
    });
    // Both fit when they are accepted, and only one when they are paid for.
    const accepted = [await postVideo(address, BODY), await postVideo(address, BODY)];
    const ended = await Promise.all(accepted.map(({ statusUrl }) => waitUntilOver(statusUrl)));
    for (const { status, error } of ended) assert.equal(status, 'completed', error?.message);
    assert.equal(heygen.simulator.charges.length, 1);
    const [drawn, ...others] = ended.filter(({ cost }) => cost.items.length === 0);
    assert.deepEqual(others, []);
    assert.match(
      drawn?.warnings.join() ?? '',
      /so engine did: A day \(UTC\) may cost at most 0.25 USD \(MAX_COST_PER_DAY_USD\); 0.\d+ USD are spent today/,
    );
    assert.ok((await read<Costs>('/costs')).totals.usd <= 0.25);
    const refused = await fetch(`${address}/generate-video`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(BODY),
    });
    assert.equal(refused.status, 429);
  });
});
