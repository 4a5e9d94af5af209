import { AppError } from '../core/errors.ts';
import { wordSpans } from '../media/words.ts';
import type { Utterance } from './speech-provider.ts';

/**
 * Refuses what no voice can speak before anything is paid for. Throws AppError: `invalid_input` for a text without words,
 * `unsupported` for a language that is not a BCP 47 tag.
 */
export function assertSpeakable({ text, language }: Utterance): void {
  if (hasWords(text, language)) return;
  throw new AppError({
    code: 'text_empty',
    kind: 'invalid_input',
    message: `A text to speak must have at least one word; these ${text.length} characters have none.`,
  });
}

function hasWords(text: string, language: string): boolean {
  try {
    return wordSpans(text, language).length > 0;
  } catch (thrown) {
    if (!(thrown instanceof RangeError)) throw thrown;
    throw new AppError({
      code: 'language_unsupported',
      kind: 'unsupported',
      message: `A language must be a BCP 47 tag such as en or pt-BR, and is ${language.slice(0, 40)}.`,
      cause: thrown,
    });
  }
}
