import { sayDigits } from './numbers.ts';
import type { SpeechRule } from './speech-rule.ts';
import type { SpokenLanguage } from './spoken-language.ts';

/** Endings that make a bare "name.ending" an address. Short words of any language ("it", "is", "so") are left out. */
const WELL_KNOWN_ENDINGS =
  'com|org|net|io|ai|dev|app|edu|gov|info|biz|tech|online|store|shop|blog|cloud|xyz|co\\.uk|co\\.jp|com\\.br|com\\.au|uk|de|fr|eu|ch|ca|tv|gg';

/** A longer path is not worth listening to; the host says where to go. */
const MAXIMUM_SPOKEN_PATH_CHARACTERS = 40;

/** Web addresses and e-mail addresses, read the way people dictate them. */
export function addressRules(language: SpokenLanguage): readonly SpeechRule[] {
  return [
    {
      name: 'e-mail address',
      pattern:
        /(?:mailto:)?(?<name>[\p{L}\p{N}_%+-]+(?:\.[\p{L}\p{N}_%+-]+)*)@(?<host>[\p{L}\p{N}-]+(?:\.[\p{L}\p{N}-]+)+)/gu,
      speak: (match) => {
        const groups = match.groups ?? {};
        return [
          spellAddress(groups['name'] ?? '', language),
          language.address.at,
          spellAddress(groups['host'] ?? '', language),
        ].join(' ');
      },
    },
    {
      name: 'web address',
      pattern: /(?<![\p{L}\p{N}@])(?:(?:https?|ftp|wss?):\/\/[^\s<>"]+|www\.[^\s<>"]+)/giu,
      speak: (match) => splitAddress(match[0], language),
    },
    {
      name: 'bare domain',
      pattern: new RegExp(
        `(?<![\\p{L}\\p{N}@.-])(?:[\\p{L}\\p{N}](?:[\\p{L}\\p{N}-]{0,62})\\.){1,4}(?:${WELL_KNOWN_ENDINGS})(?![\\p{L}\\p{N}@-])(?:/[^\\s<>"]*)?`,
        'gu',
      ),
      speak: (match) => splitAddress(match[0], language),
    },
  ];
}

/** For languages without words for the parts of an address: the host alone, which a voice can make something of. */
export function plainAddressRules(): readonly SpeechRule[] {
  return [
    {
      name: 'e-mail address or host',
      pattern: /(?<![\p{L}\p{N}])[\p{L}\p{N}_+-]+(?:\.[\p{L}\p{N}_+-]+)*@[\p{L}\p{N}-]+(?:\.[\p{L}\p{N}-]+)+/gu,
      speak: (match) => match[0],
    },
    {
      name: 'web address',
      pattern:
        /(?<![\p{L}\p{N}@])(?:https?:\/\/(?:www\.)?|www\.)(?<host>[\p{L}\p{N}-]+(?:\.[\p{L}\p{N}-]+)*)(?:[/?#][^\s<>"]*[\p{L}\p{N}/])?/giu,
      speak: (match) => (match.groups?.['host'] ?? '').replaceAll('.', ' '),
    },
  ];
}

/** The full stop or bracket after an address belongs to the sentence. */
function splitAddress(written: string, language: SpokenLanguage): readonly { spoken: string; end: number }[] {
  const address = written.replace(/[.,;:!?'")\]}*_—-]+$/u, '');
  const bare = address.replace(/^[a-z]+:\/\//iu, '').replace(/^www\./iu, '');
  const hostEnd = bare.search(/[/?#]/u);
  const host = (hostEnd < 0 ? bare : bare.slice(0, hostEnd)).replace(/^[^@]*@/u, '');
  const path = hostEnd < 0 ? '' : (bare.slice(hostEnd).split(/[?#]/u)[0] ?? '').replace(/\/+$/u, '');
  const spokenPath = path.length <= MAXIMUM_SPOKEN_PATH_CHARACTERS ? path : '';
  return [{ spoken: spellAddress(host + spokenPath, language), end: address.length }];
}

function spellAddress(address: string, language: SpokenLanguage): string {
  const names: Readonly<Record<string, string>> = {
    '.': language.address.dot,
    '/': language.address.slash,
    '-': language.address.dash,
    _: language.address.underscore,
    '@': language.address.at,
  };
  const words: string[] = [];
  for (const match of address.matchAll(/\p{Nd}+|\p{L}[\p{L}\p{M}]*|./gsu)) {
    const token = match[0];
    if (/^\p{Nd}/u.test(token))
      words.push(
        token.length <= 4 && !token.startsWith('0') ? language.cardinal(BigInt(token)) : sayDigits(token, language),
      );
    else if (/^\p{L}/u.test(token)) words.push(token);
    else words.push(names[token] ?? language.symbols[token] ?? '');
  }
  return words.filter((word) => word !== '').join(' ');
}
