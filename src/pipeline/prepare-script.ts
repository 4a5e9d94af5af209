import { normaliseForSpeech } from '../script/normalise.ts';
import { deriveTitle } from '../script/title.ts';
import { splitIntoUtterances } from '../script/utterances.ts';
import { canDraw } from './drawable-text.ts';
import type { Enhancement, ScriptToSpeak } from './enhance-script.ts';
import type { VideoRequest } from './video-request.ts';

/** One utterance as it will be spoken, with its place in the script. Plain JSON: it is the recorded result of a step. */
export type PreparedUtterance = {
  /** UTF-16 offsets into the script. */
  readonly start: number;
  readonly end: number;
  /** Words only; `spans` lead from it back to `script.slice(start, end)`. */
  readonly spoken: string;
  readonly spans: readonly {
    readonly spokenStart: number;
    readonly spokenEnd: number;
    readonly sourceStart: number;
    readonly sourceEnd: number;
  }[];
  readonly pauseAfterSeconds: number;
};

export type PreparedScript = {
  readonly script: string;
  readonly title: string;
  readonly language: string;
  readonly utterances: readonly PreparedUtterance[];
  /** What the script says in a few words each, for the picture; none when it was not improved. */
  readonly keyPoints: readonly string[];
  readonly enhancement: Enhancement;
};

/** The script as it will be spoken, and its title: the user's, that of whoever improved it, or its first telling words. */
export function prepareScript({ title, language }: VideoRequest, toSpeak: ScriptToSpeak): PreparedScript {
  const { script, keyPoints, enhancement } = toSpeak;
  return {
    script,
    language,
    title: title ?? toSpeak.title ?? (canDraw(script) ? deriveTitle(script, language) : ''),
    utterances: prepareUtterances(script, language),
    keyPoints,
    enhancement,
  };
}

/** Splits a text into utterances and turns each into words that a voice can read. */
export function prepareUtterances(text: string, language: string): PreparedUtterance[] {
  return splitIntoUtterances(text, language).map(({ start, end, pauseAfterSeconds }) => {
    const { text: spoken, spans } = normaliseForSpeech(text.slice(start, end), language);
    return { start, end, spoken, spans: spans.map((span) => ({ ...span })), pauseAfterSeconds };
  });
}
