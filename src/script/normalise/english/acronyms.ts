import type { SpeechRule } from '../speech-rule.ts';
import { spellLetters } from './abbreviations.ts';

/** Said as a word although it looks as if it should be spelled, or with a reading of its own. */
const SAID_AS_WORDS: Readonly<Record<string, string>> = {
  OK: 'okay',
  SQL: 'sequel',
  JSON: 'Jason',
  YAML: 'yammel',
  TOML: 'tommel',
  JSX: 'J S X',
  JPEG: 'jay peg',
  JPG: 'jay peg',
  MPEG: 'em peg',
  GIF: 'gif',
  PNG: 'P N G',
  AIDS: 'aids',
  SCUBA: 'scuba',
  LASER: 'laser',
  RADAR: 'radar',
  SONAR: 'sonar',
  COVID: 'covid',
  CAPTCHA: 'captcha',
  WIFI: 'Wi-Fi',
  SAAS: 'sass',
  SaaS: 'sass',
  PaaS: 'pass',
  NASDAQ: 'Nasdaq',
  BIOS: 'bios',
  ASCII: 'askee',
  WYSIWYG: 'wizzywig',
  iOS: 'eye O S',
  macOS: 'mac O S',
  IoT: 'I O T',
  PhD: 'P H D',
};

/** Acronyms that stay in capitals because voices know them as words. */
const KNOWN_WORDS = new Set(
  'NASA NATO UNESCO UNICEF FIFA OPEC SWAT PIN RAM ROM LAN WAN SIM MIDI YOLO FOMO NAFTA OSHA FEMA INTERPOL ASEAN BRICS SPAM TED LEGO IKEA FIAT MOMA NORAD NIMBY POTUS SCOTUS FLOTUS CAD RAID GAAP EBITDA COBOL BASIC LISP FORTRAN REST CRUD SCRUM AJAX DARPA VISA'.split(
    ' ',
  ),
);

/** Spelled although it could be said. */
const SPELLED = new Set(
  'AI API APR ATM CEO CFO CTO COO CIO CIA FAQ URL USB UFO IRS ICU ETA IPO IOU EPA DIY GPU CPU SEO ROI USA UAE UAV EU UN UK US UI UX OS ID IQ IP AR VR HR PR TV PC AC DC DJ MC VP VIP DNA RNA FDA FAA NSA NBA NFL NHL MBA BBC CNN NBC ABC CBS HBO IBM AMD BMW VW GM GPS LED LCD OLED PDF CSV XML HTML HTTP HTTPS CSS JS SDK IDE ISO IEEE AWS GCP SLA KPI OKR B2B EST PST UTC GMT ASAP AKA ETC IDK IMO FYI RSVP EV GDP IMF WHO WTO EIN SSN SAT ACT GRE LSAT IT ER ECG EKG MRI CT HIV ADHD PTSD OCD IVF UV AM PM BC AD CE BCE LA NY NYC DC SF IEP ADA EIA AAA UFC ESPN UCLA USC MIT IMHO IMO AMA LOL OMG AOL EA IO AP AAPL ATV SUV RV MPV OEM AV'.split(
    ' ',
  ),
);

/** Short words that people capitalise for emphasis. */
const SHORT_WORDS = new Set(
  'A I NO GO SO TO IN ON AT OF IS WE ME MY BY IF OR AN AS DO UP HE BE OH HI HA NOT ALL NEW NOW THE AND YOU ARE CAN DID FOR GET GOT HAS HAD HER HIM HIS HOW ITS LET MAY NOR OFF OLD ONE OUR OUT OWN PUT RUN SAY SEE SHE TEN TOO TOP TRY TWO USE WAS WAY WHY WIN YES YET BIG BUT BUY DAY END FAR FEW FUN HOT LOT LOW MAN MEN PAY RED SET SIX SUN TAX TEA WAR WEB WON BAD CAR CUT DOG EAT FIX FLY GUY HIT JOB KEY LAW MAP MIX SKY TIP ZERO WOW HEY MOM DAD BOY BAN ASK ADD AGO AGE AIR ART BOX CAT CRY DIE DRY EYE FAT FIT GAS GUN ICE JOY KID LEG LIE MAD MUD NET OIL PEN PET RAW ROW SAD SEA SIT SON TIE TOY VAN WET EACH'.split(
    ' ',
  ),
);

/** Two-letter words that are words only inside a passage in capitals: "DO IT", "TELL US". */
const WORDS_IN_CAPITALS_ONLY = new Set(['IT', 'US', 'AM', 'WHO', 'ACT', 'SAT', 'AD', 'ID']);

/** Words in capitals: acronyms spelled or said as words, emphasis said as plain words, "CEOs", "AT&T", "R&D". */
export function englishAcronymRules(): readonly SpeechRule[] {
  return [
    {
      name: 'letters joined by an ampersand',
      pattern: /(?<![\p{L}\p{N}])(?<first>[A-Z]{1,3})&(?<second>[A-Z]{1,3})(?<possessive>'s)?(?![\p{L}\p{N}])/gu,
      speak: (match) => {
        const groups = match.groups ?? {};
        return `${spellLetters(groups['first'] ?? '')} and ${spellLetters(groups['second'] ?? '')}${groups['possessive'] ?? ''}`;
      },
    },
    {
      name: 'word with a reading of its own',
      pattern: new RegExp(
        `(?<![\\p{L}\\p{N}])(?:${Object.keys(SAID_AS_WORDS)
          .sort((a, b) => b.length - a.length)
          .join('|')})(?![\\p{L}\\p{N}])`,
        'gu',
      ),
      speak: (match) => SAID_AS_WORDS[match[0]],
    },
    {
      name: 'capitals',
      pattern: /(?<![\p{L}\p{M}\p{N}])(?<letters>[A-Z]{2,})(?<ending>s|'s|es|'S)?(?![\p{L}\p{M}])/gu,
      speak: (match, text) => {
        const letters = match.groups?.['letters'] ?? '';
        const ending = match.groups?.['ending'] ?? '';
        const spoken = sayCapitals(letters, isInCapitals(text, match.index, match[0].length));
        if (spoken === undefined) return ending === '' || ending === "'s" ? undefined : `${letters}${ending}`;
        if (ending === '') return spoken;
        const isSpelled = spoken.includes(' ');
        return isSpelled ? `${spoken}'s` : `${spoken}${ending.toLowerCase()}`;
      },
    },
  ];
}

/** Undefined when the word stays as it is written. */
export function sayCapitals(letters: string, inCapitals: boolean): string | undefined {
  if (KNOWN_WORDS.has(letters)) return undefined;
  if (inCapitals && WORDS_IN_CAPITALS_ONLY.has(letters)) return letters.toLowerCase();
  if (SPELLED.has(letters)) return spellLetters(letters);
  if (SHORT_WORDS.has(letters)) return letters.toLowerCase();
  if (letters.length <= 3)
    return inCapitals && isPronounceable(letters) ? letters.toLowerCase() : spellLetters(letters);
  return isPronounceable(letters) ? letters.toLowerCase() : spellLetters(letters);
}

/**
 * Enough vowels, and no consonant cluster that English does not have. Y counts as a vowel. The limits come from trying
 * the rule on common acronyms and on common English words.
 */
export function isPronounceable(letters: string): boolean {
  if (!/[AEIOUY]/.test(letters)) return false;
  if (/[^AEIOUY]{5,}|[AEIOU]{4,}/.test(letters)) return false;
  if (/^(?:[BCDFGHJKLMNPQRSTVXZ](?=[BCDFGJKMNPQSTVXZ])(?!SC|SK|SM|SN|SP|ST|SQ|PS|KN|GN)|[^AEIOUY]{4})/.test(letters)) {
    return /^(?:SC|SK|SM|SN|SP|ST|SQ|PS|KN|GN)/.test(letters);
  }
  return !/[BCDFGHJKMPQTVWXZ](?:[BDFGJMQVXZ])$|[QJVX]$/.test(letters) || /(?:X|LB|MB|BB|DD|FF|GG|ZZ)$/.test(letters);
}

/**
 * True when most of the words around are in capitals and at least two of them are ordinary words: then the writer is
 * shouting. A list of acronyms has none.
 */
function isInCapitals(text: string, start: number, length: number): boolean {
  const around = text.slice(Math.max(0, start - 60), start + length + 60);
  const words = around.match(/\p{L}[\p{L}']+/gu) ?? [];
  const inCapitals = words.filter((word) => word === word.toUpperCase());
  const ordinary = inCapitals.filter((word) => SHORT_WORDS.has(word) || (word.length >= 5 && isPronounceable(word)));
  return words.length >= 3 && inCapitals.length / words.length > 0.7 && ordinary.length >= 2;
}
