import type { Alignment } from '../../../../media/alignment.ts';
import { createRelativeEnergy } from '../../../lip-sync/jaw-energy.ts';
import { phonemeStages } from '../../../lip-sync/phoneme-to-viseme.ts';
import type { EnergyEnvelope } from '../../../../media/energy.ts';
import type { CaptionWord } from '../../brief.ts';

export type Span = { readonly startSeconds: number; readonly endSeconds: number };
export type Sentence = Span & { readonly isQuestion: boolean };
/** A stressed syllable worth a gesture; `strength` 0..1 compares it with the others of the speech. */
export type Emphasis = { readonly atSeconds: number; readonly strength: number };

/** What a body follows in a speech: when there is talk and silence, where sentences end, and what is stressed. */
export type SpeechRhythm = {
  /** Runs of sound without a pause; empty when nothing is spoken. */
  readonly phrases: readonly Span[];
  readonly sentences: readonly Sentence[];
  /** The strongest words, far enough apart for a nod each. In order. */
  readonly strongEmphases: readonly Emphasis[];
  /** Further stressed words, for the small beats between. In order, none close to a strong one. */
  readonly lightEmphases: readonly Emphasis[];
};

export type Speech = {
  readonly alignment: Alignment;
  readonly energy: EnergyEnvelope;
  readonly captionWords?: readonly CaptionWord[];
};

/** Silence of this length separates phrases: shorter ones are closures of stops and the like. */
const PHRASE_PAUSE_SECONDS = 0.15;
/** Without captions a pause of this length ends a sentence. */
const SENTENCE_PAUSE_SECONDS = 0.4;
/** One nod in this time of speech; more looks like a metronome. */
const SECONDS_PER_STRONG = 2.4;
const STRONG_SPACING_SECONDS = 1.2;
const LIGHT_SPACING_SECONDS = 0.45;
/** Vowels fainter than this, relative to the loud ones, carry no stress; the scale is even in decibels. */
const FAINT = 0.6;
const LIGHT_THRESHOLD = 0.5;
const STRONG_THRESHOLD = 0.45;

export function createSpeechRhythm(speech: Speech): SpeechRhythm {
  const phrases = phrasesOf(speech.alignment, speech.captionWords ?? []);
  const sentences = sentencesOf(phrases, speech.captionWords ?? []);
  const candidates = emphasisCandidates(speech, sentences);
  const spokenSeconds = phrases.reduce((sum, phrase) => sum + phrase.endSeconds - phrase.startSeconds, 0);
  const strong = spacedApart(candidates, STRONG_SPACING_SECONDS, STRONG_THRESHOLD, []).slice(
    0,
    Math.ceil(spokenSeconds / SECONDS_PER_STRONG),
  );
  const light = spacedApart(candidates, LIGHT_SPACING_SECONDS, LIGHT_THRESHOLD, strong);
  return { phrases, sentences, strongEmphases: inOrder(compared(strong)), lightEmphases: inOrder(compared(light)) };
}

function phrasesOf(alignment: Alignment, captionWords: readonly CaptionWord[]): Span[] {
  const sounds: readonly Span[] =
    alignment.phonemes.length > 0
      ? alignment.phonemes.filter(({ phoneme }) => phonemeStages(phoneme).some(({ shape }) => shape.kind !== 'pause'))
      : alignment.words.length > 0
        ? alignment.words
        : captionWords;
  return merged(sounds, PHRASE_PAUSE_SECONDS);
}

function sentencesOf(phrases: readonly Span[], captionWords: readonly CaptionWord[]): Sentence[] {
  if (captionWords.length === 0) {
    return merged(phrases, SENTENCE_PAUSE_SECONDS).map(({ startSeconds, endSeconds }) => ({
      startSeconds,
      endSeconds,
      isQuestion: false,
    }));
  }
  const sentences: Sentence[] = [];
  let startSeconds: number | undefined;
  captionWords.forEach((word, index) => {
    startSeconds ??= word.startSeconds;
    if (!word.endsSentence && index < captionWords.length - 1) return;
    sentences.push({
      startSeconds,
      endSeconds: word.endSeconds,
      isQuestion: /[?？؟\u037e]["'”’»)\]]*$/u.test(word.text),
    });
    startSeconds = undefined;
  });
  return sentences;
}

function merged(spans: readonly Span[], gapSeconds: number): Span[] {
  const runs: Span[] = [];
  for (const { startSeconds, endSeconds } of spans) {
    const last = runs.at(-1);
    if (last !== undefined && startSeconds - last.endSeconds < gapSeconds) {
      runs.splice(-1, 1, { startSeconds: last.startSeconds, endSeconds: Math.max(last.endSeconds, endSeconds) });
    } else runs.push({ startSeconds, endSeconds });
  }
  return runs;
}

/** Every word with the moment of its main syllable and how much it stands out, 0 to about 1.1. */
function emphasisCandidates(
  { alignment, energy, captionWords = [] }: Speech,
  sentences: readonly Sentence[],
): Emphasis[] {
  const relativeEnergy = createRelativeEnergy(energy);
  const words = alignment.words.length > 0 ? alignment.words : captionWords;
  const lastWordEnds = new Set(sentences.map((sentence) => sentence.endSeconds));
  let firstPhoneme = 0;
  return words.map((word) => {
    while ((alignment.phonemes[firstPhoneme]?.endSeconds ?? Infinity) <= word.startSeconds) firstPhoneme += 1;
    let nucleus: Span = { startSeconds: word.startSeconds, endSeconds: word.endSeconds };
    let isStressed = false;
    for (let index = firstPhoneme; ; index += 1) {
      const phoneme = alignment.phonemes[index];
      if (phoneme === undefined || phoneme.startSeconds >= word.endSeconds) break;
      if (!phoneme.stressed) continue;
      nucleus = phoneme;
      isStressed = true;
      break;
    }
    const atSeconds = isStressed
      ? (nucleus.startSeconds + nucleus.endSeconds) / 2
      : word.startSeconds + 0.35 * (word.endSeconds - word.startSeconds);
    const loudness = relativeEnergy.audible ? (relativeEnergy.at(atSeconds) - FAINT) / (1 - FAINT) : 0.6;
    const length = Math.min(1, (word.endSeconds - word.startSeconds) / 0.5);
    // In Latin script the shortest words are nearly all articles, prepositions and pronouns, in every language we speak.
    const isShort = /^\p{Script=Latin}{1,3}[^\p{L}]*$/u.test(word.text);
    const strength =
      0.45 * Math.min(1, Math.max(0, loudness)) +
      0.3 * length +
      (isStressed ? 0.25 : 0) +
      (lastWordEnds.has(word.endSeconds) ? 0.1 : 0) -
      (isShort ? 0.3 : 0);
    return { atSeconds, strength };
  });
}

/** The strongest first, each at least `spacingSeconds` from those taken before and from `taken`. */
function spacedApart(
  candidates: readonly Emphasis[],
  spacingSeconds: number,
  threshold: number,
  taken: readonly Emphasis[],
): Emphasis[] {
  const chosen: Emphasis[] = [];
  for (const candidate of candidates.toSorted((a, b) => b.strength - a.strength)) {
    if (candidate.strength < threshold) break;
    const isNear = (other: Emphasis): boolean => Math.abs(other.atSeconds - candidate.atSeconds) < spacingSeconds;
    if (!chosen.some(isNear) && !taken.some(isNear)) chosen.push(candidate);
  }
  return chosen;
}

/** Strengths stretched to 0..1 among those chosen. */
function compared(emphases: readonly Emphasis[]): Emphasis[] {
  const strengths = emphases.map((emphasis) => emphasis.strength);
  const least = Math.min(...strengths);
  const range = Math.max(...strengths) - least;
  return emphases.map(({ atSeconds, strength }) => ({
    atSeconds,
    strength: range > 0 ? (strength - least) / range : 0.5,
  }));
}

function inOrder(emphases: readonly Emphasis[]): Emphasis[] {
  return emphases.toSorted((a, b) => a.atSeconds - b.atSeconds);
}
