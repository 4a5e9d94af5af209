import type { SceneBrief } from '../src/engine/scene/brief.ts';
import { createScene } from '../src/engine/scene/create-scene.ts';
import { skiaCanvasHost } from '../src/engine/render/skia-canvas-host.ts';
import type { AlignedPhoneme, Alignment } from '../src/media/alignment.ts';
import { computeEnergy, type EnergyEnvelope } from '../src/media/energy.ts';
import { durationSeconds, type Pcm } from '../src/media/pcm.ts';
import { createOfflineProvider } from '../src/tts/providers/offline.ts';
import type { VoiceChoice } from '../src/tts/speech-provider.ts';
import type { BenchResult, BenchRow } from './bench-result.ts';
import { spreadLetters, spreadLettersInWords } from './lip-sync/letter-spread.ts';
import * as measure from './lip-sync/measures.ts';
import { SENTENCES } from './lip-sync/sentences.ts';

/** A woman's, a man's and a Scottish man's voice. */
const PROFILES = ['default', 'professional', 'casual'] as const;
const FRAME_RATE = 30;
const MOST_LAG_MILLISECONDS = 33;
const LEAST_CLOSED_PERCENT = 98;
/** What a closure that is never drawn counts as: the reach of the search for it. */
const UNSEEN_MILLISECONDS = 150;

type SpokenSentence = {
  readonly text: string;
  readonly pcm: Pcm;
  readonly energy: EnergyEnvelope;
  readonly alignment: Alignment;
};

/** Offsets in milliseconds of the drawn lips against the sound; negative is early. */
type Offsets = {
  readonly closing: number[];
  readonly opening: number[];
  readonly middle: number[];
  readonly release: number[];
};

type Figures = {
  readonly closures: number;
  readonly closedPercent: number;
  readonly offsets: Offsets;
  readonly falseClosedPercent: number;
  readonly opennessCorrelation: number;
  readonly energyCorrelation: number;
};

/**
 * Lips against sound, read from the drawn mouth (`Scene.mouthAperture`) at 30 frames a second. The offline English voice
 * speaks, whose phoneme times come from the synthesis itself. Frame i is compared with the sound at i / 30 s, and the lead
 * that the lips are given on purpose is not taken off. Closed is an aperture of at most 5 % of the mouth's width.
 *
 * - seen closed: p, b and m with a closed frame within one frame of their interval
 * - lag: middle of the drawn closure minus middle of the sounds that close the lips, for closures between other sounds
 *   (in a pause the lips are closed anyway); its two edges are given too
 * - release: the lips part minus the sound comes back, for p and b before vowels, from the samples without phoneme times
 * - closed on vowels: frames inside a vowel that are drawn closed
 * - r with openness: aperture against how open the sound heard makes a mouth, frame by frame; r with the level likewise
 *
 * The controls are the same sound without phonemes: letters spread evenly over the sentence, or over words of known time.
 */
export async function run({ quick }: { readonly quick: boolean }): Promise<BenchResult> {
  const spoken = quick ? await speak(SENTENCES.slice(0, 5), ['default']) : await speak(SENTENCES, PROFILES);
  const native = figuresOf(spoken, ({ alignment }) => alignment.phonemes);
  const inSentence = figuresOf(spoken, ({ text, alignment }) =>
    spreadLetters(text, alignment.words[0]?.startSeconds ?? 0, alignment.words.at(-1)?.endSeconds ?? 0),
  );
  const inWords = figuresOf(spoken, ({ alignment }) => spreadLettersInWords(alignment));
  const controlFails = !meetsTargets(inSentence) && !meetsTargets(inWords);
  return {
    name: 'lip-sync',
    rows: [
      row('phoneme times', native),
      row('control: letters over sentence', inSentence),
      row('control: letters over words', inWords),
    ],
    figures: {
      utterances: spoken.length,
      closures: native.closures,
      closedPercent: rounded(native.closedPercent),
      lagMedianMilliseconds: rounded(measure.percentile(native.offsets.middle, 0.5)),
      lagP95Milliseconds: rounded(absoluteP95(native.offsets.middle)),
      releaseMedianMilliseconds: rounded(measure.percentile(native.offsets.release, 0.5)),
      releaseP95Milliseconds: rounded(absoluteP95(native.offsets.release)),
      falseClosedPercent: rounded(native.falseClosedPercent),
      opennessCorrelation: rounded(native.opennessCorrelation, 2),
      energyCorrelation: rounded(native.energyCorrelation, 2),
      controlClosedPercent: rounded(inSentence.closedPercent),
      controlLagP95Milliseconds: rounded(absoluteP95(inSentence.offsets.middle)),
      controlFails,
    },
    targets: {
      closedPercent: `>= ${LEAST_CLOSED_PERCENT}`,
      lagP95Milliseconds: `<= ${MOST_LAG_MILLISECONDS}`,
      releaseP95Milliseconds: `<= ${MOST_LAG_MILLISECONDS}`,
      controlFails: 'true',
    },
    pass: meetsTargets(native) && controlFails,
  };
}

async function speak(
  sentences: readonly string[],
  profiles: readonly VoiceChoice['profile'][],
): Promise<SpokenSentence[]> {
  const provider = createOfflineProvider();
  try {
    const spoken: SpokenSentence[] = [];
    for (const profile of profiles) {
      for (const text of sentences) {
        const speech = await provider.synthesize(
          { text, language: 'en', voice: { profile, style: 'neutral', seed: 1 } },
          { signal: AbortSignal.timeout(60_000) },
        );
        if (speech.alignment === undefined)
          throw new Error('The offline voice must give phoneme times, and gave none.');
        spoken.push({ text, pcm: speech.pcm, energy: computeEnergy(speech.pcm), alignment: speech.alignment });
      }
    }
    return spoken;
  } finally {
    await provider.close();
  }
}

/** The mouth is drawn from the given phonemes and measured against the true ones of the sound. */
function figuresOf(
  sentences: readonly SpokenSentence[],
  phonemesOf: (sentence: SpokenSentence) => readonly AlignedPhoneme[],
): Figures {
  const offsets: Offsets = { closing: [], opening: [], middle: [], release: [] };
  const apertures: number[] = [];
  const energies: number[] = [];
  const opennesses: number[] = [];
  let closures = 0;
  let closed = 0;
  let vowelFrames = 0;
  let falselyClosed = 0;
  for (const sentence of sentences) {
    const { energy, alignment } = sentence;
    const mouth = drawnMouth(sentence, phonemesOf(sentence));
    const lips = alignment.phonemes.filter(measure.isLipClosure);
    closures += lips.length;
    closed += lips.filter((phoneme) => measure.isSeenClosed(mouth, phoneme)).length;
    addOffsets(offsets, mouth, sentence);
    mouth.apertures.forEach((aperture, frame) => {
      const seconds = frame / FRAME_RATE;
      const phoneme = alignment.phonemes.find((sound) => sound.startSeconds <= seconds && seconds < sound.endSeconds);
      if (phoneme === undefined) return;
      apertures.push(aperture);
      energies.push(energy.values[Math.floor(seconds / energy.stepSeconds)] ?? 0);
      opennesses.push(measure.openness(phoneme.phoneme));
      if (!measure.isVowel(phoneme)) return;
      vowelFrames += 1;
      if (aperture <= measure.CLOSED_APERTURE) falselyClosed += 1;
    });
  }
  return {
    closures,
    closedPercent: (100 * closed) / closures,
    offsets,
    falseClosedPercent: (100 * falselyClosed) / vowelFrames,
    opennessCorrelation: measure.correlation(apertures, opennesses),
    energyCorrelation: measure.correlation(apertures, energies),
  };
}

/** Sounds that close the lips one after another ("p" and "m" in "stop me") are one closure. */
function addOffsets(offsets: Offsets, mouth: measure.DrawnMouth, { pcm, alignment }: SpokenSentence): void {
  const { phonemes } = alignment;
  const isOpenSound = (phoneme: AlignedPhoneme | undefined): boolean =>
    phoneme !== undefined && phoneme.phoneme !== 'sil' && !measure.isLipClosure(phoneme);
  phonemes.forEach((first, index) => {
    if (!measure.isLipClosure(first) || !isOpenSound(phonemes[index - 1])) return;
    let lastIndex = index;
    while (phonemes[lastIndex + 1] !== undefined && measure.isLipClosure(phonemes[lastIndex + 1]!)) lastIndex += 1;
    const last = phonemes[lastIndex]!;
    const next = phonemes[lastIndex + 1];
    if (!isOpenSound(next)) return;
    const span = measure.closedSpan(mouth, (first.startSeconds + last.endSeconds) / 2);
    const closing = span === undefined ? UNSEEN_MILLISECONDS : 1000 * (span.startSeconds - first.startSeconds);
    const opening = span === undefined ? UNSEEN_MILLISECONDS : 1000 * (span.endSeconds - last.endSeconds);
    offsets.closing.push(closing);
    offsets.opening.push(opening);
    offsets.middle.push((closing + opening) / 2);
    if (last.phoneme === 'm' || next === undefined || !measure.isVowel(next)) return;
    const release = measure.audibleRelease(pcm, last);
    if (release === undefined) return;
    offsets.release.push(span === undefined ? UNSEEN_MILLISECONDS : 1000 * (span.endSeconds - release));
  });
}

function drawnMouth(sentence: SpokenSentence, phonemes: readonly AlignedPhoneme[]): measure.DrawnMouth {
  const brief: SceneBrief = {
    template: 'presenter1',
    presenter: 'amara',
    aspectRatio: '16:9',
    width: 640,
    height: 360,
    frameRate: FRAME_RATE,
    durationSeconds: durationSeconds(sentence.pcm),
    language: 'en',
    title: '',
    lowerThird: { name: '', role: '' },
    captions: { burned: false, style: 'highlight' },
    captionWords: [],
    captionGroups: [],
    alignment: { words: sentence.alignment.words, phonemes },
    energy: sentence.energy,
    seed: 1,
  };
  const scene = createScene(brief, skiaCanvasHost);
  const apertures = Array.from({ length: scene.frameCount }, (_, frame) => scene.mouthAperture(frame));
  return { frameRate: scene.frameRate, apertures };
}

function meetsTargets({ closedPercent, offsets }: Figures): boolean {
  return (
    closedPercent >= LEAST_CLOSED_PERCENT &&
    absoluteP95(offsets.middle) <= MOST_LAG_MILLISECONDS &&
    absoluteP95(offsets.release) <= MOST_LAG_MILLISECONDS
  );
}

function row(mouth: string, figures: Figures): BenchRow {
  const { middle, closing, opening, release } = figures.offsets;
  const offset = (values: readonly number[]): string =>
    `${measure.percentile(values, 0.5).toFixed(0)} / ${absoluteP95(values).toFixed(0)}`;
  return {
    'drawn from': mouth,
    'p b m': figures.closures,
    'seen closed %': rounded(figures.closedPercent),
    'lag ms (median / p95)': `${offset(middle)} of ${middle.length}`,
    'closing edge': offset(closing),
    'opening edge': offset(opening),
    release: `${offset(release)} of ${release.length}`,
    'closed on vowels %': rounded(figures.falseClosedPercent),
    'r openness': rounded(figures.opennessCorrelation, 2),
    'r level': rounded(figures.energyCorrelation, 2),
  };
}

function absoluteP95(values: readonly number[]): number {
  return measure.percentile(values.map(Math.abs), 0.95);
}

function rounded(value: number, digits = 1): number {
  return Number(value.toFixed(digits));
}
