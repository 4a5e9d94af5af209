import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { AppError } from '../../src/core/errors.ts';
import type { FailureKind } from '../../src/core/failure-policy.ts';
import { levelsDb } from '../../src/media/energy.ts';
import { integratedLoudnessLufs } from '../../src/media/loudness.ts';
import { CANONICAL_SAMPLE_RATE_HZ, durationSeconds, type Pcm } from '../../src/media/pcm.ts';
import { wordSpans } from '../../src/media/words.ts';
import type { Speech, SpeechProvider, Utterance } from '../../src/tts/speech-provider.ts';

export type SpeechProviderUnderTest = {
  readonly provider: SpeechProvider;
  close(): Promise<void>;
  /** True when the same utterance must give the same samples. */
  readonly deterministic: boolean;
  /** A language tag it must refuse; undefined when it takes any text in any language. */
  readonly unknownLanguage: string | undefined;
};

const SENTENCE = 'Bob, maybe pump the apple pie up before the big meeting in the evening.';
const ROUNDING_SECONDS = 1e-6;

/** What every speech provider must do, whatever it is made of. Adapters of vendors run it against a simulator. */
export function speechProviderContract(name: string, create: () => Promise<SpeechProviderUnderTest>): void {
  describe(`${name} as a speech provider`, () => {
    let subject: SpeechProviderUnderTest;
    let speech: Speech;
    const chunks: Pcm[] = [];
    const speak = (changes: Partial<Utterance> = {}, signal = new AbortController().signal): Promise<Speech> =>
      subject.provider.synthesize(utterance(changes), { signal });

    /** What a provider gives without promising it is held to the same rules. */
    const givesSounds = (): boolean =>
      subject.provider.capabilities.alignment === 'phoneme' || (speech.alignment?.phonemes.length ?? 0) > 0;

    before(async () => {
      subject = await create();
      speech = await subject.provider.synthesize(utterance({}), {
        signal: new AbortController().signal,
        onPcm: (chunk) => chunks.push(chunk),
      });
    });
    after(() => subject.close());

    test('it speaks for a plausible time, audibly and without clipping, at the canonical rate', () => {
      assert.equal(speech.pcm.sampleRateHz, CANONICAL_SAMPLE_RATE_HZ);
      const secondsPerCharacter = durationSeconds(speech.pcm) / SENTENCE.length;
      assert.ok(secondsPerCharacter > 0.035 && secondsPerCharacter < 0.15, `${secondsPerCharacter} s per character`);
      assert.ok(integratedLoudnessLufs(speech.pcm) > -40, `${integratedLoudnessLufs(speech.pcm)} LUFS`);
      assert.ok(speech.pcm.samples.every((sample) => Math.abs(sample) <= 1));
      assert.equal(longestClippedRun(speech.pcm.samples), 0);
    });

    test('the chunks it hands out on the way are the speech', () => {
      assertSameSamples(
        chunks.flatMap((chunk) => Array.from(chunk.samples)),
        speech.pcm.samples,
      );
    });

    test('its words are those of the text, where they stand, in order and inside the speech', (context) => {
      const { alignment } = subject.provider.capabilities;
      if (alignment === 'none' && speech.alignment === undefined) return context.skip('the provider gives no times');
      const { words } = alignmentOf(speech);
      assert.deepEqual(
        words.map(({ text, start, end }) => ({ text, start, end })),
        wordSpans(SENTENCE, 'en'),
      );
      assertInOrder(words, durationSeconds(speech.pcm));
      assert.ok(words.every(({ startSeconds, endSeconds }) => endSeconds > startSeconds));
    });

    test('its sounds are in order, cover the speech, and are silence where there is silence', (context) => {
      if (!givesSounds()) return context.skip('the provider gives no sounds');
      const { phonemes } = alignmentOf(speech);
      assertInOrder(phonemes, durationSeconds(speech.pcm));
      const levels = levelsDb(speech.pcm);
      const loudest = Math.max(...levels);
      const loud = [...levels.keys()].filter((frame) => (levels[frame] as number) > loudest - 20);
      const named = loud.filter((frame) => {
        const seconds = (frame + 0.5) * 0.01;
        const sound = phonemes.find(({ startSeconds, endSeconds }) => seconds >= startSeconds && seconds < endSeconds);
        return sound !== undefined && sound.phoneme !== 'sil';
      });
      assert.ok(named.length > 0.97 * loud.length, `${named.length} of ${loud.length} loud moments have a sound`);
    });

    test('the lips close for every p, b and m', (context) => {
      if (!givesSounds()) return context.skip('the provider gives no sounds');
      const closures = alignmentOf(speech).phonemes.filter(({ phoneme }) => /^[pbm]/.test(phoneme));
      assert.equal(closures.map(({ phoneme }) => phoneme[0]).join(''), 'bbmbpmppppbbm');
    });

    test('stress lies on vowels, on at least a quarter of them', (context) => {
      if (!givesSounds()) return context.skip('the provider gives no sounds');
      const { phonemes } = alignmentOf(speech);
      const vowels = phonemes.filter(({ phoneme }) => /^[aeiouæɐɑɒɔəɚɛɜɝɪʊʌ]/.test(phoneme));
      const stressed = phonemes.filter((phoneme) => phoneme.stressed);
      assert.ok(stressed.every((phoneme) => vowels.includes(phoneme)));
      assert.ok(stressed.length >= vowels.length / 4 && stressed.length < vowels.length);
    });

    test('a longer text takes longer', async () => {
      const short = await speak({ text: 'Hello there.' });
      assert.ok(durationSeconds(short.pcm) < durationSeconds(speech.pcm) / 2);
    });

    test('the same utterance gives the same speech', async (context) => {
      if (!subject.deterministic) return context.skip('the provider does not promise it');
      const again = await speak();
      assertSameSamples(again.pcm.samples, speech.pcm.samples);
      assert.deepEqual(again.alignment, speech.alignment);
    });

    test('four at once each get their own text', async () => {
      const texts = [
        'One.',
        'Two of them.',
        'There are three of them here.',
        'And this is by far the longest of all four.',
      ];
      const speeches = await Promise.all(texts.map((text) => speak({ text })));
      const lengths = speeches.map(({ pcm }) => pcm.samples.length);
      assert.deepEqual(
        lengths,
        lengths.toSorted((a, b) => a - b),
      );
      for (const [index, text] of texts.entries()) {
        const words = speeches[index]?.alignment?.words.map((word) => word.text);
        if (words !== undefined)
          assert.deepEqual(
            words,
            wordSpans(text, 'en').map((word) => word.text),
          );
      }
    });

    test('it costs something only if it is paid', () => {
      assert.ok(speech.costUsd >= 0);
      if (!subject.provider.capabilities.paid) assert.equal(speech.costUsd, 0);
    });

    test('a text without words is invalid', async () => {
      for (const text of ['', '  \n ', '...']) await assertRefused(speak({ text }), 'invalid_input');
    });

    test('a language it cannot speak is unsupported', async (context) => {
      if (subject.unknownLanguage === undefined) return context.skip('the provider takes any language');
      await assertRefused(speak({ language: subject.unknownLanguage }), 'unsupported');
    });

    test('an abort before or during the work cancels it, and the next utterance is spoken', async () => {
      await assertRefused(speak({}, AbortSignal.abort()), 'cancelled');
      const controller = new AbortController();
      const waiting = [speak({ text: `${SENTENCE} `.repeat(30) }, controller.signal), speak({}, controller.signal)];
      setImmediate(() => controller.abort());
      await Promise.all(waiting.map((work) => assertRefused(work, 'cancelled')));
      assert.ok(durationSeconds((await speak({ text: 'Hello again.' })).pcm) > 0.3);
    });
  });
}

function utterance(changes: Partial<Utterance>): Utterance {
  return { text: SENTENCE, language: 'en', voice: { profile: 'default', style: 'neutral', seed: 42 }, ...changes };
}

function alignmentOf(speech: Speech): NonNullable<Speech['alignment']> {
  assert.ok(speech.alignment, 'a provider whose capabilities name an alignment gives one');
  return speech.alignment;
}

function assertInOrder(
  timed: readonly { readonly startSeconds: number; readonly endSeconds: number }[],
  totalSeconds: number,
): void {
  let reached = 0;
  for (const { startSeconds, endSeconds } of timed) {
    assert.ok(startSeconds >= reached - ROUNDING_SECONDS, `starts at ${startSeconds}, before ${reached}`);
    assert.ok(endSeconds >= startSeconds, `ends at ${endSeconds}, before its start ${startSeconds}`);
    reached = endSeconds;
  }
  assert.ok(reached <= totalSeconds + ROUNDING_SECONDS, `ends at ${reached}, after the speech of ${totalSeconds}`);
}

/** Not deepEqual, which takes gigabytes to describe how two long recordings differ. */
function assertSameSamples(actual: ArrayLike<number>, expected: Float32Array): void {
  assert.equal(actual.length, expected.length);
  assert.equal(
    expected.findIndex((sample, index) => sample !== actual[index]),
    -1,
    'the first sample that differs',
  );
}

/** Three or more samples in a row at full scale: a single one may be a peak. */
function longestClippedRun(samples: Float32Array): number {
  let longest = 0;
  let run = 0;
  for (const sample of samples) {
    run = Math.abs(sample) > 0.999 ? run + 1 : 0;
    longest = Math.max(longest, run);
  }
  return longest >= 3 ? longest : 0;
}

async function assertRefused(work: Promise<Speech>, kind: FailureKind): Promise<void> {
  await assert.rejects(work, (error: unknown) => {
    assert.ok(error instanceof AppError, `${String(error)} must be an AppError`);
    assert.equal(error.kind, kind, error.message);
    return true;
  });
}
