import { SENTENCE_STARTERS } from './normalise/english/sentence-starters.ts';

/**
 * Abbreviations after which a capital letter does not begin a sentence, by base language, without their last full stop.
 * Those that may well end a sentence ("etc.", "usw.") are left out on purpose.
 */
const ABBREVIATIONS: Readonly<Record<string, string>> = {
  en: 'Mr Mrs Ms Mx Dr Prof Rev Hon Gen Col Maj Capt Cpt Cmdr Lt Sgt Cpl Pvt Adm Sen Rep Gov Pres Supt Messrs St Mt Ft vs e.g i.e cf approx No Nos Fig Figs Vol Ch Sec pp p Jan Feb Mar Apr Jun Jul Aug Sept Sep Oct Nov Dec al',
  de: 'z d u s i v Dr Prof Hr Fr Nr bzw ca d.h z.B u.a St Str Abs Art Bd Hrsg Dipl Ing inkl ggf evtl vgl s.o Mio Mrd Tel Jh',
  fr: 'M MM Mme Mmes Mlle Dr Pr St Ste Me p.ex cf env art n° av apr vol chap fig',
  es: 'Sr Sra Sres Srta Dr Dra D Dña Ud Uds Vd Prof p.ej núm pág págs aprox art cap vol Av Avda EE.UU',
  it: 'Sig Sigg Dott Dr Prof Avv Ing Arch Geom On pag pagg es art cap vol n tel',
  pt: 'Sr Sra Srs Dr Dra Prof Profa D Exmo Exma pág págs ex núm art cap vol Av Eng',
  nl: 'dhr mevr mw dr prof ir ing drs mr bijv o.a d.w.z ca nr blz jl bv St',
  pl: 'dr prof mgr inż np tzn ul św godz nr str ok im hab lek wg tj tel al pl',
  ru: 'г гг ул им т.е т.к д-р проф стр рис см руб тыс млн млрд акад доц св пр',
  uk: 'м вул ім т.з проф стор рис див грн тис млн млрд акад доц св',
  tr: 'Dr Prof Doç Av Sn örn No Alb Gen Mah Cad Sok Hz Yrd',
};

/** True when the full stop that ends `before` belongs to an abbreviation or an initial and `after` goes on with the sentence. */
export function endsWithAbbreviation(before: string, after: string, language: string): boolean {
  const word = /(?<![\p{L}\p{N}])([\p{L}\p{N}][\p{L}\p{M}.°-]*)\.["')\]]*\s*$/u.exec(before)?.[1];
  if (word === undefined) return false;
  const base = language.split('-')[0]?.toLowerCase() ?? '';
  if (base === 'en' && /^(?:St|Dr|Mt|Ft)$/.test(word) && isRoad(before, after)) return false;
  if (knownAbbreviations(base).has(word)) return true;
  if (/^\p{Lu}$/u.test(word)) return isInitial(before, after, base);
  if (/^(?:\p{Lu}\.)+\p{Lu}$/u.test(word))
    return !SENTENCE_STARTERS.test(after) && /^\p{Lu}/u.test(after) && base === 'en';
  if (base === 'en' && /^(?:Inc|Corp|Ltd|Co|Jr|Sr|Bros|Ph\.D|M\.D)$/u.test(word)) return !SENTENCE_STARTERS.test(after);
  // German and others write ordinals with a full stop: "am 5. Mai".
  return (
    /^\d{1,2}$/.test(word) &&
    ['de', 'pl', 'tr', 'da', 'nb', 'no', 'fi', 'cs', 'sk', 'hu'].includes(base) &&
    /^\p{L}/u.test(after)
  );
}

/** "on Main St. He" ends a sentence, "to St. John" does not. */
function isRoad(before: string, after: string): boolean {
  return /\p{Lu}[\p{L}']+ (?:St|Dr)\.\s*$/u.test(before) && SENTENCE_STARTERS.test(after);
}

/** "J. Smith", "George W. Bush" and not "you and I. Then". */
function isInitial(before: string, after: string, base: string): boolean {
  if (!/^\p{Lu}/u.test(after)) return false;
  const startsWithName = !(base === 'en' && SENTENCE_STARTERS.test(after));
  const isWordBefore =
    /(?:\band|\bor|\bthan|\bplan|\bvitamin|\bclass|\bgrade|\bgroup|\btype|\boption|\bpart) \p{Lu}\.\s*$/iu.test(before);
  return startsWithName && !isWordBefore;
}

function knownAbbreviations(base: string): ReadonlySet<string> {
  return new Set((ABBREVIATIONS[base] ?? '').split(' '));
}
