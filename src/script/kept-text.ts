import { wordSpans } from '../media/words.ts';
import { findFacts, plainText } from './facts.ts';
import { countCharacters } from './script-limits.ts';

/** A rule that a rewritten text breaks. `rule` follows "must"; `value` may hold the user's own words, so it is never logged. */
export type BrokenRule = { readonly name: string; readonly rule: string; readonly value: string | number };

/** A rewritten text may be this much longer than the user's own; whichever is more. */
const LONGEST_GROWTH = { share: 1.3, characters: 120 };
/** Less than that of the user's different words, and it is another text. */
const LEAST_KEPT_WORDS = 0.6;

const LONGEST_VALUE_SHOWN = 80;

/**
 * The first rule by which `rewritten` does not keep what `own` says; undefined when it keeps it. Numbers, web addresses and
 * e-mail addresses are the same in both, quoted text is still there, most words are the user's, and the length is near theirs.
 */
export function findLostText(own: string, rewritten: string, language: string): BrokenRule | undefined {
  return findLostFact(own, rewritten) ?? findGrowth(own, rewritten) ?? findLostWords(own, rewritten, language);
}

/** The first fact of `line` that `own` does not state: a title or a key point may leave facts out and must not make any up. */
export function findInventedFact(own: string, line: string): string | undefined {
  const [stated, said] = [findFacts(own), findFacts(line)];
  const isNew = (kind: 'numbers' | 'addresses' | 'emails') => [...said[kind]].find((fact) => !stated[kind].has(fact));
  return isNew('numbers') ?? isNew('addresses') ?? isNew('emails');
}

function findLostFact(own: string, rewritten: string): BrokenRule | undefined {
  const [before, after] = [findFacts(own), findFacts(rewritten)];
  const kinds = [
    ['number', before.numbers, after.numbers],
    ['web address', before.addresses, after.addresses],
    ['e-mail address', before.emails, after.emails],
  ] as const;
  for (const [name, ownFacts, newFacts] of kinds) {
    const lost = [...ownFacts].find((fact) => !newFacts.has(fact));
    if (lost !== undefined) return broken('fact_lost', `keep the ${name}`, lost);
    const invented = [...newFacts].find((fact) => !ownFacts.has(fact));
    if (invented !== undefined) return broken('fact_invented', `not add the ${name}`, invented);
  }
  const plain = plainText(rewritten);
  const lostQuote = [...before.quotes].find((quote) => !plain.includes(quote));
  return lostQuote === undefined ? undefined : broken('quote_lost', 'keep the quoted text', lostQuote);
}

function findGrowth(own: string, rewritten: string): BrokenRule | undefined {
  const characters = countCharacters(own);
  const most = Math.max(Math.floor(characters * LONGEST_GROWTH.share), characters + LONGEST_GROWTH.characters);
  const found = countCharacters(rewritten);
  if (found <= most) return undefined;
  return { name: 'too_long', rule: `have at most ${most} characters`, value: found };
}

function findLostWords(own: string, rewritten: string, language: string): BrokenRule | undefined {
  const words = distinctWords(own, language);
  if (words.size === 0) return undefined;
  const remaining = distinctWords(rewritten, language);
  const kept = [...words].filter((word) => remaining.has(word)).length;
  const share = kept / words.size;
  if (share >= LEAST_KEPT_WORDS) return undefined;
  const rule = `keep at least ${LEAST_KEPT_WORDS * 100} % of the words`;
  return { name: 'words_lost', rule, value: `${Math.floor(share * 100)} %` };
}

function broken(name: string, rule: string, value: string): BrokenRule {
  const shown = value.length > LONGEST_VALUE_SHOWN ? `${value.slice(0, LONGEST_VALUE_SHOWN)}…` : value;
  return { name, rule, value: shown.toWellFormed() };
}

function distinctWords(text: string, language: string): ReadonlySet<string> {
  return new Set(wordSpans(plainText(text), language).map((word) => word.text.toLocaleLowerCase(language)));
}
