/** A word of the spoken text and when it is heard. `start` and `end` are UTF-16 offsets into the text that was synthesised. */
export type AlignedWord = {
  readonly text: string;
  readonly start: number;
  readonly end: number;
  readonly startSeconds: number;
  readonly endSeconds: number;
};

/** One sound. `phoneme` is an IPA symbol without stress or length marks, or `sil` for silence. */
export type AlignedPhoneme = {
  readonly phoneme: string;
  readonly startSeconds: number;
  readonly endSeconds: number;
  /** True for the vowel of a syllable with primary stress. */
  readonly stressed: boolean;
};

/**
 * When the words and sounds of a piece of speech are heard. Both lists are in order, do not overlap, and lie inside the
 * speech's duration. `phonemes` is empty for a provider that knows only words.
 */
export type Alignment = {
  readonly words: readonly AlignedWord[];
  readonly phonemes: readonly AlignedPhoneme[];
};

/** The alignment of the same speech inside a longer one: `seconds` later, its text beginning at offset `textOffset`. */
export function shiftAlignment(alignment: Alignment, seconds: number, textOffset: number): Alignment {
  return {
    words: alignment.words.map((word) => ({
      text: word.text,
      start: word.start + textOffset,
      end: word.end + textOffset,
      startSeconds: word.startSeconds + seconds,
      endSeconds: word.endSeconds + seconds,
    })),
    phonemes: alignment.phonemes.map((phoneme) => ({
      ...phoneme,
      startSeconds: phoneme.startSeconds + seconds,
      endSeconds: phoneme.endSeconds + seconds,
    })),
  };
}

/**
 * The alignment of the part of the speech from `startSeconds` to `endSeconds`, in that part's own time. Words keep their
 * place in the text even when nothing of them is left; sounds of which nothing is left are gone.
 */
export function clipAlignment(alignment: Alignment, startSeconds: number, endSeconds: number): Alignment {
  const clip = <Timed extends { readonly startSeconds: number; readonly endSeconds: number }>(timed: Timed): Timed => ({
    ...timed,
    startSeconds: Math.max(startSeconds, Math.min(endSeconds, timed.startSeconds)) - startSeconds,
    endSeconds: Math.max(startSeconds, Math.min(endSeconds, timed.endSeconds)) - startSeconds,
  });
  return {
    words: alignment.words.map(clip),
    phonemes: alignment.phonemes.map(clip).filter((phoneme) => phoneme.endSeconds > phoneme.startSeconds),
  };
}
