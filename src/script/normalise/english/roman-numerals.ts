import type { SpeechRule } from '../speech-rule.ts';
import { sayEnglishOrdinal } from '../languages/english.ts';
import type { SpokenLanguage } from '../spoken-language.ts';

const RULERS =
  'Henry|Louis|Elizabeth|Charles|George|Edward|James|William|Richard|Mary|John|Paul|Benedict|Pius|Leo|Francis|Gregory|Clement|Innocent|Urban|Napoleon|Nicholas|Catherine|Philip|Felipe|Juan Carlos|Ivan|Peter|Alexander|Frederick|Friedrich|Wilhelm|Otto|Ramses|Ramesses|Ptolemy|Darius|Xerxes|Cleopatra|Justinian|Theodosius|Constantine|Mehmed|Murad|Selim|Suleiman|Carl|Gustav|Christian|Haakon|Harald|Olav|Leopold|Ferdinand|Joseph|Margrethe|Victor Emmanuel|Abdullah|Hassan|Mohammed|Tutmose|Thutmose|Amenhotep';
const NUMBERED =
  'Chapter|Part|Act|Scene|Phase|Type|Volume|Book|Section|Article|Title|Level|Stage|Class|Category|Grade|Episode|Season|Appendix|War|Bowl|Division|Group|Tier|Round|Mark|Apollo|Saturn|Final Fantasy|Rocky';

/** Only I, V and X, because letters such as C, D and M make words and initials; "Super Bowl LVIII" also has L. */
const NUMERAL = '(?:X{0,3}(?:IX|IV|V?I{1,3}|V)|X{1,3})';

/** "Henry VIII", "World War II", "Chapter IV". A numeral that could be a word or initials is read only where it must be a number. */
export function englishRomanNumeralRules(language: SpokenLanguage): readonly SpeechRule[] {
  return [
    {
      name: 'numeral of a ruler',
      pattern: new RegExp(`(?<=(?<![\\p{L}])(?:${RULERS}) )${NUMERAL}(?![\\p{L}\\p{N}&])`, 'gu'),
      speak: (match, text) => {
        if (match[0] === 'I' && isPronoun(text.slice(0, match.index), text.slice(match.index + 1))) return undefined;
        const ordinal = sayEnglishOrdinal(BigInt(romanValue(match[0])));
        return ordinal === undefined ? undefined : `the ${ordinal}`;
      },
    },
    {
      name: 'numeral of a part',
      pattern: new RegExp(
        `(?<=(?<![\\p{L}])(?:${NUMBERED}) )(?:${NUMERAL}|L?X{0,3}(?:IX|IV|V?I{0,3})(?<=Bowl \\p{Lu}+))(?![\\p{L}\\p{N}&'])`,
        'gu',
      ),
      speak: (match, text) => {
        if (match[0] === 'I' && /^ \p{Ll}/u.test(text.slice(match.index + 1))) return undefined;
        return language.cardinal(BigInt(romanValue(match[0])));
      },
    },
    {
      name: 'numeral after a name',
      pattern: /(?<=\p{Lu}\p{Ll}+ )(?:II|III|IV|VI|VII|VIII|IX|XI|XII|XIII|XIV|XV|XVI)(?![\p{L}\p{N}&'])/gu,
      speak: (match) => language.cardinal(BigInt(romanValue(match[0]))),
    },
  ];
}

/** "Then Mary I think" is no queen; "Mary I of England" and "King Charles I" are rulers. */
function isPronoun(before: string, after: string): boolean {
  const isRuler =
    /(?:King|Queen|Pope|Emperor|Empress|Tsar|Tsarina|Kaiser|Sultan) \S+ $/u.test(before) || /^ of \p{Lu}/u.test(after);
  return !isRuler && /^[ ']\p{L}/u.test(after);
}

function romanValue(numeral: string): number {
  const values: Readonly<Record<string, number>> = { I: 1, V: 5, X: 10, L: 50 };
  const letters = Array.from(numeral, (letter) => values[letter] ?? 0);
  return letters.reduce((sum, value, index) => sum + (value < (letters[index + 1] ?? 0) ? -value : value), 0);
}
