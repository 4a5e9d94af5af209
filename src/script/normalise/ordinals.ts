import type { SpeechRule } from './speech-rule.ts';
import type { SpokenLanguage } from './spoken-language.ts';

/** "3rd", "1,000th", "2º", "1er", "5-й": ordinals as the language writes them. */
export function ordinalRules(language: SpokenLanguage): readonly SpeechRule[] {
  const ordinal = language.ordinal;
  if (ordinal === undefined) return [];
  return [
    {
      name: 'ordinal',
      pattern: ordinal.pattern,
      speak: (match) => {
        const digits = (match.groups?.['number'] ?? '').replaceAll(/[^\d]/g, '');
        if (digits.length === 0 || digits.length > 12) return undefined;
        return ordinal.say(BigInt(digits), match.groups?.['suffix'] ?? '');
      },
    },
  ];
}
