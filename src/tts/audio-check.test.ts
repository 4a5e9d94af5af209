import assert from 'node:assert/strict';
import { before, describe, test } from 'node:test';
import fc from 'fast-check';
import { AppError } from '../core/errors.ts';
import { levelsDb } from '../media/energy.ts';
import { checkSpeech } from './audio-check.ts';
import { createOfflineProvider } from './providers/offline.ts';
import { SPOKEN_CORPUS } from './router/spoken-corpus.ts';
import type { Speech, Utterance } from './speech-provider.ts';

type Spoken = { readonly speech: Speech; readonly utterance: Utterance };
const PROFILES = ['default', 'professional', 'casual'] as const;
const STYLES = ['neutral', 'excited', 'calm'] as const;
const spoken: Spoken[] = [];

before(async () => {
  const provider = createOfflineProvider();
  for (const [index, { language, text }] of SPOKEN_CORPUS.entries()) {
    const voice = { profile: PROFILES[index % 3]!, style: STYLES[Math.floor(index / 3) % 3]!, seed: 1 };
    const utterance = { text, language, voice };
    spoken.push({ utterance, speech: await provider.synthesize(utterance, { signal: AbortSignal.timeout(30_000) }) });
  }
  await provider.close();
});

function faultOf(speech: Speech, utterance: Utterance): string | undefined {
  try {
    checkSpeech(speech, utterance);
    return undefined;
  } catch (thrown) {
    assert.ok(thrown instanceof AppError, String(thrown));
    assert.equal(thrown.kind, 'bad_audio');
    assert.ok(!thrown.message.includes(utterance.text), 'the message must not hold the text');
    return thrown.message;
  }
}

function withSamples(speech: Speech, samples: Float32Array, keepTimes = true): Speech {
  const { alignment, ...rest } = speech;
  return { ...rest, ...(keepTimes && alignment ? { alignment } : {}), pcm: { ...speech.pcm, samples } };
}

function missed(mutate: (one: Spoken) => Speech, among: readonly Spoken[] = spoken): string[] {
  return among
    .filter((one) => faultOf(mutate(one), one.utterance) === undefined)
    .map(({ utterance }) => utterance.text);
}

function long(seconds: number): Spoken[] {
  return spoken.filter(({ speech }) => speech.pcm.samples.length > seconds * 24_000);
}

function joined(...parts: Float32Array[]): Float32Array {
  const whole = new Float32Array(parts.reduce((sum, part) => sum + part.length, 0));
  let position = 0;
  for (const part of parts) {
    whole.set(part, position);
    position += part.length;
  }
  return whole;
}

function replaced(speech: Speech, from: number, to: number, value: (index: number) => number): Float32Array {
  const samples = speech.pcm.samples.slice();
  for (let index = Math.floor(from); index < Math.min(to, samples.length); index += 1) samples[index] = value(index);
  return samples;
}

test('real speech in many languages passes, as it is and without its times', () => {
  assert.ok(spoken.length >= 40, `${spoken.length} utterances`);
  for (const { speech, utterance } of spoken) {
    assert.equal(faultOf(speech, utterance), undefined, utterance.text);
    assert.equal(faultOf(withSamples(speech, speech.pcm.samples, false), utterance), undefined, utterance.text);
  }
});

test('real speech passes at any gain that does not clip', () => {
  fc.assert(
    fc.property(fc.nat(spoken.length - 1), fc.double({ min: 0.05, max: 1, noNaN: true }), (index, gain) => {
      const { speech, utterance } = spoken[index]!;
      const scaled = speech.pcm.samples.map((sample) => sample * gain);
      assert.equal(faultOf(withSamples(speech, scaled), utterance), undefined);
    }),
    { numRuns: 40 },
  );
});

describe('planted faults are caught', () => {
  test('an empty or silent sound, one that is not numbers, another sample rate', () => {
    assert.deepEqual(
      missed(({ speech }) => withSamples(speech, new Float32Array(0))),
      [],
    );
    assert.deepEqual(
      missed(({ speech }) =>
        withSamples(
          speech,
          speech.pcm.samples.map(() => 0),
        ),
      ),
      [],
    );
    assert.deepEqual(
      missed(({ speech }) =>
        withSamples(
          speech,
          speech.pcm.samples.map((sample) => sample * 1e-4),
        ),
      ),
      [],
    );
    for (const value of [Number.NaN, Number.POSITIVE_INFINITY]) {
      assert.deepEqual(
        missed(({ speech }) =>
          withSamples(
            speech,
            replaced(speech, 1000, 1001, () => value),
          ),
        ),
        [],
      );
    }
    assert.deepEqual(
      missed(({ speech }) => ({ ...speech, pcm: { ...speech.pcm, sampleRateHz: 22_050 } })),
      [],
    );
  });

  test('clipping, also when it was turned down afterwards', () => {
    for (const after of [1, 0.5]) {
      assert.deepEqual(
        missed(({ speech }) => {
          const peak = speech.pcm.samples.reduce((most, sample) => Math.max(most, Math.abs(sample)), 0);
          return withSamples(
            speech,
            speech.pcm.samples.map((sample) => Math.max(-1, Math.min(1, (sample / peak) * 3)) * after),
          );
        }),
        [],
      );
    }
  });

  test('noise and a tone in place of speech', () => {
    let state = 1;
    const noise = (): number => {
      state = (state * 48_271) % 2_147_483_647;
      return (state / 2_147_483_647 - 0.5) * 0.4;
    };
    const among = long(1);
    assert.deepEqual(
      missed(({ speech }) => withSamples(speech, speech.pcm.samples.map(noise), false), among),
      [],
    );
    const tone = (_: number, index: number): number => 0.3 * Math.sin((index / 24_000) * 220 * 2 * Math.PI);
    assert.deepEqual(
      missed(({ speech }) => withSamples(speech, speech.pcm.samples.map(tone), false), among),
      [],
    );
  });

  test('a part that is missing at the end, when the voice gives times', () => {
    for (const kept of [0.3, 0.5, 0.7]) {
      const cut = ({ speech }: Spoken): Speech =>
        withSamples(speech, speech.pcm.samples.slice(0, speech.pcm.samples.length * kept));
      assert.deepEqual(missed(cut, long(1.2)), []);
    }
  });

  test('half of an English sentence that fades out, when the voice gives no times', () => {
    const halved = ({ speech }: Spoken): Speech => {
      const half = speech.pcm.samples.slice(0, speech.pcm.samples.length / 2);
      const fade = 1200;
      const faded = half.map((sample, index) => sample * Math.min(1, (half.length - 1 - index) / fade));
      return withSamples(speech, faded, false);
    };
    const sentences = long(2).filter(({ utterance }) => utterance.language.startsWith('en'));
    const unnoticed = missed(halved, sentences);
    // What is spoken slowly, a list of letters or numbers, may be twice as fast and still be speech.
    assert.ok(sentences.length >= 5, `${sentences.length} sentences`);
    assert.ok(unnoticed.length <= sentences.length / 2, unnoticed.join('; '));
  });

  test('a cut in the middle of a sound, when the voice gives none', () => {
    for (const share of [0.4, 0.6, 0.8]) {
      assert.deepEqual(
        missed(({ speech }) => {
          const { samples } = speech.pcm;
          const levels = levelsDb(speech.pcm);
          const from = Math.floor(levels.length * share);
          const near = levels.subarray(from, from + 40);
          const loudest = from + near.indexOf(Math.max(...near));
          return withSamples(speech, samples.slice(0, Math.round((loudest + 0.5) * 240)), false);
        }, long(2)),
        [],
      );
    }
  });

  test('a stretch that is silent, at any place', () => {
    for (const start of [0, 0.25, 0.5]) {
      const silenced = ({ speech }: Spoken): Speech => {
        const length = speech.pcm.samples.length;
        return withSamples(
          speech,
          replaced(speech, length * start, length * (start + 0.5), () => 0),
        );
      };
      assert.deepEqual(missed(silenced, long(2.5)), []);
    }
  });

  test('a hole of 2.5 s, and silence of 3 s around', () => {
    for (const keepTimes of [true, false]) {
      assert.deepEqual(
        missed(({ speech }) => {
          const { samples } = speech.pcm;
          const middle = Math.floor(samples.length / 2);
          const hole = new Float32Array(60_000);
          return withSamples(speech, joined(samples.slice(0, middle), hole, samples.slice(middle)), keepTimes);
        }),
        [],
      );
    }
    const silence = new Float32Array(72_000);
    assert.deepEqual(
      missed(({ speech }) => withSamples(speech, joined(silence, speech.pcm.samples), false)),
      [],
    );
    assert.deepEqual(
      missed(({ speech }) => withSamples(speech, joined(speech.pcm.samples, silence), false)),
      [],
    );
  });

  test('speech that is heard twice, and speech that goes on', () => {
    for (const keepTimes of [true, false]) {
      assert.deepEqual(
        missed(({ speech }) => withSamples(speech, joined(speech.pcm.samples, speech.pcm.samples), keepTimes)),
        [],
      );
    }
    const other = long(4)[0]!.speech.pcm.samples;
    assert.deepEqual(
      missed(({ speech }) => withSamples(speech, joined(speech.pcm.samples, other))),
      [],
    );
  });

  test('the speech of quite another text', () => {
    const longest = spoken.toSorted((a, b) => b.speech.pcm.samples.length - a.speech.pcm.samples.length)[0]!;
    const short = spoken.filter(({ utterance }) => utterance.text.length < 10);
    assert.ok(short.length >= 8);
    assert.deepEqual(
      missed(() => longest.speech, short),
      [],
    );
    assert.notEqual(faultOf(short[0]!.speech, longest.utterance), undefined);
  });
});
