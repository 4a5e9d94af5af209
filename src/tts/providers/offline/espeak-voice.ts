import { AppError } from '../../../core/errors.ts';
import type { Alignment } from '../../../media/alignment.ts';
import { durationSeconds, type Pcm } from '../../../media/pcm.ts';
import { decodePcm16 } from '../../../media/pcm16.ts';
import { wordSpans, type WordSpan } from '../../../media/words.ts';
import { alignGroups, groupSounds, sharedWords } from './espeak-alignment.ts';
import { espeakLanguages, findEspeakVoice, type EspeakVoiceEntry } from './espeak-languages.ts';
import { EspeakProcess, type EspeakEvent } from './espeak-process.ts';
import { espeakSoundToIpa } from './espeak-sounds.ts';
import { textForEspeak } from './espeak-text.ts';

export type EspeakSpeechRequest = {
  readonly text: string;
  readonly language: string;
  /** One of eSpeak NG's voice variants, such as `f3`. */
  readonly variant: string;
  /** Words per minute. */
  readonly rate: number;
  readonly pitch: number;
  readonly range: number;
};

export type EspeakSpeech = { readonly pcm: Pcm; readonly alignment: Alignment; readonly voice: string };

/** Events and samples of the same speech; a larger difference means that one of them was cut. */
const LONGEST_DISAGREEMENT_SECONDS = 0.2;
const KANJI = /\p{Script=Han}/u;

/** Every language that eSpeak NG speaks, through its host process, with the times of words and sounds. */
export class EspeakVoice {
  readonly #process: EspeakProcess;
  #voices: readonly EspeakVoiceEntry[] | undefined;

  constructor(process = new EspeakProcess()) {
    this.#process = process;
  }

  async listLanguages(signal: AbortSignal): Promise<string[]> {
    return espeakLanguages(await this.#listVoices(signal));
  }

  /** Throws AppError: `unsupported` for a language or writing it cannot speak or when it is not installed, else as EspeakProcess. */
  async speak(request: EspeakSpeechRequest, signal: AbortSignal): Promise<EspeakSpeech> {
    const voice = findEspeakVoice(await this.#listVoices(signal), request.language);
    if (voice === undefined) {
      throw new AppError({
        code: 'language_unsupported',
        kind: 'unsupported',
        message: `The offline voices do not speak the language ${request.language}.`,
      });
    }
    checkWriting(request);
    const words = wordSpans(request.text, request.language);
    const { text, offsets } = textForEspeak(request.text);
    const { rate, pitch, range } = request;
    const answer = await this.#process.ask(
      { operation: 'speak', voice: `${voice}+${request.variant}`, rate, pitch, range, text },
      signal,
    );
    const pcm = pcmOf(answer.pcm, Number(answer.json['sampleRateHz']));
    const events = answer.json['events'] as EspeakEvent[];
    checkDuration(pcm, events);
    const spoken = groupSounds(events, words, offsets, pcm);
    const pronunciations = await this.#pronounce(voice, words, sharedWords(spoken.groups), signal);
    return { pcm, alignment: alignGroups(spoken, words, pronunciations), voice };
  }

  close(): Promise<void> {
    return this.#process.close();
  }

  async #listVoices(signal: AbortSignal): Promise<readonly EspeakVoiceEntry[]> {
    if (this.#voices === undefined) {
      const answer = await this.#process.ask({ operation: 'voices' }, signal);
      this.#voices = answer.json['voices'] as EspeakVoiceEntry[];
    }
    return this.#voices;
  }

  async #pronounce(
    voice: string,
    words: readonly WordSpan[],
    indexes: readonly number[],
    signal: AbortSignal,
  ): Promise<ReadonlyMap<number, readonly string[]>> {
    if (indexes.length === 0) return new Map();
    const texts = indexes.map((index) => textForEspeak((words[index] as WordSpan).text).text);
    const answer = await this.#process.ask({ operation: 'sounds', voice, texts }, signal);
    const lists = answer.json['sounds'] as string[][];
    return new Map(
      indexes.map((index, position) => [
        index,
        (lists[position] ?? []).map(espeakSoundToIpa).filter((ipa) => ipa !== ''),
      ]),
    );
  }
}

function checkWriting({ language, text }: EspeakSpeechRequest): void {
  if (!/^ja\b/i.test(language) || !KANJI.test(text)) return;
  throw new AppError({
    code: 'kanji_unsupported',
    kind: 'unsupported',
    message:
      'The offline Japanese voice reads kana only, and the text has kanji; write it in kana or choose another provider.',
  });
}

function checkDuration(pcm: Pcm, events: readonly EspeakEvent[]): void {
  const announcedSeconds = (events.at(-1)?.atMilliseconds ?? 0) / 1000;
  const spokenSeconds = durationSeconds(pcm);
  if (Math.abs(announcedSeconds - spokenSeconds) <= LONGEST_DISAGREEMENT_SECONDS) return;
  throw new AppError({
    code: 'espeak_failed',
    kind: 'protocol',
    message: `eSpeak NG's times must end with its speech of ${spokenSeconds.toFixed(2)} s, and end at ${announcedSeconds.toFixed(2)} s.`,
  });
}

function pcmOf(bytes: Uint8Array, sampleRateHz: number): Pcm {
  return { samples: decodePcm16(bytes), sampleRateHz };
}
