import assert from 'node:assert/strict';
import { before, test } from 'node:test';
import * as fc from 'fast-check';
import { createOfflineProvider } from '../tts/providers/offline.ts';
import { createRouterBench, utterance } from '../tts/router/router-bench.ts';
import { createScriptedProvider } from '../tts/router/scripted-provider.ts';
import type { SpeechGateway } from '../tts/speech-gateway.ts';
import type { Speech } from '../tts/speech-provider.ts';
import type { PreparedUtterance } from './prepare-script.ts';
import { speakPrepared, toUtterances } from './speak-prepared.ts';

const { text, language, voice } = utterance();
let real: Speech;

before(async () => {
  const offline = createOfflineProvider();
  real = await offline.synthesize(utterance(), { signal: AbortSignal.timeout(30_000) });
  await offline.close();
});

function prepared(spoken: string, pauseAfterSeconds = 0): PreparedUtterance {
  return { start: 0, end: spoken.length, spoken, spans: [], pauseAfterSeconds };
}

/** The router behind a voice that always says the same sound. */
function createGateway(): Pick<SpeechGateway, 'speakScript'> {
  const { router } = createRouterBench([createScriptedProvider({ id: 'vibevoice', acts: ['speak'], speech: real })]);
  return {
    speakScript: (utterances, request) =>
      router.speakScript(utterances, {
        ...request,
        voicePolicy: 'same',
        isOfflineAllowed: false,
        onOperation: async () => {},
      }),
  };
}

function speak(utterances: readonly PreparedUtterance[], maxSpeechSeconds: number) {
  const request = { signal: new AbortController().signal, userId: 'ann' };
  return speakPrepared({ utterances, language, voice }, { speech: createGateway(), maxSpeechSeconds, request });
}

test('an utterance without a word is left out, and so is its pause at the end', async () => {
  const utterances = [prepared('🙂', 0.35), prepared(text, 0.7), prepared('🙂')];
  assert.deepEqual(toUtterances({ utterances, language, voice }), [{ text, language, voice }]);
  const spoken = await speak(utterances, real.pcm.samples.length / real.pcm.sampleRateHz);
  assert.deepEqual(
    spoken.parts.map((part) => part.utterance),
    [utterances[1]],
  );
  assert.equal(spoken.provider, 'vibevoice');
  assert.equal(spoken.attempts, 1);
});

test('speech with its pauses may be exactly as long as the limit, and not by a sample longer', async () => {
  const { samples, sampleRateHz } = real.pcm;
  const pauses = fc.array(fc.constantFrom(0.15, 0.35, 0.7), { minLength: 1, maxLength: 25 });
  await fc.assert(
    fc.asyncProperty(pauses, async (seconds) => {
      const utterances = seconds.map((pause) => prepared(text, pause));
      const resting = seconds.slice(0, -1).reduce((sum, pause) => sum + Math.round(pause * sampleRateHz), 0);
      const total = utterances.length * samples.length + resting;
      assert.equal((await speak(utterances, total / sampleRateHz)).parts.length, utterances.length);
      await assert.rejects(speak(utterances, (total - 1) / sampleRateHz), { code: 'speech_too_long' });
    }),
    { numRuns: 40 },
  );
});
