import { Type } from 'typebox';
import { Value } from 'typebox/value';
import { baseLanguage, canonicalLanguageTag } from '../../language.ts';
import { isUnspeakable } from '../../script-limits.ts';
import type { EnhancedScript, ScriptToEnhance } from '../../script-enhancer.ts';

/** Sizes in UTF-16 units, far above what is asked for: they keep what is absurd out of the journal. */
const AnswerSchema = Type.Object(
  {
    spokenText: Type.String({ minLength: 1, maxLength: 40_000 }),
    title: Type.String({ maxLength: 300 }),
    keyPoints: Type.Array(Type.String({ maxLength: 300 }), { maxItems: 20 }),
    language: Type.String({ maxLength: 100 }),
  },
  { additionalProperties: false },
);

const MOST_KEY_POINTS = 5;
const LONGEST_KEY_POINT = 80;
const LONGEST_TITLE = 120;
const CONTROL_CHARACTER = /(?![\t\n\r])\p{Cc}/u;

export type ReadAnswer =
  | { readonly enhanced: EnhancedScript; readonly uselessBecause: null }
  | { readonly enhanced: null; readonly uselessBecause: string };

/** What the model wrote, if it is what was asked for. A title or key points of no use are left out; a text of no use is all. */
export function readAnswer(content: string, asked: ScriptToEnhance): ReadAnswer {
  let value: unknown;
  try {
    value = JSON.parse(withoutFence(content));
  } catch {
    return useless('answered with something other than JSON');
  }
  if (!Value.Check(AnswerSchema, value)) {
    const [mistake] = Value.Errors(AnswerSchema, value);
    return useless(
      `answered with JSON of another shape (${mistake?.instancePath || 'the object'}: ${mistake?.keyword})`,
    );
  }
  const spokenText = value.spokenText.replaceAll('\r\n', '\n').trim();
  if (!spokenText.isWellFormed() || CONTROL_CHARACTER.test(spokenText)) {
    return useless('answered with characters that cannot be spoken');
  }
  if (isUnspeakable(spokenText)) return useless('answered without a letter or digit to speak');
  const language = canonicalLanguageTag(value.language);
  if (language === undefined || baseLanguage(language) !== baseLanguage(asked.language)) {
    return useless('answered in another language than the script’s');
  }
  const keyPoints = value.keyPoints.map((point) => readLine(point, LONGEST_KEY_POINT)).filter((point) => point !== '');
  const title = readLine(value.title, LONGEST_TITLE);
  return { enhanced: { spokenText, title, keyPoints: keyPoints.slice(0, MOST_KEY_POINTS) }, uselessBecause: null };
}

/** Servers without structured output like to put their JSON into a Markdown block. */
function withoutFence(content: string): string {
  return /^\s*```(?:json)?\s*\n([\s\S]*?)\n?```\s*$/u.exec(content)?.[1] ?? content;
}

/** One line of that many characters at most; empty for anything else, because half a line says something else. */
function readLine(text: string, most: number): string {
  const line = text.trim();
  return line.length <= most && line.isWellFormed() && /^[^\p{Cc}\p{Zl}\p{Zp}]*$/u.test(line) ? line : '';
}

function useless(uselessBecause: string): ReadAnswer {
  return { enhanced: null, uselessBecause };
}
