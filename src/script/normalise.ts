import { composeSpeech, type NormalisedText } from './normalise/compose.ts';
import { foldCharacters } from './normalise/fold.ts';
import { spokenLanguage } from './normalise/spoken-languages.ts';
import { findMarkup } from './normalise/markdown.ts';
import { readWithRules, type SpeechRule } from './normalise/speech-rule.ts';
import { genericRules } from './normalise/rules.ts';
import { plainAddressRules } from './normalise/web-addresses.ts';
import { englishRules } from './normalise/english/rules.ts';

export type { NormalisedText } from './normalise/compose.ts';

/**
 * Writes a text the way it is said: words and punctuation, no digits, currency signs, addresses or symbols. `language`
 * is a BCP 47 tag; its region decides how dates and numbers are read ("12/05/2024" in `en-US` and `en-GB`). Languages
 * without rules keep their digits for the voice to read. Never throws, whatever the text. The spans say which part of
 * `text` every spoken word stands for, so that captions can show what the user wrote.
 */
export function normaliseForSpeech(text: string, language: string): NormalisedText {
  const folded = foldCharacters(text);
  const spoken = spokenLanguage(language, folded.text);
  const rules =
    spoken === undefined ? plainAddressRules() : spoken.code === 'en' ? englishRules(spoken) : genericRules(spoken);
  const readings = readWithRules(folded.text, [silentMarkup(folded.text), ...rules]);
  return composeSpeech(folded, readings, {
    writtenWithoutSpaces: spoken?.writtenWithoutSpaces ?? /^(?:zh|yue|ja|th|lo|km|my)(?:-|$)/i.test(language),
    attachesEndings: spoken?.attachesEndings ?? false,
    sentenceStop: spoken?.sentenceStop ?? '.',
    digitsAreRead: spoken !== undefined,
  });
}

function silentMarkup(text: string): SpeechRule {
  const ends = new Map(findMarkup(text).map((range) => [range.start, range.end]));
  return {
    name: 'markup',
    pattern: /./gsu,
    speak: (match) => {
      const end = ends.get(match.index);
      return end === undefined ? undefined : [{ spoken: '', end: end - match.index }];
    },
  };
}
