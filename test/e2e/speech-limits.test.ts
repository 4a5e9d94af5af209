import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import { openSpeech } from '../../src/app/speech.ts';
import { resolveConfig } from '../../src/config/load.ts';
import { systemClock } from '../../src/core/clock.ts';
import { AppError } from '../../src/core/errors.ts';
import type { Logger } from '../../src/core/logger.ts';
import type { StepContext } from '../../src/jobs/workflow.ts';
import { CANONICAL_SAMPLE_RATE_HZ } from '../../src/media/pcm.ts';
import { mixSpeech } from '../../src/pipeline/mix-speech.ts';
import { prepareUtterances } from '../../src/pipeline/prepare-script.ts';
import { speakUtterances } from '../../src/pipeline/speak-utterances.ts';
import { startElevenLabsSimulator } from '../../src/simulators/elevenlabs.ts';
import type { SimulatorVoice } from '../../src/simulators/simulator.ts';
import { startVibeVoiceSimulator } from '../../src/simulators/vibevoice.ts';
import { openFileSystemStore } from '../../src/storage/stores/file-system.ts';
import { createSimulatorVoice } from '../fixtures/simulator-voice.ts';
import { withTemporaryFolder } from '../fixtures/temporary-folder.ts';

const QUIET: Logger = { debug() {}, info() {}, warn() {}, error() {} };
const SENTENCES = [
  'Every sentence of this long script is spoken by itself, checked, and joined to the one before it.',
  'The limit is ninety seconds, and the sound itself is measured, because an estimate could only be roughly right.',
  'A voice that takes its time would otherwise slip through, and one that hurries would be refused without a reason.',
  'Nothing is drawn, and nothing more is paid for, once it is known that the whole will not fit.',
];
const LIMIT_SECONDS = 90;
const VOICE = { profile: 'default', style: 'neutral', seed: 42 } as const;

/** Enough of the sentences for a little less than the limit, each different from the others. */
const SCRIPT = [
  ...Array.from({ length: 12 }, (_, index) => `${SENTENCES[index % 4]} Number ${index + 1}.`),
  'This last one brings it close to the limit, and stops there just in time.',
].join(' ');

/** A voice whose every utterance is known beforehand, and one of which can be made longer by silence. */
function createMeasuredVoice(voice: SimulatorVoice) {
  const spoken = new Map<string, ReturnType<SimulatorVoice>>();
  const padding = new Map<string, number>();
  const speak: SimulatorVoice = async (request, signal) => {
    const known = spoken.get(request.text) ?? voice(request, signal);
    spoken.set(request.text, known);
    const { pcm, alignment } = await known;
    const samples = new Float32Array(pcm.samples.length + (padding.get(request.text) ?? 0));
    samples.set(pcm.samples);
    return { pcm: { ...pcm, samples }, alignment };
  };
  return { speak, padding };
}

test('speech of 89.9 and 90.0 s is taken, of 90.1 s refused before anything is drawn or paid for', async (context) => {
  await withTemporaryFolder(async (folder) => {
    const offline = createSimulatorVoice();
    const { speak, padding } = createMeasuredVoice(offline.voice);
    const vibevoice = await startVibeVoiceSimulator({ voice: speak });
    const apiKey = 'a-key-for-the-limits';
    const elevenlabs = await startElevenLabsSimulator({ voice: speak, apiKey, voiceIds: ['anna'], clock: systemClock });
    const { config } = resolveConfig(
      {
        MOCK_MODE: 'False',
        VIBEVOICE_WS_ENDPOINT: `${vibevoice.url.replace('http', 'ws')}/tts`,
        ELEVENLABS_BASE_URL: elevenlabs.url,
        ELEVENLABS_API_KEY: apiKey,
        ELEVENLABS_VOICE_ID: 'anna',
        TTS_CACHE_ENABLED: 'False',
        DATA_DIR: join(folder, 'data'),
      },
      {},
    );
    const speech = await openSpeech(config, { clock: systemClock, logger: QUIET, logOperation: () => {} });
    context.after(async () => {
      await speech.close();
      await Promise.all([vibevoice.close(), elevenlabs.close(), offline.close()]);
    });
    const objects = await openFileSystemStore({ folder: join(folder, 'objects'), now: Date.now() });
    const utterances = prepareUtterances(SCRIPT, 'en');
    const enhancement = { status: 'skipped', warning: null, promptTokens: 0, completionTokens: 0, costUsd: 0 } as const;
    const script = { script: SCRIPT, title: '', language: 'en', utterances, keyPoints: [], enhancement };
    const mix = async () => {
      const step = stepContext();
      const job = { id: 'vid_limits', userId: 'ann' };
      const shared = { script, objects, maxSpeechSeconds: LIMIT_SECONDS, step };
      const spoken = await speakUtterances({
        ...shared,
        limitOf: () => undefined,
        job,
        voice: VOICE,
        speech: speech.gateway,
      });
      return mixSpeech({ ...shared, spoken });
    };

    const natural = await secondsOf(utterances, speak);
    assert.ok(
      natural > 88.2 && natural < 89.8,
      `The script takes ${natural} s and must take a little less than 89.9 s.`,
    );
    const last = utterances.at(-1)!.spoken;
    for (const seconds of [89.9, 90]) {
      padding.set(last, Math.round((seconds - natural) * CANONICAL_SAMPLE_RATE_HZ));
      const { durationSeconds } = await mix();
      assert.ok(durationSeconds > seconds, 'with the lead-in and the tail');
    }
    padding.set(last, Math.round((90.1 - natural) * CANONICAL_SAMPLE_RATE_HZ));
    await assert.rejects(mix(), (error) => error instanceof AppError && error.code === 'speech_too_long');
    assert.equal(elevenlabs.requests.length, 0, 'no paid voice was asked');

    await context.test('what is far too long is given up on the way, not at the end', async () => {
      padding.clear();
      const asked = vibevoice.requests.length;
      const work = speakUtterances({
        script,
        objects,
        limitOf: () => undefined,
        step: stepContext(),
        job: { id: 'vid_limits', userId: 'ann' },
        voice: VOICE,
        speech: speech.gateway,
        maxSpeechSeconds: 30,
      });
      await assert.rejects(work, { code: 'speech_too_long' });
      const calls = vibevoice.requests.length - asked;
      assert.ok(calls < utterances.length / 2, `${calls} of ${utterances.length} were spoken`);
      assert.equal(elevenlabs.requests.length, 0);
    });
  });
});

/** The whole as it will be measured: the sound, and the pauses between the parts. */
async function secondsOf(utterances: ReturnType<typeof prepareUtterances>, speak: SimulatorVoice): Promise<number> {
  let samples = 0;
  for (const { spoken } of utterances) {
    samples += (await speak({ text: spoken, language: 'en' }, AbortSignal.timeout(60_000))).pcm.samples.length;
  }
  const pauses = utterances.slice(0, -1).reduce((sum, { pauseAfterSeconds }) => sum + pauseAfterSeconds, 0);
  return samples / CANONICAL_SAMPLE_RATE_HZ + pauses;
}

function stepContext(): StepContext {
  const { signal } = new AbortController();
  return {
    signal,
    attempt: 1,
    reportProgress: () => {},
    describe: async () => {},
    async paidCall({ send }) {
      const outcome = await send({ key: 'key', signal, keepReference: async () => {} });
      if ('failure' in outcome) throw outcome.failure;
      return outcome.result;
    },
  };
}
