import { isWellFormed } from '../script/script-limits.ts';
import type { RequestIssue } from './invalid-request.ts';

/** What the job journal keeps; e-mail addresses and account ids are shorter. */
const MAX_USER_ID_CHARACTERS = 200;

/** Control characters other than tab, line feed and carriage return. */
const CONTROL_CHARACTER = /(?![\t\n\r])\p{Cc}/u;
const ONE_LINE = /^[^\p{Cc}\p{Zl}\p{Zp}]*$/u;

const LONGEST_VALUE_SHOWN = 80;

/** Text that can be stored and shown: well-formed Unicode without control characters. */
export function checkText(pointer: string, text: string): readonly RequestIssue[] {
  if (!isWellFormed(text)) {
    const value = `a lone surrogate at position ${text.search(/\p{Surrogate}/u)}`;
    return [{ pointer, code: 'invalid_text', rule: 'must be well-formed Unicode, without lone surrogates', value }];
  }
  const position = text.search(CONTROL_CHARACTER);
  if (position < 0) return [];
  const code = text.charCodeAt(position).toString(16).toUpperCase().padStart(4, '0');
  const rule = 'must not contain control characters other than line breaks and tabs';
  return [{ pointer, code: 'invalid_text', rule, value: `U+${code} at position ${position}` }];
}

/** Text of one line with something in it. `characters` is its length, as its limit `most` counts it. */
export function checkLine(
  pointer: string,
  text: string,
  { characters, most }: { readonly characters: number; readonly most: number },
): readonly RequestIssue[] {
  const issues = checkText(pointer, text);
  if (issues.length > 0) return issues;
  if (ONE_LINE.test(text) && text.trim() !== '' && characters <= most) return [];
  const rule = `must be 1 to ${most} characters on one line`;
  return [{ pointer, code: 'invalid_value', rule, value: describeLine(text, characters) }];
}

export function checkUserId(userId: string): readonly RequestIssue[] {
  return checkLine('/userId', userId, { characters: userId.length, most: MAX_USER_ID_CHARACTERS });
}

/** A name that must be one of those there are; leaving it out is allowed. */
export function checkName(
  field: string,
  code: string,
  name: string | undefined,
  known: readonly string[],
): readonly RequestIssue[] {
  if (name === undefined || known.includes(name)) return [];
  const rule = `must be one of ${known.map((entry) => `"${entry}"`).join(', ')}`;
  return [{ pointer: `/${field}`, code, rule, value: shorten(name) }];
}

/** A text short enough to be sent back. */
export function shorten(text: string): string {
  return (text.length > LONGEST_VALUE_SHOWN ? `${text.slice(0, LONGEST_VALUE_SHOWN)}…` : text).toWellFormed();
}

function describeLine(text: string, characters: number): string {
  if (text.trim() === '') return text === '' ? '' : 'nothing but spaces';
  return ONE_LINE.test(text) ? `${characters} characters` : 'a text with a line break or tab';
}
