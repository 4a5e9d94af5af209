import { normaliseForSpeech } from '../script/normalise.ts';
import { deriveTitle } from '../script/title.ts';
import { splitIntoUtterances } from '../script/utterances.ts';
import { canDraw } from './drawable-text.ts';
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
};

/** Splits the script into utterances and turns each into words that a voice can read. */
export function prepareScript(request: VideoRequest): PreparedScript {
  const { script, language } = request;
  const utterances = splitIntoUtterances(script, language).map(({ start, end, pauseAfterSeconds }) => {
    const { text, spans } = normaliseForSpeech(script.slice(start, end), language);
    return { start, end, spoken: text, spans: spans.map((span) => ({ ...span })), pauseAfterSeconds };
  });
  return {
    script,
    language,
    title: request.title ?? (canDraw(script) ? deriveTitle(script, language) : ''),
    utterances,
  };
}
