import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { allFaultCases } from '../../chaos/tts/fault-cases.ts';
import { runMatrix } from '../../chaos/tts/fault-matrix.ts';
import { createMarkedVoices } from '../../chaos/tts/marked-voices.ts';
import { matrixFigures } from '../../chaos/tts/matrix-figures.ts';
import { PLANTED_BUGS } from '../../chaos/tts/planted-bugs.ts';
import { findingsOf } from '../../chaos/tts/script-verdict.ts';
import { SENTENCES } from '../../chaos/tts/sentences.ts';
import { assembleSpeech } from '../../chaos/tts/speech-under-test.ts';
import { resample } from '../../src/media/resample.ts';

const TEXTS = SENTENCES.slice(0, 4);
const SEED = 1;
const voices = createMarkedVoices();

before(() => voices.prepare(TEXTS));
after(() => voices.close());

test('a slice of `npm run chaos -- tts`: whatever fails, a script is spoken whole, truly and in one voice', async () => {
  const scenarios = new Set(['silence', 'garbage-frame', 'quota-402', 'drop-mid-body']);
  const cases = allFaultCases().filter(
    ({ scenario, position, isLasting }) => scenarios.has(scenario) && position === 3 && isLasting,
  );
  const tasks = cases.map((faultCase) => ({ faultCase, texts: TEXTS, seed: SEED }));
  const verdicts = await runMatrix(tasks, {
    lanes: tasks.length,
    voices,
    open: (options) => assembleSpeech({ ...options, offline: voices.offline }),
  });
  assert.deepEqual(findingsOf(verdicts), []);
  const spoken = matrixFigures(verdicts.filter(({ faultCase }) => faultCase.arrangement.successor !== null));
  const hopeless = matrixFigures(verdicts.filter(({ faultCase }) => faultCase.arrangement.successor === null));
  assert.ok(spoken.scripts >= 10 && hopeless.scripts >= 2, `${spoken.scripts} and ${hopeless.scripts} scripts`);
  assert.deepEqual([spoken.finishedPercent, hopeless.finishedPercent], [100, 0]);
});

test('the judge of speech knows what a vendor truly says, at any pace of a seed, and nothing else', async () => {
  const [text = ''] = TEXTS;
  const { pcm } = await voices.voiceOf('elevenlabs')({ text, language: 'en' }, new AbortController().signal);
  const changed = (samples: Float32Array) => voices.whoSays(text, { ...pcm, samples });
  const { samples, sampleRateHz } = pcm;
  assert.equal(await changed(samples), 'elevenlabs');
  assert.equal(await changed(resample({ samples, sampleRateHz: 24_120 }, sampleRateHz).samples), 'elevenlabs');
  const untrue = {
    cut: samples.slice(0, -2400),
    silent: new Float32Array(samples.length),
    loud: samples.map((sample) => Math.max(-1, Math.min(1, sample * 50))),
    fast: resample({ samples, sampleRateHz: 36_000 }, sampleRateHz).samples,
    doubled: Float32Array.of(...samples.subarray(0, 4800), ...samples.subarray(0, -4800)),
    other: (await voices.voiceOf('elevenlabs')({ text: TEXTS[1] ?? '', language: 'en' }, AbortSignal.timeout(10_000)))
      .pcm.samples,
  };
  for (const [name, sound] of Object.entries(untrue)) assert.equal(await changed(sound), undefined, name);
});

test('planted bugs are seen', async () => {
  for (const bug of ['voices are mixed', 'the breaker of a provider opens at two failures in a row']) {
    const planted = PLANTED_BUGS.find((candidate) => candidate.bug === bug);
    assert.equal(await planted?.isCaught({ seed: SEED, voices }), true, bug);
  }
});
