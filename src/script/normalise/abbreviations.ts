import type { SpeechRule } from './speech-rule.ts';
import type { SpokenLanguage } from './spoken-language.ts';

/** The abbreviations of a language, said in full. A full stop that also ends the text stays. */
export function abbreviationRules(language: SpokenLanguage): readonly SpeechRule[] {
  const written = Object.keys(language.abbreviations).sort((a, b) => b.length - a.length);
  if (written.length === 0) return [];
  const alternatives = written.map((word) => word.replaceAll(/[.*+?^${}()|[\]\\/]/g, String.raw`\$&`)).join('|');
  return [
    {
      name: 'abbreviation',
      pattern: new RegExp(`(?<![\\p{L}\\p{N}.])(?:${alternatives})(?![\\p{L}\\p{N}])`, 'gu'),
      speak: (match, text) => {
        const isLast = match[0].endsWith('.') && text.slice(match.index + match[0].length).trim() === '';
        return [{ spoken: language.abbreviations[match[0]] ?? match[0], end: match[0].length - (isLast ? 1 : 0) }];
      },
    },
  ];
}
