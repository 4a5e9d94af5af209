import type { Json } from '../jobs/job.ts';
import { baseLanguage, canonicalLanguageTag } from '../script/language.ts';
import { countCharacters, isUnspeakable, isWellFormed } from '../script/script-limits.ts';
import type { VoiceChoice } from '../tts/speech-provider.ts';
import type { PresenterBrief } from '../video/video-provider.ts';
import { InvalidRequestError } from './invalid-request.ts';
import type { RequestIssue } from './invalid-request.ts';

/** A request whose every rule has been checked and whose every choice is made. Stored as the job's input. */
export type VideoRequest = {
  readonly script: string;
  readonly template: PresenterBrief['template'];
  readonly userId: string;
  /** Null when the user gave none. */
  readonly title: string | null;
  readonly presenter: PresenterBrief['presenter'];
  readonly aspectRatio: '16:9';
  /** BCP 47, canonical. */
  readonly language: string;
  readonly voice: VoiceChoice;
  readonly captions: { readonly burned: boolean; readonly style: 'highlight' };
  readonly estimatedSpeechSeconds: number;
};

/** What a body holds once it has matched the contract's schema; all that is missing here is given a value. */
export type VideoRequestBody = {
  readonly script: string;
  readonly template: string;
  readonly userId: string;
  readonly title?: string;
  readonly presenter?: string;
  readonly aspectRatio?: '16:9';
  readonly language?: string;
  readonly voice?: Partial<VoiceChoice>;
  readonly captions?: { readonly burned?: boolean; readonly style?: 'highlight' };
  readonly enhance?: false;
  readonly videoProvider?: 'engine';
};

/** What can be asked for, and how much. */
export type VideoRequestRules = {
  readonly limits: {
    /** In characters as a reader sees them (grapheme clusters). */
    readonly maxScriptCharacters: number;
    readonly maxSpeechSeconds: number;
  };
  /** By name: who presents when the request names nobody. */
  readonly templates: Readonly<Record<string, { readonly presenter: string }>>;
  readonly presenters: readonly string[];
  /** Base languages that some voice speaks, such as `en`. */
  readonly languages: readonly string[];
  /** What a request that says nothing about its voice gets. */
  readonly voice: VoiceChoice;
  readonly measure: {
    detectLanguage(script: string): string;
    estimateSpeechSeconds(script: string, language: string): number;
    /** By what share the estimate may be off. Only a script that is too long even so is refused before it is spoken. */
    readonly estimateMargin: number;
    /** True when no voice reads the characters that Japanese shares with Chinese. */
    readsOnlyKana(language: string): boolean;
    /** False when a letter of the text has no font. */
    canDraw(text: string): boolean;
  };
};

const MAX_TITLE_CHARACTERS = 120;
/** What the job journal keeps; e-mail addresses and account ids are shorter. */
const MAX_USER_ID_CHARACTERS = 200;

/** Control characters other than tab, line feed and carriage return. */
const CONTROL_CHARACTER = /(?![\t\n\r])\p{Cc}/u;
const ONE_LINE = /^[^\p{Cc}\p{Zl}\p{Zp}]*$/u;

/**
 * Checks the rules that a schema cannot state and makes every choice that the request leaves open.
 * Throws InvalidRequestError with every broken rule; costs no speech and no drawing.
 */
export function parseVideoRequest(body: VideoRequestBody, rules: VideoRequestRules): VideoRequest {
  const issues: RequestIssue[] = [
    ...checkScript(body.script, rules),
    ...checkName('template', 'unknown_template', body.template, Object.keys(rules.templates)),
    ...checkUserId(body.userId),
    ...checkTitle(body.title),
    ...checkName('presenter', 'unknown_presenter', body.presenter, rules.presenters),
    ...checkDrawing(body, rules),
  ];
  // A broken script has no language and no length.
  const scriptIsSound = !issues.some((issue) => issue.pointer === '/script');
  const language = chooseLanguage(body, rules, scriptIsSound, issues);
  const estimatedSpeechSeconds =
    scriptIsSound && language !== undefined ? measureSpeech(body.script, language, rules, issues) : 0;

  const [first, ...others] = issues;
  if (first !== undefined) throw new InvalidRequestError([first, ...others]);
  return {
    script: body.script,
    // The rules let only the names of templates and presenters through.
    template: body.template as PresenterBrief['template'],
    userId: body.userId,
    title: body.title?.trim() ?? null,
    presenter: (body.presenter ?? rules.templates[body.template]?.presenter) as PresenterBrief['presenter'],
    aspectRatio: body.aspectRatio ?? '16:9',
    language: language ?? '',
    voice: { ...rules.voice, ...body.voice },
    captions: { burned: body.captions?.burned ?? true, style: body.captions?.style ?? 'highlight' },
    estimatedSpeechSeconds,
  };
}

/** A job's input back in its type: it was written by `parseVideoRequest`. */
export function readStoredRequest(input: Json): VideoRequest {
  return input as unknown as VideoRequest;
}

function checkScript(script: string, rules: VideoRequestRules): readonly RequestIssue[] {
  const pointer = '/script';
  const text = checkText(pointer, script);
  if (text.length > 0) return text;
  if (isUnspeakable(script)) {
    const value = script.trim() === '' ? 'nothing but spaces' : 'no letter or digit';
    return [
      {
        pointer,
        code: 'empty_script',
        rule: 'must contain at least one letter or digit',
        value: script === '' ? '' : value,
      },
    ];
  }
  const characters = countCharacters(script);
  const most = rules.limits.maxScriptCharacters;
  if (characters <= most) return [];
  return [{ pointer, code: 'script_too_long', rule: `must be at most ${most} characters`, value: characters }];
}

function checkText(pointer: string, text: string): readonly RequestIssue[] {
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

function checkUserId(userId: string): readonly RequestIssue[] {
  const pointer = '/userId';
  const text = checkText(pointer, userId);
  if (text.length > 0) return text;
  const characters = userId.length;
  if (ONE_LINE.test(userId) && userId.trim() !== '' && characters <= MAX_USER_ID_CHARACTERS) return [];
  const rule = `must be 1 to ${MAX_USER_ID_CHARACTERS} characters on one line`;
  return [{ pointer, code: 'invalid_value', rule, value: describeLine(userId, characters) }];
}

function checkTitle(title: string | undefined): readonly RequestIssue[] {
  if (title === undefined) return [];
  const pointer = '/title';
  const text = checkText(pointer, title);
  if (text.length > 0) return text;
  const characters = countCharacters(title.trim());
  if (ONE_LINE.test(title) && characters >= 1 && characters <= MAX_TITLE_CHARACTERS) return [];
  const rule = `must be 1 to ${MAX_TITLE_CHARACTERS} characters on one line`;
  return [{ pointer, code: 'invalid_value', rule, value: describeLine(title, characters) }];
}

function describeLine(text: string, characters: number): string {
  if (text.trim() === '') return text === '' ? '' : 'nothing but spaces';
  return ONE_LINE.test(text) ? `${characters} characters` : 'a text with a line break or tab';
}

function checkName(
  field: string,
  code: string,
  name: string | undefined,
  known: readonly string[],
): readonly RequestIssue[] {
  if (name === undefined || known.includes(name)) return [];
  const rule = `must be one of ${known.map((entry) => `"${entry}"`).join(', ')}`;
  return [{ pointer: `/${field}`, code, rule, value: shorten(name) }];
}

function checkDrawing(body: VideoRequestBody, rules: VideoRequestRules): readonly RequestIssue[] {
  const issues: RequestIssue[] = [];
  if (body.captions?.burned !== false && !rules.measure.canDraw(body.script)) {
    const rule = 'must be false for a script in a writing system without a font';
    issues.push({ pointer: '/captions/burned', code: 'unsupported_value', rule, value: true });
  }
  if (body.title !== undefined && !rules.measure.canDraw(body.title)) {
    const rule = 'must be in a writing system that has a font';
    issues.push({ pointer: '/title', code: 'unsupported_value', rule, value: shorten(body.title) });
  }
  return issues;
}

function shorten(text: string): string {
  return (text.length > 80 ? `${text.slice(0, 80)}…` : text).toWellFormed();
}

function chooseLanguage(
  body: VideoRequestBody,
  rules: VideoRequestRules,
  scriptIsSound: boolean,
  issues: RequestIssue[],
): string | undefined {
  if (body.language === undefined && !scriptIsSound) return undefined;
  const pointer = body.language === undefined ? '/script' : '/language';
  const wanted = body.language ?? rules.measure.detectLanguage(body.script);
  const canonical = canonicalLanguageTag(wanted);
  if (canonical === undefined) {
    const rule = 'must be a BCP 47 language tag such as "en" or "pt-BR"';
    issues.push({ pointer, code: 'invalid_value', rule, value: shorten(wanted) });
    return undefined;
  }
  if (rules.languages.includes(canonical) || rules.languages.includes(baseLanguage(canonical))) return canonical;
  const rule = `must be in a language that can be spoken: ${rules.languages.join(', ')}`;
  issues.push({ pointer, code: 'unsupported_language', rule, value: canonical });
  return undefined;
}

function measureSpeech(script: string, language: string, rules: VideoRequestRules, issues: RequestIssue[]): number {
  const seconds = Math.round(rules.measure.estimateSpeechSeconds(script, language) * 10) / 10;
  const most = rules.limits.maxSpeechSeconds;
  if (rules.measure.readsOnlyKana(language) && /\p{Script=Han}/u.test(script)) {
    const rule = 'must be written in kana, which is all that the Japanese voice reads';
    issues.push({
      pointer: '/script',
      code: 'kanji_unsupported',
      rule,
      value: `kanji at position ${script.search(/\p{Script=Han}/u)}`,
    });
  }
  if (seconds * (1 - rules.measure.estimateMargin) > most) {
    const rule = `must take at most ${most} seconds to say`;
    issues.push({ pointer: '/script', code: 'speech_too_long', rule, value: seconds });
  }
  return seconds;
}
