import type { Json } from '../jobs/job.ts';
import { countCharacters } from '../script/script-limits.ts';
import type { VoiceChoice } from '../tts/speech-provider.ts';
import type { VideoAspectRatio, VideoProviderId } from '../video/video-capabilities.ts';
import type { PresenterBrief, VideoBackground } from '../video/video-provider.ts';
import { refuseBrokenRules } from './invalid-request.ts';
import type { RequestIssue } from './invalid-request.ts';
import { checkLine, checkName, checkUserId, shorten } from './request-text.ts';
import { checkPicture, choosePicture, type PictureRules } from './picture-choice.ts';
import { checkRunAt, readRunAt } from './run-at.ts';
import { checkSpokenText } from './spoken-text.ts';
import type { SpeechRules } from './spoken-text.ts';

/** A request whose every rule has been checked and whose every choice is made. Stored as the job's input. */
export type VideoRequest = {
  readonly script: string;
  readonly template: PresenterBrief['template'];
  readonly userId: string;
  /** Null when the user gave none. */
  readonly title: string | null;
  readonly videoProvider: VideoProviderId;
  /** Of our engine, also where it only stands in. */
  readonly presenter: PresenterBrief['presenter'];
  /** Who presents at a vendor; null for whom the configuration names. */
  readonly avatarId: string | null;
  readonly aspectRatio: VideoAspectRatio;
  readonly background: VideoBackground | null;
  /** BCP 47, canonical. */
  readonly language: string;
  readonly voice: VoiceChoice;
  readonly captions: { readonly burned: boolean; readonly style: 'highlight' };
  /** Whether the script is to be improved before it is spoken. */
  readonly enhance: boolean;
  readonly estimatedSpeechSeconds: number;
  /** Greater runs first; 0 is ordinary. */
  readonly priority: number;
  /** Milliseconds since the epoch; null for at once. */
  readonly runAt: number | null;
  /** Called when the video has ended; null for nobody. */
  readonly callbackUrl: string | null;
  /** What its user was told that it would cost; missing until it is accepted, and in requests of earlier releases. */
  readonly estimate?: { readonly costUsd: number; readonly priceTable: string };
};

/** What a body holds once it has matched the contract's schema; all that is missing here is given a value. */
export type VideoRequestBody = {
  readonly script: string;
  readonly template: string;
  readonly userId: string;
  readonly title?: string;
  readonly presenter?: string;
  readonly aspectRatio?: VideoAspectRatio;
  readonly background?: { readonly color?: string; readonly imageUrl?: string };
  readonly language?: string;
  readonly voice?: Partial<VoiceChoice>;
  readonly captions?: { readonly burned?: boolean; readonly style?: 'highlight' };
  readonly enhance?: boolean;
  readonly videoProvider?: VideoProviderId;
  readonly priority?: number;
  readonly runAt?: string;
  readonly callbackUrl?: string;
};

/** Whether an address may be called when the video ends; without a secret to sign with, none may. */
export type CallbackVerdict =
  | { readonly isAllowed: true }
  | { readonly isAllowed: false; readonly isConfigured: false }
  /** `rule` follows "must". */
  | { readonly isAllowed: false; readonly isConfigured: true; readonly rule: string; readonly value: string | number };

/** What can be asked for, and how much. */
export type VideoRequestRules = SpeechRules &
  PictureRules & {
    /** By name: who presents when the request names nobody. */
    readonly templates: Readonly<Record<string, { readonly presenter: string }>>;
    /** False when a letter of the text has no font. */
    canDraw(text: string): boolean;
    checkCallback(url: string): CallbackVerdict;
    /** Whether there is anybody who improves scripts. Then it is done unless a request says no. */
    readonly canEnhance: boolean;
  };

const MAX_TITLE_CHARACTERS = 120;

/**
 * Checks the rules that a schema cannot state and makes every choice that the request leaves open.
 * Throws InvalidRequestError with every broken rule; costs no speech and no drawing.
 */
export function parseVideoRequest(body: VideoRequestBody, rules: VideoRequestRules): VideoRequest {
  const { issues, language, estimatedSpeechSeconds } = checkSpokenText('/script', body.script, body.language, rules);
  refuseBrokenRules([
    ...issues,
    ...checkName('template', 'unknown_template', body.template, Object.keys(rules.templates)),
    ...checkUserId(body.userId),
    ...checkTitle(body.title),
    ...checkPicture(body, rules),
    ...checkDrawing(body, rules),
    ...checkRunAt(body.runAt),
    ...checkCallback(body.callbackUrl, rules),
    ...checkEnhance(body.enhance, rules),
  ]);
  return {
    script: body.script,
    // The rules let only the names of templates and presenters through.
    template: body.template as PresenterBrief['template'],
    userId: body.userId,
    title: body.title?.trim() ?? null,
    ...choosePicture(body, rules, rules.templates[body.template]?.presenter as PresenterBrief['presenter']),
    language,
    voice: { ...rules.voice, ...body.voice },
    captions: { burned: body.captions?.burned ?? true, style: body.captions?.style ?? 'highlight' },
    enhance: body.enhance ?? rules.canEnhance,
    estimatedSpeechSeconds,
    priority: body.priority ?? 0,
    runAt: body.runAt === undefined ? null : readRunAt(body.runAt),
    callbackUrl: body.callbackUrl ?? null,
  };
}

/** A job's input back in its type: it was written by `parseVideoRequest`, of this release or an earlier one. */
export function readStoredRequest(input: Json): VideoRequest {
  const stored = input as unknown as VideoRequest;
  return { ...CHOICES_OF_FIRST_RELEASES, ...stored };
}

/** Requests were stored without these while there was one answer to each. */
const CHOICES_OF_FIRST_RELEASES = { videoProvider: 'engine', avatarId: null, background: null } as const;

function checkTitle(title: string | undefined): readonly RequestIssue[] {
  if (title === undefined) return [];
  return checkLine('/title', title, { characters: countCharacters(title.trim()), most: MAX_TITLE_CHARACTERS });
}

function checkCallback(url: string | undefined, rules: VideoRequestRules): readonly RequestIssue[] {
  const verdict: CallbackVerdict = url === undefined ? { isAllowed: true } : rules.checkCallback(url);
  if (verdict.isAllowed) return [];
  const pointer = '/callbackUrl';
  if (verdict.isConfigured) {
    return [{ pointer, code: 'invalid_callback_url', rule: `must ${verdict.rule}`, value: verdict.value }];
  }
  const rule = 'needs a server with WEBHOOK_SECRET, and this one has none';
  return [{ pointer, code: 'callbacks_not_configured', rule, value: null }];
}

function checkEnhance(enhance: boolean | undefined, { canEnhance }: VideoRequestRules): readonly RequestIssue[] {
  if (enhance !== true || canEnhance) return [];
  const rule = 'needs a server with OPENAI_API_KEY or OPENAI_BASE_URL, and this one has neither';
  return [{ pointer: '/enhance', code: 'enhancement_not_configured', rule, value: null }];
}

function checkDrawing(body: VideoRequestBody, rules: VideoRequestRules): readonly RequestIssue[] {
  const issues: RequestIssue[] = [];
  if (body.captions?.burned !== false && !rules.canDraw(body.script)) {
    const rule = 'must be false for a script in a writing system without a font';
    issues.push({ pointer: '/captions/burned', code: 'unsupported_value', rule, value: true });
  }
  if (body.title !== undefined && !rules.canDraw(body.title)) {
    const rule = 'must be in a writing system that has a font';
    issues.push({ pointer: '/title', code: 'unsupported_value', rule, value: shorten(body.title) });
  }
  return issues;
}
