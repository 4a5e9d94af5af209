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
