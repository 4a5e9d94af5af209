import type { AlignedWord, Alignment } from './alignment.ts';
import { durationSeconds, type Pcm } from './pcm.ts';
import { findSpeech } from './silence.ts';
import { wordSpans } from './words.ts';

/** In letters: what is heard between two words, and at a comma or a full stop. */
const WORD_EDGE = 0.7;
const COMMA_REST = 2.5;
const SENTENCE_REST = 5;

/**
 * A guess at when each word is heard, for a voice that does not say: the words share the audible time by their letters, with
 * rests at punctuation. Good enough for captions and a moving mouth; `phonemes` is empty, because nothing is known of sounds.
 */
export function estimateAlignment(text: string, language: string, pcm: Pcm): Alignment {
  const spans = wordSpans(text, language);
  const heard = findSpeech(pcm) ?? { startSeconds: 0, endSeconds: durationSeconds(pcm) };
  const parts = spans.map((span, index) => ({
    span,
    letters: Array.from(span.text).length + WORD_EDGE,
    rest: index + 1 === spans.length ? 0 : restOf(text.slice(span.end, spans[index + 1]?.start)),
  }));
  const total = parts.reduce((sum, { letters, rest }) => sum + letters + rest, 0);
  const secondsPerLetter = (heard.endSeconds - heard.startSeconds) / Math.max(1, total);
  let passed = 0;
  const words = parts.map(({ span, letters, rest }): AlignedWord => {
    const startSeconds = heard.startSeconds + passed * secondsPerLetter;
    const endSeconds = startSeconds + letters * secondsPerLetter;
    passed += letters + rest;
    return { ...span, startSeconds, endSeconds };
  });
  return { words, phonemes: [] };
}

function restOf(between: string): number {
  if (/[.!?…。！？।؟]/u.test(between)) return SENTENCE_REST;
  return /[,;:–—،、；：]/u.test(between) ? COMMA_REST : 0;
}
