import type { AlignedWord } from '../../../media/alignment.ts';
import type { WordSpan } from '../../../media/words.ts';

/**
 * When each word is heard: from its first sound to its last. `owners` names the word of every sound, -1 for none. A word
 * without any sound of its own, such as one in letters the voice cannot read, lasts no time, where the word before it ends.
 */
export function wordTimes(
  words: readonly WordSpan[],
  owners: readonly number[],
  sounds: readonly { readonly startSeconds: number; readonly endSeconds: number }[],
): AlignedWord[] {
  let reachedSeconds = 0;
  return words.map((word, wordIndex) => {
    const startSeconds = sounds[owners.indexOf(wordIndex)]?.startSeconds ?? reachedSeconds;
    const endSeconds = sounds[owners.lastIndexOf(wordIndex)]?.endSeconds ?? startSeconds;
    reachedSeconds = endSeconds;
    return { text: word.text, start: word.start, end: word.end, startSeconds, endSeconds };
  });
}
