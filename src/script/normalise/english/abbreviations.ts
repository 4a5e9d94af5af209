import { SENTENCE_STARTERS } from './sentence-starters.ts';
import type { SpeechRule } from '../speech-rule.ts';

/** Written with a full stop; a title stands before a name, so its full stop never ends a sentence. */
export const ENGLISH_TITLES: Readonly<Record<string, string>> = {
  Mr: 'Mister',
  Mrs: 'Missus',
  Ms: 'Miz',
  Mx: 'Mix',
  Prof: 'Professor',
  Rev: 'Reverend',
  Hon: 'Honorable',
  Gen: 'General',
  Col: 'Colonel',
  Maj: 'Major',
  Capt: 'Captain',
  Cpt: 'Captain',
  Cmdr: 'Commander',
  Lt: 'Lieutenant',
  Sgt: 'Sergeant',
  Cpl: 'Corporal',
  Pvt: 'Private',
  Adm: 'Admiral',
  Sen: 'Senator',
  Rep: 'Representative',
  Gov: 'Governor',
  Pres: 'President',
  Supt: 'Superintendent',
  Messrs: 'Messieurs',
};

/** May end a sentence; then the full stop is said as a pause too. Keys without their last full stop. */
const WORDS_WITH_STOP: Readonly<Record<string, string>> = {
  etc: 'et cetera',
  'e.g': 'for example',
  'i.e': 'that is',
  eg: 'for example',
  ie: 'that is',
  vs: 'versus',
  cf: 'compare',
  approx: 'approximately',
  est: 'established',
  dept: 'department',
  Dept: 'Department',
  Jr: 'Junior',
  Sr: 'Senior',
  Inc: 'Incorporated',
  Corp: 'Corporation',
  Ltd: 'Limited',
  Co: 'Company',
  Bros: 'Brothers',
  Ave: 'Avenue',
  Blvd: 'Boulevard',
  Rd: 'Road',
  Ln: 'Lane',
  Hwy: 'Highway',
  Pkwy: 'Parkway',
  Apt: 'Apartment',
  Bldg: 'Building',
  Mt: 'Mount',
  Ft: 'Fort',
  Assn: 'Association',
  Univ: 'University',
  misc: 'miscellaneous',
  incl: 'including',
  excl: 'excluding',
  temp: 'temperature',
  tel: 'telephone',
  Tel: 'Telephone',
  'a.k.a': 'also known as',
  'et al': 'et al',
  Jan: 'January',
  Feb: 'February',
  Apr: 'April',
  Aug: 'August',
  Sept: 'September',
  Sep: 'September',
  Oct: 'October',
  Nov: 'November',
  Dec: 'December',
  Mon: 'Monday',
  Tue: 'Tuesday',
  Tues: 'Tuesday',
  Wed: 'Wednesday',
  Thu: 'Thursday',
  Thurs: 'Thursday',
  Fri: 'Friday',
};

/** Said in full only before a number: "No. 5", "p. 12". */
const BEFORE_A_NUMBER: Readonly<Record<string, string>> = {
  No: 'number',
  no: 'number',
  Nos: 'numbers',
  nos: 'numbers',
  p: 'page',
  pp: 'pages',
  Vol: 'Volume',
  vol: 'volume',
  Ch: 'Chapter',
  ch: 'chapter',
  Fig: 'Figure',
  fig: 'figure',
  Figs: 'Figures',
  Sec: 'Section',
  sec: 'section',
  Art: 'Article',
  Eq: 'Equation',
  eq: 'equation',
  Ver: 'Version',
  ver: 'version',
  ed: 'edition',
  ca: 'circa',
  c: 'circa',
  min: 'minimum',
  max: 'maximum',
};

/** Written without a full stop. */
const WORDS_WITHOUT_STOP: Readonly<Record<string, string>> = {
  'w/o': 'without',
  'w/': 'with',
  'b/c': 'because',
  'c/o': 'care of',
  'n/a': 'not applicable',
  'N/A': 'not applicable',
  vs: 'versus',
  etc: 'et cetera',
  'and/or': 'and or',
  'he/she': 'he or she',
  'she/he': 'she or he',
  's/he': 'she or he',
  'his/her': 'his or her',
  'him/her': 'him or her',
  'her/his': 'her or his',
  'they/them': 'they them',
  'C++': 'C plus plus',
  'c++': 'C plus plus',
  'C#': 'C sharp',
  'F#': 'F sharp',
  '.NET': 'dot net',
  'Notepad++': 'Notepad plus plus',
  Mr: 'Mister',
  Mrs: 'Missus',
  Dr: 'Doctor',
};

/** Titles, "e.g.", months, "Dr." as doctor or drive, initialisms with full stops such as "U.S." */
export function englishAbbreviationRules(): readonly SpeechRule[] {
  return [
    {
      name: 'spelled word without a full stop',
      pattern: new RegExp(`(?<![\\p{L}\\p{N}.])(?:${alternatives(WORDS_WITHOUT_STOP)})(?![\\p{L}\\p{N}+#.])`, 'gu'),
      speak: (match) => WORDS_WITHOUT_STOP[match[0]],
    },
    {
      name: 'C plus plus at the end of a sentence',
      pattern: /(?<![\p{L}\p{N}.])(?:[Cc]\+\+|[CF]#)/gu,
      speak: (match) => WORDS_WITHOUT_STOP[match[0]],
    },
    {
      name: 'doctor or drive, saint or street',
      pattern: /(?<![\p{L}\p{N}.])(?<word>Dr|St)\./gu,
      speak: (match, text) => {
        const before = text.slice(Math.max(0, match.index - 60), match.index);
        const after = text.slice(match.index + match[0].length);
        const isRoad = isAfterRoadName(before, after);
        const word = match.groups?.['word'] === 'Dr' ? (isRoad ? 'Drive' : 'Doctor') : isRoad ? 'Street' : 'Saint';
        return keepStop(word, match[0], isRoad ? after : undefined);
      },
    },
    {
      name: 'title',
      pattern: new RegExp(`(?<![\\p{L}\\p{N}.])(?<word>${alternatives(ENGLISH_TITLES)})\\.(?![\\p{L}\\p{N}])`, 'gu'),
      speak: (match, text) => {
        // A title ends a sentence only where the text ends too.
        const isLast = text.slice(match.index + match[0].length).trim() === '';
        return keepStop(ENGLISH_TITLES[match.groups?.['word'] ?? ''] ?? '', match[0], isLast ? '' : undefined);
      },
    },
    {
      name: 'abbreviation before a number',
      pattern: new RegExp(`(?<![\\p{L}\\p{N}.])(?<word>${alternatives(BEFORE_A_NUMBER)})\\.(?=\\s?\\d)`, 'gu'),
      speak: (match) => BEFORE_A_NUMBER[match.groups?.['word'] ?? ''],
    },
    {
      name: 'half of the day',
      pattern: /(?<=\d\s?)(?<half>[ap])\.m\.?(?![\p{L}\p{N}])/giu,
      speak: (match, text) =>
        keepStop(
          `${(match.groups?.['half'] ?? '').toLowerCase() === 'a' ? 'A' : 'P'} M`,
          match[0],
          text.slice(match.index + match[0].length),
        ),
    },
    {
      name: 'abbreviation with a full stop',
      pattern: new RegExp(`(?<![\\p{L}\\p{N}.])(?<word>${alternatives(WORDS_WITH_STOP)})\\.(?![\\p{L}\\p{N}])`, 'gu'),
      speak: (match, text) => {
        const word = match.groups?.['word'] ?? '';
        const after = text.slice(match.index + match[0].length);
        // "Fri." and "Sun." are days only where a sentence goes on or a date follows; "est." and "temp." likewise.
        const neverEnds = ['e.g', 'i.e', 'eg', 'ie', 'vs', 'cf', 'approx', 'est'].includes(word);
        return keepStop(WORDS_WITH_STOP[word] ?? word, match[0], neverEnds ? undefined : after);
      },
    },
    {
      name: 'degree',
      pattern: /(?<![\p{L}\p{N}.])(?:Ph\.D|M\.D|B\.A|M\.A|B\.Sc|M\.Sc|D\.C|B\.C|A\.D)\.?(?![\p{L}\p{N}])/gu,
      speak: (match, text) =>
        keepStop(spellLetters(match[0].replaceAll('.', '')), match[0], text.slice(match.index + match[0].length)),
    },
    {
      name: 'initialism with full stops',
      pattern: /(?<![\p{L}\p{N}.])(?:\p{Lu}\.){2,}(?:\p{Lu}(?![\p{L}\p{N}]))?/gu,
      speak: (match, text) =>
        keepStop(spellLetters(match[0].replaceAll('.', '')), match[0], text.slice(match.index + match[0].length)),
    },
    {
      name: 'initial of a name',
      pattern: /(?<![\p{L}\p{N}.']|\p{Lu} )\p{Lu}\.(?=\s\p{Lu}\p{Ll})/gu,
      speak: (match, text) =>
        isInitial(text.slice(Math.max(0, match.index - 30), match.index)) ? match[0].charAt(0) : undefined,
    },
  ];
}

/** "F B I": single letters, which every voice reads by name. */
export function spellLetters(letters: string): string {
  return Array.from(letters, (letter) => letter.toUpperCase()).join(' ');
}

/**
 * Leaves the full stop of an abbreviation to the sentence when the sentence ends there. `after` is the text that follows,
 * undefined for an abbreviation that never ends a sentence.
 */
function keepStop(
  word: string,
  written: string,
  after: string | undefined,
): readonly { spoken: string; end: number }[] {
  const endsSentence =
    after !== undefined &&
    /^["')\]]*(?:\s*$|\s+["'([]*\p{Lu})/u.test(after) &&
    (!isCapital(word) || /^\W*$/u.test(after) || SENTENCE_STARTERS.test(after.replace(/^\W+/u, '')));
  return [{ spoken: word, end: endsSentence && written.endsWith('.') ? written.length - 1 : written.length }];
}

/** "U.S. Army" goes on, "etc. Then" does not. */
function isCapital(word: string): boolean {
  return /^\p{Lu}/u.test(word);
}

function isAfterRoadName(before: string, after: string): boolean {
  const roadName = /(?:\p{Lu}[\p{L}']+|\d+(?:st|nd|rd|th)) $/u;
  if (!roadName.test(before)) return false;
  const nameFollows = /^\s+\p{Lu}/u.test(after);
  return !nameFollows || /(?:\d+|\b(?:on|at|to|from|near|down|along|off|of)) (?:\p{Lu}[\p{L}']+ ){1,3}$/u.test(before);
}

/** "J. Smith" and "George W. Bush", but not the "I." that ends "you and I. Then". */
function isInitial(before: string): boolean {
  return !/(?:\band|\bor|\bthan|\bplan|\bvitamin|\bclass|\bgrade|\bgroup|\btype|\boption) $/iu.test(before);
}

function alternatives(words: Readonly<Record<string, string>>): string {
  return Object.keys(words)
    .sort((a, b) => b.length - a.length)
    .map((word) => word.replaceAll(/[.*+?^${}()|[\]\\/]/g, String.raw`\$&`))
    .join('|');
}
