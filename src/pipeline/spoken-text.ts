import { baseLanguage, canonicalLanguageTag } from '../script/language.ts';
import { countCharacters, isUnspeakable } from '../script/script-limits.ts';
import type { VoiceChoice } from '../tts/speech-provider.ts';
import type { RequestIssue } from './invalid-request.ts';
import { checkText, shorten } from './request-text.ts';

/** What may be spoken, and how much of it. */
export type SpeechRules = {
  readonly limits: {
    /** In characters as a reader sees them (grapheme clusters). */
    readonly maxScriptCharacters: number;
    readonly maxSpeechSeconds: number;
  };
  /** Base languages that some voice speaks, such as `en`. */
  readonly languages: readonly string[];
  /** What a request that says nothing about its voice gets. */
  readonly voice: VoiceChoice;
  readonly measure: {
    detectLanguage(text: string): string;
    estimateSpeechSeconds(text: string, language: string): number;
    /** By what share the estimate may be off. Only a text that is too long even so is refused before it is spoken. */
    readonly estimateMargin: number;
    /** True when no voice reads the characters that Japanese shares with Chinese. */
    readsOnlyKana(language: string): boolean;
  };
};

/** With issues, language and seconds may be missing: a broken text has neither. */
export type CheckedText = {
  readonly issues: readonly RequestIssue[];
  /** BCP 47, canonical. */
  readonly language: string;
  readonly estimatedSpeechSeconds: number;
};

/**
 * Checks a text that is to be spoken, and chooses its language when the request names none. `pointer` is where the text
 * stands in the request. Costs no speech.
 */
export function checkSpokenText(
  pointer: string,
  text: string,
  wantedLanguage: string | undefined,
  rules: SpeechRules,
): CheckedText {
  const textIssues = checkContent(pointer, text, rules);
  const isSound = textIssues.length === 0;
  if (wantedLanguage === undefined && !isSound) return { issues: textIssues, language: '', estimatedSpeechSeconds: 0 };
  const chosen =
    wantedLanguage === undefined
      ? checkLanguage(pointer, rules.measure.detectLanguage(text), rules)
      : checkLanguage('/language', wantedLanguage, rules);
  const { language = '' } = chosen;
  if (!isSound || chosen.issues.length > 0) {
    return { issues: [...textIssues, ...chosen.issues], language, estimatedSpeechSeconds: 0 };
  }
  const estimatedSpeechSeconds = Math.round(rules.measure.estimateSpeechSeconds(text, language) * 10) / 10;
  const issues = [...checkKana(pointer, text, language, rules), ...checkLength(pointer, estimatedSpeechSeconds, rules)];
  return { issues, language, estimatedSpeechSeconds };
}

function checkContent(pointer: string, text: string, rules: SpeechRules): readonly RequestIssue[] {
  const issues = checkText(pointer, text);
  if (issues.length > 0) return issues;
  if (isUnspeakable(text)) {
    const rule = 'must contain at least one letter or digit';
    const value = text.trim() === '' ? 'nothing but spaces' : 'no letter or digit';
    return [{ pointer, code: 'empty_script', rule, value: text === '' ? '' : value }];
  }
  const characters = countCharacters(text);
  const most = rules.limits.maxScriptCharacters;
  if (characters <= most) return [];
  return [{ pointer, code: 'script_too_long', rule: `must be at most ${most} characters`, value: characters }];
}

function checkLanguage(
  pointer: string,
  tag: string,
  { languages }: SpeechRules,
): { readonly issues: readonly RequestIssue[]; readonly language?: string } {
  const language = canonicalLanguageTag(tag);
  if (language === undefined) {
    const rule = 'must be a BCP 47 language tag such as "en" or "pt-BR"';
    return { issues: [{ pointer, code: 'invalid_value', rule, value: shorten(tag) }] };
  }
  if (languages.includes(language) || languages.includes(baseLanguage(language))) return { issues: [], language };
  const rule = `must be in a language that can be spoken: ${languages.join(', ')}`;
  return { issues: [{ pointer, code: 'unsupported_language', rule, value: language }] };
}

function checkKana(pointer: string, text: string, language: string, rules: SpeechRules): readonly RequestIssue[] {
  const position = text.search(/\p{Script=Han}/u);
  if (position < 0 || !rules.measure.readsOnlyKana(language)) return [];
  const rule = 'must be written in kana, which is all that the Japanese voice reads';
  return [{ pointer, code: 'kanji_unsupported', rule, value: `kanji at position ${position}` }];
}

function checkLength(pointer: string, seconds: number, { limits, measure }: SpeechRules): readonly RequestIssue[] {
  const most = limits.maxSpeechSeconds;
  if (seconds * (1 - measure.estimateMargin) <= most) return [];
  return [{ pointer, code: 'speech_too_long', rule: `must take at most ${most} seconds to say`, value: seconds }];
}
