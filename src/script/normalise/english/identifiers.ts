import { numberSource, parseNumber, sayDigits, sayNumber } from '../numbers.ts';
import type { SpeechRule } from '../speech-rule.ts';
import type { SpokenLanguage } from '../spoken-language.ts';
import { sayCapitals, isPronounceable } from './acronyms.ts';
import { spellLetters } from './abbreviations.ts';

/** Numbers that name something instead of counting it: phones, versions, models, "#1", "10k", "1920x1080", "3x". */
export function englishIdentifierRules(language: SpokenLanguage): readonly SpeechRule[] {
  const number = numberSource(language);
  const digits = (text: string | undefined) => sayDigits((text ?? '').replaceAll(/[^\d]/g, ''), language);
  return [
    {
      name: 'international phone number',
      pattern: /(?<![\p{L}\p{N}])\+\d{1,3}(?:[ .\u00A0-]?\(?\d{1,4}\)?){2,5}(?![\p{N}]|[.,]\d)/gu,
      speak: (match) =>
        match[0].replaceAll(/[^\d]/g, '').length >= 7 ? `plus ${groupsOfDigits(match[0].slice(1))}` : undefined,
    },
    {
      name: 'phone number',
      pattern:
        /(?<![\p{L}\p{N}.,-])(?:1[-. ])?(?:\(\d{3}\) ?|\d{3}[-. \u00A0])\d{3}[-. \u00A0]\d{4}(?![\p{N}-]|[.,]\d)|(?<![\p{L}\p{N}.,-])\d{3}-\d{4}(?![\p{N}-]|[.,]\d)|(?<![\p{L}\p{N}.,-])0\d{2,4}[ -]\d{3,4}[ -]\d{3,4}(?![\p{N}-])/gu,
      speak: (match) => groupsOfDigits(match[0]),
    },
    {
      name: 'social security or card number',
      pattern: /(?<![\p{L}\p{N}.,-])(?:\d{3}-\d{2}-\d{4}|\d{4}(?:[- \u00A0]\d{4}){2,3})(?![\p{N}-]|[.,]\d)/gu,
      speak: (match) => groupsOfDigits(match[0]),
    },
    {
      name: 'number that is dialled or named, not counted',
      pattern:
        /(?<=\b(?:[Cc]all|[Cc]alled|[Cc]alling|[Dd]ial|[Dd]ialed|[Dd]ialled|[Tt]ext|[Ee]rror|[Aa]gent) )(?:911|999|112|988|411|311|404|007)(?![\p{L}\p{N}]|[.,:/-]\d| (?:people|times|users|customers|friends))|(?:911|404)(?= (?:errors?|calls?|operators?|dispatchers?|page))/gu,
      speak: (match) => (match[0] === '404' ? 'four oh four' : digits(match[0])),
    },
    {
      name: 'number grouped with spaces',
      pattern: /(?<![\p{N}.,])[1-9]\d{0,2}(?: \d{3}){2,}(?! ?\d)/gu,
      speak: (match) => language.cardinal(BigInt(match[0].replaceAll(' ', ''))),
    },
    {
      name: 'version',
      pattern: /(?<![\p{L}\p{N}.])v\.? ?(?<number>\d+(?:\.\d+)*)(?![\p{L}\p{N}])/giu,
      speak: (match) => `version ${sayDotted(match.groups?.['number'] ?? '')}`,
    },
    {
      name: 'dotted number',
      pattern: /(?<![\p{N}.,])\d+(?:\.\d+){2,}(?![\p{N}]|,\d)/gu,
      speak: (match) => (parseNumber(match[0], language) === undefined ? sayDotted(match[0]) : undefined),
    },
    {
      name: 'version after a product',
      pattern:
        /(?<=\b(?:version|release|Python|Android|iOS|macOS|Windows|Node|Java|TypeScript|PHP|Ruby|Ubuntu|Debian|Chrome|Firefox|Bluetooth|HTTP|TLS|USB|HDMI|Web) )\d+\.\d+(?![\p{N}.%])/gu,
      speak: (match) => sayDotted(match[0]),
    },
    {
      name: 'number sign',
      pattern: /(?<![\p{L}\p{N}])#(?=\d)/gu,
      speak: () => 'number',
    },
    {
      name: 'hashtag',
      pattern: /(?<![\p{L}\p{N}&])#(?<topic>\p{L}[\p{L}\p{M}\p{N}_]*)/gu,
      speak: (match) => `hashtag ${sayTopic(match.groups?.['topic'] ?? '')}`,
    },
    {
      name: 'dimensions',
      pattern: new RegExp(`(?<![\\p{L}\\p{N}.,])${number}(?:(?: ?x ?|×)(?!10\\^)${number})+(?![\\p{L}\\p{N}^])`, 'giu'),
      speak: (match) => {
        const sides = match[0].split(/ ?[x×] ?/iu).map((side) => sayModelNumber(side));
        return sides.join(' by ');
      },
    },
    {
      name: 'times as much',
      pattern: new RegExp(`(?<![\\p{L}\\p{N}.,])(?<amount>${number})[x×](?![\\p{L}\\p{N}])`, 'giu'),
      speak: (match) => {
        const amount = parseNumber(match.groups?.['amount'] ?? '', language);
        return amount === undefined ? undefined : `${sayNumber(amount, language)} times`;
      },
    },
    {
      name: 'large round number',
      pattern: new RegExp(
        `(?<![\\p{L}\\p{N}.,])(?<amount>${number})(?<scale>k|K|M|B(?! \\p{Lu})|bn|MM)(?<plus>\\+)?(?![\\p{L}\\p{N}])`,
        'gu',
      ),
      speak: (match) => {
        const groups = match.groups ?? {};
        const amount = parseNumber(groups['amount'] ?? '', language);
        // "4K" is a picture format and "5K" a race; in lower case they are thousands.
        const isName = groups['scale'] === 'K' && ['4', '5', '8', '2'].includes(groups['amount'] ?? '');
        if (amount === undefined) return undefined;
        if (isName) return `${sayNumber(amount, language)} K`;
        const noun = language.magnitudes[groups['scale'] ?? '']?.other;
        return noun === undefined
          ? undefined
          : `${sayNumber(amount, language)} ${noun}${groups['plus'] === undefined ? '' : ' plus'}`;
      },
    },
    {
      name: 'and more',
      pattern: /(?<=[\p{N}%kKMB])\+(?![\p{L}\p{N}+]| ?\d)/gu,
      speak: () => 'plus',
    },
    {
      name: 'model',
      pattern:
        /(?<![\p{L}\p{N}])(?=[\p{L}\p{N}-]*\p{L})(?=[\p{L}\p{N}-]*\p{N})[A-Za-z0-9]+(?:-[A-Za-z0-9]+)*(?![\p{L}\p{N}])/gu,
      speak: (match) => sayModel(match[0]),
    },
    {
      name: 'flight or room number',
      pattern:
        /(?<=\b(?:[Ff]light|[Rr]oom|[Rr]oute|[Hh]ighway|[Ii]nterstate|[Bb]oeing|[Pp]orsche|[Aa]rea) )\d{3}(?![\p{L}\p{N}]|[.,]\d)/gu,
      speak: (match) => sayModelNumber(match[0]),
    },
    {
      name: 'three scores in a row',
      pattern: /(?<![\p{N}.,/-])\d{1,2}(?:-\d{1,2}){2,}(?![\p{N}-])/gu,
      speak: (match) =>
        match[0]
          .split('-')
          .map((part) => language.cardinal(BigInt(part)))
          .join(' '),
    },
  ];

  function groupsOfDigits(written: string): string {
    const groups = written.match(/\d+/g) ?? [];
    return groups.map((group) => sayDigits(group, language)).join(', ');
  }

  function sayDotted(written: string): string {
    return written
      .split('.')
      .map((part) =>
        part.length > 1 && part.startsWith('0')
          ? sayDigits(part, language)
          : part.length > 15
            ? sayDigits(part, language)
            : language.cardinal(BigInt(part)),
      )
      .join(' point ');
  }

  /** "GPT-4", "MP3", "COVID-19", "1080p", "H2O", "B2B": letters and numbers in turn. */
  function sayModel(written: string): string {
    const words: string[] = [];
    for (const part of written.match(/[A-Za-z]+|\d+/g) ?? []) {
      if (/\d/.test(part)) words.push(sayModelNumber(part));
      else words.push(sayLetters(part));
    }
    return words.join(' ');
  }

  function sayLetters(part: string): string {
    if (part.length === 1) return part.toUpperCase();
    if (part === part.toUpperCase()) return sayCapitals(part, false) ?? part;
    const hasVowel = /[aeiouy]/i.test(part);
    return part.length <= 3 && !hasVowel
      ? spellLetters(part)
      : isPronounceable(part.toUpperCase()) || hasVowel
        ? part
        : spellLetters(part);
  }

  /** 747 is "seven forty-seven", 1080 "ten eighty", 300 "three hundred". */
  function sayModelNumber(written: string): string {
    const plain = parseNumber(written, language);
    if (!/^\d+$/.test(written))
      return plain === undefined ? sayDotted(written.replaceAll(/[^\d.]/g, '')) : sayNumber(plain, language);
    if (written.startsWith('0') && written.length > 1) return sayDigits(written, language);
    if (written.length === 3 || written.length === 4) {
      const head = written.slice(0, -2);
      const tail = written.slice(-2);
      if (tail === '00') return language.cardinal(BigInt(written));
      const spokenTail = tail.startsWith('0')
        ? `oh ${language.cardinal(BigInt(tail))}`
        : language.cardinal(BigInt(tail));
      return head.endsWith('0') && head.length === 2 && tail.startsWith('0')
        ? language.cardinal(BigInt(written))
        : `${language.cardinal(BigInt(head))} ${spokenTail}`;
    }
    return written.length <= 2 ? language.cardinal(BigInt(written)) : sayDigits(written, language);
  }

  /** "ThrowbackThursday" is "Throwback Thursday", "AI2024" "A I twenty twenty-four". */
  function sayTopic(topic: string): string {
    const words = topic.match(/\p{Lu}+(?!\p{Ll})|\p{Lu}?[\p{Ll}\p{Lo}\p{Lm}\p{M}]+|\p{Lu}|\p{N}+/gu) ?? [];
    return words
      .map((word) => {
        if (/^\d+$/.test(word)) return sayModelNumber(word);
        return /^[A-Z]{2,}$/.test(word) ? (sayCapitals(word, false) ?? word) : word.replaceAll(/\p{N}/gu, '');
      })
      .join(' ');
  }
}
