import assert from 'node:assert/strict';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { createScratchFolder } from '../../test/fixtures/scratch-folder.ts';
import type { Logger } from '../core/logger.ts';
import { createSpeechAnalytics } from './analytics.ts';
import { createCanary } from './canary.ts';
import { isCanaryUser } from './canary/bucket.ts';
import { createMainProviderChoice } from './provider-choice.ts';
import { createOfflineProvider } from './providers/offline.ts';
import { createRouterBench, utterance } from './router/router-bench.ts';
import { createScriptedProvider, type ScriptedAct } from './router/scripted-provider.ts';
import { createSpeechGateway } from './speech-gateway.ts';
import type { SpeechLogRecord } from './speech-operation.ts';
import type { Speech, SpeechProviderId } from './speech-provider.ts';
import { openSqliteSpeechLedger } from '../app/speech-stores.ts';
import { openSqliteSpeechState } from '../app/speech-stores.ts';

const SALT = 'salt';
const folder = createScratchFolder('speech-gateway');
let files = 0;
let real: Speech;

before(async () => {
  const offline = createOfflineProvider();
  real = await offline.synthesize(utterance(), { signal: AbortSignal.timeout(30_000) });
  await offline.close();
});
after(() => rmSync(folder, { recursive: true }));

/** The gateway over scripted voices, with real books on disk. */
function createGatewayBench(acts: Partial<Record<SpeechProviderId, readonly ScriptedAct[]>>, canaryPercent = 100) {
  const providers = Object.entries(acts).map(([id, list]) =>
    createScriptedProvider({
      id: id as SpeechProviderId,
      acts: list,
      speech: real,
      paid: id === 'elevenlabs',
      costUsd: id === 'elevenlabs' ? 0.02 : 0,
    }),
  );
  const { router, time } = createRouterBench(providers);
  const clock = { now: () => time.now };
  const state = openSqliteSpeechState({ path: join(folder, `${(files += 1)}.sqlite`) });
  const ledger = openSqliteSpeechLedger({ path: join(folder, `${(files += 1)}.sqlite`) });
  const canary = createCanary({
    store: {
      read: () => state.read('canary'),
      update: (importance, change) => state.update('canary', importance, change),
    },
    clock,
    salt: SALT,
    initialPercent: canaryPercent,
  });
  const mainProvider = createMainProviderChoice({ store: state, configured: 'vibevoice', clock });
  const logged: SpeechLogRecord[] = [];
  const complaints: string[] = [];
  const quiet = (): void => {};
  const logger: Logger = {
    debug: quiet,
    info: quiet,
    warn: quiet,
    error: (fields) => complaints.push(String(fields['book'])),
  };
  const gateway = createSpeechGateway({
    router,
    providers,
    mainProvider,
    canary,
    ledger,
    saveGuards: async () => {},
    voicePolicy: 'same',
    isOfflineAllowed: false,
    logOperation: (record) => logged.push(record),
    logger,
  });
  const speak = async (language = 'en', userId = 'ann', wish?: SpeechProviderId) => {
    const spoken = await gateway.speakScript([utterance({ language })], {
      signal: new AbortController().signal,
      userId,
      ...(wish && { wish }),
    });
    return spoken.utterances[0]!.provider;
  };
  const close = async (): Promise<void> => {
    await ledger.close();
    await state.close();
  };
  return { gateway, speak, canary, mainProvider, ledger, logged, complaints, close };
}

test('English goes to VibeVoice, other languages to ElevenLabs, and everything to ElevenLabs by order; a wish is stronger', async () => {
  const bench = createGatewayBench({ vibevoice: ['speak'], elevenlabs: ['speak'] });
  assert.equal(await bench.speak('en'), 'vibevoice');
  assert.equal(await bench.speak('fr'), 'elevenlabs');
  assert.equal(await bench.speak('fr', 'ann', 'vibevoice'), 'vibevoice');
  await bench.mainProvider.set({ provider: 'elevenlabs', by: 'admin key' });
  assert.equal(await bench.speak('en'), 'elevenlabs');
  assert.equal(await bench.speak('en', 'ann', 'vibevoice'), 'vibevoice');
  await bench.close();
});

test('each user of the canary stays in his arm, and only English operations that were called count', async () => {
  const bench = createGatewayBench({ vibevoice: ['speak'], elevenlabs: ['speak'] }, 25);
  const users = Array.from({ length: 40 }, (_, index) => `user-${index}`);
  for (const userId of users) {
    const expected = isCanaryUser(SALT, userId, 25) ? 'vibevoice' : 'elevenlabs';
    assert.equal(await bench.speak('en', userId), expected);
    assert.equal(await bench.speak('de', userId), 'elevenlabs');
  }
  await bench.speak('en', 'user-0', 'vibevoice');
  const { canary, baseline } = (await bench.canary.status()).state.evidence.guardRails.failure_rate;
  const inCanary = users.filter((userId) => isCanaryUser(SALT, userId, 25)).length;
  assert.ok(inCanary > 0 && inCanary < users.length);
  // The burst cap leaves out what comes too fast: every arm is seen, none more than it was asked.
  assert.ok(canary.calls > 0 && canary.calls <= inCanary, `${canary.calls} of ${inCanary}`);
  assert.ok(baseline.calls > 0 && baseline.calls <= users.length - inCanary);
  assert.equal(canary.bad, 0);
  await bench.close();
});

test('a voice that had to be replaced counts as failed for the canary and in the analytics, the operation does not', async () => {
  const bench = createGatewayBench({ vibevoice: ['quota'], elevenlabs: ['speak'] });
  assert.equal(await bench.speak(), 'elevenlabs');
  const { state } = await bench.canary.status();
  assert.equal(state.evidence.guardRails.failure_rate.canary.bad, 1);
  const report = await createSpeechAnalytics({ ledger: bench.ledger, paidForVideos: async () => [] }).report({
    userId: 'ann',
  });
  const { vibevoice, elevenlabs } = report.providers;
  assert.deepEqual([vibevoice?.requests, vibevoice?.failures, vibevoice?.failures_by_kind], [1, 1, { quota: 1 }]);
  assert.deepEqual([elevenlabs?.requests, elevenlabs?.successes, elevenlabs?.fallbacks], [1, 1, 1]);
  assert.deepEqual([report.totals.requests, report.totals.failures, report.totals.cost_usd], [1, 0, 0.02]);
  await bench.close();
});

test('one log line for each operation, with exactly the specified fields', async () => {
  const bench = createGatewayBench({ vibevoice: ['speak'], elevenlabs: ['speak'] });
  await bench.speak();
  assert.deepEqual(
    bench.logged.map((record) => Object.keys(record).sort()),
    [
      (
        'attempts audio_duration_s cached cost_usd error_kind execution_ms fallback_used provider status timestamp ' +
        'trace_id user_id video_id'
      ).split(' '),
    ],
  );
  await bench.close();
});

test('a book that cannot be kept does not take the speech away', async () => {
  const bench = createGatewayBench({ vibevoice: ['speak'] });
  await bench.ledger.close();
  assert.equal(await bench.speak(), 'vibevoice');
  assert.deepEqual(bench.complaints, ['ledger']);
  await bench.close();
});

test('the prices are those of everyone who may be asked, in that order', async () => {
  const bench = createGatewayBench({ vibevoice: ['speak'], elevenlabs: ['speak'] });
  const prices = async (language: string) =>
    (await bench.gateway.priceScript([utterance({ language })], { userId: 'ann' })).map(({ provider, usd }) => [
      provider,
      usd,
    ]);
  const inEnglish = [
    ['vibevoice', 0],
    ['elevenlabs', 0.1],
  ];
  assert.deepEqual(await prices('en'), inEnglish);
  assert.deepEqual(await prices('fr'), inEnglish.toReversed());
  await bench.mainProvider.set({ provider: 'elevenlabs', by: 'loopback' });
  assert.deepEqual(await prices('en'), inEnglish.toReversed());
  await bench.close();
  const free = createGatewayBench({ offline: ['speak'] });
  assert.deepEqual(await free.gateway.priceScript([utterance()], { userId: 'ann' }), [], 'nobody may be asked');
  assert.deepEqual(await free.gateway.priceScript([], { userId: 'ann' }), []);
  await free.close();
});
