import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as fc from 'fast-check';
import type { AlignedPhoneme, Alignment } from '../../media/alignment.ts';
import { createVisemeTrack, LIP_LEAD_SECONDS } from './viseme-track.ts';
import { VISEMES, type MouthState, type Viseme, type VisemeTrack } from './viseme.ts';

const SOUNDS = 'p b m p b m f v s t k n l ɹ ʃ tʃ h w j aɪ oʊ ɑ æ i u ɔ ə ɛ y sil';

/** Speech-like alignments: sounds of 12 to 260 ms, gaps now and then, pauses of up to a second. */
const alignments: fc.Arbitrary<Alignment> = fc
  .array(
    fc.record({
      phoneme: fc.constantFrom(...SOUNDS.split(' ')),
      milliseconds: fc.integer({ min: 12, max: 260 }),
      gapMilliseconds: fc.oneof({ weight: 6, arbitrary: fc.constant(0) }, fc.integer({ min: 1, max: 900 })),
      stressed: fc.boolean(),
    }),
    { minLength: 1, maxLength: 40 },
  )
  .map((sounds) => {
    let seconds = 0;
    const phonemes = sounds.map(({ phoneme, milliseconds, gapMilliseconds, stressed }): AlignedPhoneme => {
      const startSeconds = seconds + gapMilliseconds / 1000;
      seconds = startSeconds + milliseconds / 1000;
      return { phoneme, startSeconds, endSeconds: seconds, stressed };
    });
    return { words: [], phonemes };
  });

const energies = fc.array(fc.float({ min: 0, max: 1, noNaN: true }), { maxLength: 600 });
const speeches = fc.record({ alignment: alignments, energy: energies, tailSeconds: fc.constantFrom(0, 0.01, 0.5) });
type ArbitrarySpeech = { alignment: Alignment; energy: number[]; tailSeconds: number };

test('weights sum to 1 and jaw stays in range, before, during and after the speech', () => {
  fc.assert(
    fc.property(speeches, fc.integer({ min: 0, max: 1000 }), (speech, permille) => {
      const track = trackOf(speech);
      const state = track.at(-1 + ((track.durationSeconds + 2) * permille) / 1000);
      assert.ok(Math.abs(sum(state.weights) - 1) < 1e-5);
      for (const weight of state.weights) assert.ok(weight >= 0 && weight <= 1);
      assert.ok(state.jaw >= 0 && state.jaw <= 1.2);
    }),
    { numRuns: 300 },
  );
});

test('the mouth is at rest well before and after the speech', () => {
  fc.assert(
    fc.property(speeches, (speech) => {
      const track = trackOf(speech);
      for (const seconds of [-1e6, -10, -0.5, track.durationSeconds + 0.5, track.durationSeconds + 1e6]) {
        assert.equal(weight(track.at(seconds), 'sil'), 1);
        assert.equal(track.at(seconds).jaw, 0);
      }
    }),
  );
});

test('no weight and no jaw changes faster than a contact of the lips does', () => {
  // The fastest move lasts 22 ms; easing makes its middle 1.5 times as fast as its mean, and two may overlap.
  const largestStep = 2 * (1.5 / 22);
  fc.assert(
    fc.property(speeches, (speech) => {
      const track = trackOf(speech);
      let before = track.at(-0.3);
      for (let seconds = -0.299; seconds < track.durationSeconds + 0.4; seconds += 0.001) {
        const now = track.at(seconds);
        for (const [index, value] of now.weights.entries()) {
          const step = Math.abs(value - (before.weights[index] ?? 0));
          assert.ok(step < largestStep, `${VISEMES[index]} moves by ${step} in a millisecond at ${seconds}`);
        }
        assert.ok(Math.abs(now.jaw - before.jaw) < largestStep, `jaw at ${seconds}`);
        before = now;
      }
    }),
    { numRuns: 40 },
  );
});

test('every p, b and m shows a frame with closed lips within one frame of its sound, at any rate and phase', () => {
  const frameRates = fc.constantFrom(24, 25, 30, 50, 60);
  fc.assert(
    fc.property(speeches, frameRates, fc.double({ min: 0, max: 1, noNaN: true }), (speech, frameRate, phase) => {
      const track = trackOf(speech);
      for (const phoneme of speech.alignment.phonemes.filter((sound) => 'pbm'.includes(sound.phoneme))) {
        const frames = frameTimes(phoneme, frameRate, phase, track.durationSeconds);
        assert.ok(
          frames.length === 0 || frames.some((seconds) => isClosed(track.at(seconds))),
          `${phoneme.phoneme} ${phoneme.startSeconds}-${phoneme.endSeconds} at ${frameRate} a second, phase ${phase}`,
        );
      }
    }),
    { numRuns: 400 },
  );
});

test('even a swallowed p between other contacts is held for a frame at 24 frames a second', () => {
  const sounds = fc.constantFrom('v', 'f', 'i', 'ɑ', 's');
  const milliseconds = fc.integer({ min: 8, max: 40 });
  fc.assert(
    fc.property(sounds, sounds, milliseconds, milliseconds, milliseconds, (previous, next, before, own, after) => {
      const track = trackOf({
        alignment: sequence(['ɑ', 100], [previous, before], ['p', own], [next, after], ['ɑ', 100]),
      });
      let closedMilliseconds = 0;
      for (let seconds = 0; seconds < track.durationSeconds; seconds += 0.001) {
        if (isClosed(track.at(seconds))) closedMilliseconds += 1;
      }
      assert.ok(closedMilliseconds >= 42, `held for ${closedMilliseconds} ms`);
    }),
  );
});

test('closed lips are held for two frames between sounds of an ordinary length', () => {
  fc.assert(
    fc.property(
      fc.constantFrom('p', 'b', 'm'),
      fc.integer({ min: 45, max: 150 }),
      fc.constantFrom('ɑ', 'i', 'u'),
      (phoneme, milliseconds, vowel) => {
        const track = trackOf({ alignment: sequence([vowel, 120], [phoneme, milliseconds], [vowel, 120]) });
        let closedMilliseconds = 0;
        for (let seconds = 0; seconds < track.durationSeconds; seconds += 0.001) {
          if (weight(track.at(seconds), 'PP') === 1) closedMilliseconds += 1;
        }
        assert.ok(closedMilliseconds >= 67, `${phoneme} of ${milliseconds} ms is held for ${closedMilliseconds} ms`);
      },
    ),
  );
});

test('every f and v reaches at least 0.9 of its shape in its own time, beside any but a swallowed sound', () => {
  const neighbours = fc.constantFrom('ɑ', 'u', 'i', 's', 'm', 'p', 'sil', 'f');
  fc.assert(
    fc.property(neighbours, neighbours, fc.integer({ min: 45, max: 200 }), (previous, next, milliseconds) => {
      const alignment = sequence(['ɑ', 100], [previous, 80], ['v', milliseconds], [next, 80], ['ɑ', 100]);
      const track = trackOf({ alignment });
      const sound = alignment.phonemes[2];
      assert.ok(sound);
      let peak = 0;
      for (let seconds = sound.startSeconds - 0.03; seconds < sound.endSeconds + 0.01; seconds += 0.002) {
        peak = Math.max(peak, weight(track.at(seconds), 'FF'));
      }
      assert.ok(peak >= 0.9, `${previous} v ${next}: ${peak}`);
    }),
  );
});

test('looking up forwards, backwards and alone gives the same', () => {
  fc.assert(
    fc.property(speeches, (speech) => {
      const times = Array.from({ length: 90 }, (_, index) => index / 30 - 0.2);
      const forwards = times.map((seconds) => trackOf(speech).at(seconds));
      const track = trackOf(speech);
      const backwards = times.toReversed().map((seconds) => track.at(seconds));
      assert.deepEqual(backwards.toReversed(), forwards);
    }),
    { numRuns: 30 },
  );
});

test('lips lead the sound by the constant', () => {
  const alignment = sequence(['sil', 300], ['ɑ', 200], ['m', 100], ['ɑ', 200], ['sil', 300]);
  const early = trackOf({ alignment });
  const onTime = createVisemeTrack(alignment, silentEnergy, { durationSeconds: early.durationSeconds, leadSeconds: 0 });
  for (let seconds = 0; seconds < 1; seconds += 0.01) {
    assert.deepEqual(early.at(seconds), onTime.at(seconds + LIP_LEAD_SECONDS));
  }
  assert.ok(LIP_LEAD_SECONDS >= 0 && LIP_LEAD_SECONDS <= 0.02);
});

test('a consonant takes the lips of the vowel that follows', () => {
  const roundedT = trackOf({ alignment: sequence(['t', 80], ['u', 150]) }).at(0.03);
  const spreadT = trackOf({ alignment: sequence(['t', 80], ['i', 150]) }).at(0.03);
  assert.ok(weight(roundedT, 'U') > 0.25 && weight(roundedT, 'I') === 0);
  assert.ok(weight(spreadT, 'I') > 0.25 && weight(spreadT, 'U') === 0);
});

test('rounding begins 80 to 150 ms before its vowel', () => {
  const track = trackOf({ alignment: sequence(['i', 250], ['s', 120], ['u', 200]) });
  assert.ok(weight(track.at(0.37 - 0.08), 'U') > 0.1);
  assert.ok(weight(track.at(0.37 - 0.2), 'U') < 0.05);
});

test('a short gap slackens the mouth without closing it, a long pause closes it, slowly', () => {
  const short = trackOf({ alignment: sequence(['ɑ', 200], ['sil', 110], ['ɑ', 200]) });
  const long = trackOf({ alignment: sequence(['ɑ', 200], ['sil', 700], ['ɑ', 200]) });
  assert.ok(weight(short.at(0.255), 'sil') < 0.7);
  assert.equal(weight(long.at(0.2 + 0.35), 'sil'), 1);
  assert.ok(weight(long.at(0.2 + 0.06), 'aa') > 0.5, 'still open 60 ms into the pause');
});

test('hurried and unstressed vowels open less; the energy moves the jaw', () => {
  const jawAtMiddle = (milliseconds: number, stressed: boolean): number => {
    const alignment = sequence(['sil', 200], ['ɑ', milliseconds], ['sil', 200]);
    const phonemes = alignment.phonemes.map((phoneme) => Object.assign({}, phoneme, { stressed }));
    return trackOf({ alignment: { words: [], phonemes } }).at(0.2 + milliseconds / 2000).jaw;
  };
  assert.ok(jawAtMiddle(45, false) < 0.8 * jawAtMiddle(160, false));
  assert.ok(jawAtMiddle(160, false) < jawAtMiddle(160, true));

  const energy = Array.from({ length: 100 }, (_, index) => (index < 50 ? 1 : 0.5));
  const track = trackOf({ alignment: sequence(['ɑ', 1000]), energy });
  assert.ok(track.at(0.25).jaw > track.at(0.75).jaw + 0.1);
});

test('with words alone the jaw follows the energy inside them', () => {
  const words = [
    { text: 'one', start: 0, end: 3, startSeconds: 0.2, endSeconds: 0.6 },
    { text: 'two', start: 4, end: 7, startSeconds: 1.2, endSeconds: 1.6 },
  ];
  const energy = Array.from({ length: 200 }, (_, index) => ((index > 20 && index < 60) || index > 110 ? 0.9 : 0));
  const track = trackOf({ alignment: { words, phonemes: [] }, energy });
  assert.ok(track.at(0.4).jaw > 0.5);
  assert.equal(weight(track.at(0.95), 'sil'), 1);
  assert.equal(weight(track.at(1.85), 'sil'), 1, 'energy after the last word does not move the mouth');
  for (let seconds = -0.2; seconds < 2.2; seconds += 0.01) {
    assert.ok(Math.abs(sum(track.at(seconds).weights) - 1) < 1e-6);
    assert.equal(weight(track.at(seconds), 'PP'), 0);
  }
});

test('an empty alignment and silence stay at rest', () => {
  const track = trackOf({ alignment: { words: [], phonemes: [] } });
  assert.equal(weight(track.at(0.5), 'sil'), 1);
  assert.equal(track.at(0.5).jaw, 0);
});

const silentEnergy = { stepSeconds: 0.01, values: new Float32Array(0) };

function trackOf({
  alignment,
  energy = [],
  tailSeconds = 0.3,
}: Partial<ArbitrarySpeech> & { alignment: Alignment }): VisemeTrack {
  const durationSeconds =
    (alignment.phonemes.at(-1)?.endSeconds ?? alignment.words.at(-1)?.endSeconds ?? 1) + tailSeconds;
  return createVisemeTrack(alignment, { stepSeconds: 0.01, values: Float32Array.from(energy) }, { durationSeconds });
}

function sequence(...sounds: readonly (readonly [phoneme: string, milliseconds: number])[]): Alignment {
  let seconds = 0;
  const phonemes = sounds.map(([phoneme, milliseconds]) => {
    const startSeconds = seconds;
    seconds += milliseconds / 1000;
    return { phoneme, startSeconds, endSeconds: seconds, stressed: false };
  });
  return { words: [], phonemes };
}

/** The times of the frames within one frame of a sound, for frames that are shifted by a share of a frame. */
function frameTimes(phoneme: AlignedPhoneme, frameRate: number, phase: number, durationSeconds: number): number[] {
  const times: number[] = [];
  const first = Math.ceil(phoneme.startSeconds * frameRate - 1 - phase);
  for (let frame = Math.max(0, first); ; frame += 1) {
    const seconds = (frame + phase) / frameRate;
    if (seconds > phoneme.endSeconds + 1 / frameRate || seconds > durationSeconds) return times;
    times.push(seconds);
  }
}

function isClosed(state: MouthState): boolean {
  return weight(state, 'PP') === 1 && state.jaw === 0;
}

function weight(state: MouthState, viseme: Viseme): number {
  return state.weights[VISEMES.indexOf(viseme)] ?? 0;
}

function sum(values: Iterable<number>): number {
  let total = 0;
  for (const value of values) total += value;
  return total;
}
