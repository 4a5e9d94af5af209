import { mouthShape } from '../src/engine/scene/presenter/mouth-shape.ts';
import { createPerformance } from '../src/engine/scene/presenter/performance.ts';
import type { AlignedPhoneme, Alignment } from '../src/media/alignment.ts';
import { computeEnergy, type EnergyEnvelope } from '../src/media/energy.ts';
import { durationSeconds, type Pcm } from '../src/media/pcm.ts';
import { createOfflineProvider } from '../src/tts/providers/offline.ts';
import type { BenchResult, BenchRow } from './bench-result.ts';
import { spreadLetters, spreadLettersInWords } from './lip-sync/letter-spread.ts';
import * as measure from './lip-sync/measures.ts';
import { SENTENCES } from './lip-sync/sentences.ts';

const FRAME_RATE = 30;
const MOST_LAG_MILLISECONDS = 33;
const LEAST_CLOSED_SHARE = 0.98;
const LEAST_CORRELATION = 0.6;

type SpokenSentence = {
  readonly text: string;
  readonly pcm: Pcm;
  readonly energy: EnergyEnvelope;
  readonly alignment: Alignment;
};

type Figures = {
  readonly closures: number;
  readonly closedShare: number;
  readonly closureLagMedian: number;
  readonly closureLagP95: number;
  readonly troughs: number;
  readonly troughLagMedian: number;
  readonly troughLagP95: number;
  readonly shiftMedian: number;
  readonly shiftP95: number;
  readonly falseClosedShare: number;
  readonly energyCorrelation: number;
};

/**
 * Lips against sound, read from the drawn mouth, at 30 frames a second, with the offline English voice, whose phoneme times
 * come from the synthesis itself. Frame i is compared with the sound at i / 30 s; the lips' intended lead is not taken off.
 *
 * - closures seen: p, b and m with a closed mouth (aperture <= 5 % of the mouth's width) within one frame of their interval
 * - closure lag: middle of the drawn closure minus middle of the sound's interval, per p, b and m
 * - trough lag: the same against the middle of the silence heard in the samples, where p and b have one (no phoneme times used)
 * - shift: where the drawn aperture and the level of the samples agree best, per sentence
 *
 * The controls are drawn from the same sound without phonemes: letters spread over the sentence, or over known words.
 */
export async function run({ quick }: { readonly quick: boolean }): Promise<BenchResult> {
  const spoken = await speak(quick ? SENTENCES.slice(0, 5) : SENTENCES);
  const native = figuresOf(spoken, ({ alignment }) => alignment.phonemes);
  const inSentence = figuresOf(spoken, ({ text, alignment }) => {
    return spreadLetters(text, alignment.words[0]?.startSeconds ?? 0, alignment.words.at(-1)?.endSeconds ?? 0);
  });
  const inWords = figuresOf(spoken, ({ alignment }) => spreadLettersInWords(alignment));
  const controlPasses = meetsTargets(inSentence);
  return {
    name: 'lip-sync',
    rows: [
      row('phoneme times', native),
      row('control: letters over the sentence', inSentence),
      row('control: letters over known words', inWords),
    ],
    figures: {
      sentences: spoken.length,
      closures: native.closures,
      closedPercent: rounded(100 * native.closedShare),
      lagP95Milliseconds: rounded(lagOf(native)),
      closureLagMedianMilliseconds: rounded(native.closureLagMedian),
      troughLagMedianMilliseconds: rounded(native.troughLagMedian),
      falseClosedPercent: rounded(100 * native.falseClosedShare),
      energyCorrelation: rounded(native.energyCorrelation, 2),
      controlClosedPercent: rounded(100 * inSentence.closedShare),
      controlLagP95Milliseconds: rounded(lagOf(inSentence)),
      controlFails: !controlPasses,
    },
    targets: {
      closedPercent: `>= ${100 * LEAST_CLOSED_SHARE}`,
      lagP95Milliseconds: `<= ${MOST_LAG_MILLISECONDS} (the largest of closure, trough and shift)`,
      energyCorrelation: `>= ${LEAST_CORRELATION}`,
      controlFails: 'true',
    },
    pass: meetsTargets(native) && !controlPasses,
  };
}

async function speak(sentences: readonly string[]): Promise<SpokenSentence[]> {
  const provider = createOfflineProvider();
  try {
    const spoken: SpokenSentence[] = [];
    for (const text of sentences) {
      const speech = await provider.synthesize(
        { text, language: 'en', voice: { profile: 'default', style: 'neutral', seed: 1 } },
        { signal: AbortSignal.timeout(60_000) },
      );
      if (speech.alignment === undefined) throw new Error('The offline voice must give phoneme times, and gave none.');
      spoken.push({ text, pcm: speech.pcm, energy: computeEnergy(speech.pcm), alignment: speech.alignment });
    }
    return spoken;
  } finally {
    await provider.close();
  }
}

/** The mouth drawn from the given phonemes is measured against the sound's true ones. */
function figuresOf(
  sentences: readonly SpokenSentence[],
  phonemesOf: (sentence: SpokenSentence) => readonly AlignedPhoneme[],
): Figures {
  const closureLags: number[] = [];
  const troughLags: number[] = [];
  const shifts: number[] = [];
  const apertures: number[] = [];
  const energies: number[] = [];
  let closures = 0;
  let closed = 0;
  let vowelFrames = 0;
  let falselyClosed = 0;
  for (const sentence of sentences) {
    const { pcm, energy, alignment } = sentence;
    const mouth = drawnMouth(sentence, phonemesOf(sentence));
    const energyAt = (seconds: number): number => energy.values[Math.floor(seconds / energy.stepSeconds)] ?? 0;
    shifts.push(1000 * measure.bestShiftSeconds(mouth, energyAt, durationSeconds(pcm)));
    const lips = alignment.phonemes.filter(measure.isLipClosure);
    for (const phoneme of lips) {
      closures += 1;
      if (measure.isSeenClosed(mouth, phoneme)) closed += 1;
      const middle = (phoneme.startSeconds + phoneme.endSeconds) / 2;
      closureLags.push(lagMilliseconds(mouth, middle));
      const trough = phoneme.phoneme === 'm' ? undefined : measure.audibleClosure(pcm, phoneme);
      if (trough !== undefined) troughLags.push(lagMilliseconds(mouth, trough));
    }
    mouth.apertures.forEach((aperture, frame) => {
      const seconds = frame / FRAME_RATE;
      apertures.push(aperture);
      energies.push(energyAt(seconds));
      const phoneme = alignment.phonemes.find((sound) => sound.startSeconds <= seconds && seconds < sound.endSeconds);
      if (phoneme === undefined || !measure.isVowel(phoneme)) return;
      vowelFrames += 1;
      if (aperture <= measure.CLOSED_APERTURE) falselyClosed += 1;
    });
  }
  return {
    closures,
    closedShare: closed / closures,
    closureLagMedian: measure.percentile(closureLags, 0.5),
    closureLagP95: measure.percentile(closureLags.map(Math.abs), 0.95),
    troughs: troughLags.length,
    troughLagMedian: measure.percentile(troughLags, 0.5),
    troughLagP95: measure.percentile(troughLags.map(Math.abs), 0.95),
    shiftMedian: measure.percentile(shifts, 0.5),
    shiftP95: measure.percentile(shifts.map(Math.abs), 0.95),
    falseClosedShare: falselyClosed / vowelFrames,
    energyCorrelation: measure.correlation(apertures, energies),
  };
}

/** Middle of the drawn closure nearest to a moment, minus that moment. A closure that is not drawn is as late as it can be. */
function lagMilliseconds(mouth: measure.DrawnMouth, seconds: number): number {
  const span = measure.closedSpan(mouth, seconds);
  return span === undefined ? 150 : 1000 * ((span.startSeconds + span.endSeconds) / 2 - seconds);
}

function drawnMouth(sentence: SpokenSentence, phonemes: readonly AlignedPhoneme[]): measure.DrawnMouth {
  const seconds = durationSeconds(sentence.pcm);
  const performance = createPerformance({
    alignment: { words: sentence.alignment.words, phonemes },
    energy: sentence.energy,
    durationSeconds: seconds,
    seed: 1,
  });
  const frameCount = Math.round(seconds * FRAME_RATE);
  const apertures = Array.from({ length: frameCount }, (_, frame) => {
    const pose = performance.poseAt(frame / FRAME_RATE);
    return mouthShape(pose.mouth, pose.smile).aperture;
  });
  return { frameRate: FRAME_RATE, apertures };
}

function lagOf(figures: Figures): number {
  return Math.max(figures.closureLagP95, figures.troughLagP95, figures.shiftP95);
}

function meetsTargets(figures: Figures): boolean {
  return (
    figures.closedShare >= LEAST_CLOSED_SHARE &&
    lagOf(figures) <= MOST_LAG_MILLISECONDS &&
    figures.energyCorrelation >= LEAST_CORRELATION
  );
}

function row(mouth: string, figures: Figures): BenchRow {
  return {
    mouth,
    'p b m': figures.closures,
    'seen closed %': rounded(100 * figures.closedShare),
    'closure lag ms (median / p95)': `${rounded(figures.closureLagMedian)} / ${rounded(figures.closureLagP95)}`,
    'trough lag ms': `${rounded(figures.troughLagMedian)} / ${rounded(figures.troughLagP95)} of ${figures.troughs}`,
    'shift ms': `${rounded(figures.shiftMedian)} / ${rounded(figures.shiftP95)}`,
    'closed on vowels %': rounded(100 * figures.falseClosedShare),
    'r with energy': rounded(figures.energyCorrelation, 2),
  };
}

function rounded(value: number, digits = 1): number {
  return Number(value.toFixed(digits));
}
