import { toAppError } from '../../core/errors.ts';
import { durationSeconds } from '../../media/pcm.ts';
import { findSpeech } from '../../media/silence.ts';
import type { HttpClient, HttpResponse } from '../../net/http-client.ts';
import { assertSpeakable } from '../speakable-text.ts';
import { vendorCode } from '../../net/vendor-failure.ts';
import { speechFailure, transportFailure } from '../speech-failure.ts';
import type { Speech, SpeechProvider, Utterance, VoiceChoice } from '../speech-provider.ts';
import { wordsOfCharacters } from './elevenlabs/character-words.ts';
import { elevenLabsError } from './elevenlabs/error-answer.ts';
import { elevenLabsLanguage, elevenLabsModel } from './elevenlabs/models.ts';
import type { ElevenLabsModel } from './elevenlabs/models.ts';
import { readTimedAnswer } from './elevenlabs/timed-answer.ts';
import type { TimedAnswer } from './elevenlabs/timed-answer.ts';

export type ElevenLabsOptions = {
  readonly httpClient: HttpClient;
  /** `https://api.elevenlabs.io`, a regional address of the vendor, or a simulator. */
  readonly baseUrl: string;
  readonly apiKey: string;
  readonly voiceId: string;
  /** Such as `eleven_multilingual_v2` or `eleven_flash_v2_5`. */
  readonly modelId: string;
  /** The price of one billed character (a credit); the list price of all models is about 0.0001 in 2026. */
  readonly usdPerBilledCharacter: number;
};

const VENDOR = 'ElevenLabs';
/** Characters that end later than this after the sound say that the sound was cut. */
const LATE_CHARACTER_SECONDS = 0.3;
const LARGEST_SEED = 4_294_967_295;

/** Lower stability moves more, higher stability less; the vendor's own settings of the voice are the neutral ones. */
const VOICE_SETTINGS: Readonly<Record<VoiceChoice['style'], object | undefined>> = {
  neutral: undefined,
  excited: { stability: 0.35, style: 0.4, speed: 1.05 },
  calm: { stability: 0.75, style: 0, speed: 0.95 },
};

/**
 * ElevenLabs' `/with-timestamps` with raw samples at the canonical rate, so that nothing is decoded or resampled.
 * One request per utterance, never repeated here. Throws AppError: `invalid_input`, `unsupported`, `auth`, `quota`,
 * `rate_limited`, `timeout`, `unavailable`, `protocol`, `bad_audio`, `cancelled`.
 */
export function createElevenLabsProvider(options: ElevenLabsOptions): SpeechProvider {
  const model = elevenLabsModel(options.modelId);
  return {
    id: 'elevenlabs',
    capabilities: { languages: model.languages, alignment: 'character', paid: true },
    voiceIdentity: () => ({ vendorVoiceId: options.voiceId, model: options.modelId }),
    estimateUsd: ({ text }) => Array.from(text).length * model.billedPerCharacter * options.usdPerBilledCharacter,
    async synthesize(utterance, { signal, onPcm }) {
      try {
        const language = checked(utterance, options.modelId, model);
        const response = await options.httpClient.send({
          method: 'POST',
          url: `${options.baseUrl.replace(/\/+$/, '')}/v1/text-to-speech/${encodeURIComponent(options.voiceId)}/with-timestamps?output_format=pcm_24000`,
          headers: {
            'xi-api-key': options.apiKey,
            'content-type': 'application/json',
            accept: 'application/json',
          },
          body: requestBody(utterance, options.modelId, model.takesLanguageCode ? language : undefined),
          signal,
        });
        if (response.status !== 200) throw elevenLabsError(response);
        const speech = readSpeech(response, utterance, options, model);
        onPcm?.(speech.pcm);
        return speech;
      } catch (thrown) {
        throw toAppError(transportFailure(VENDOR, thrown));
      }
    },
  };
}

/** The vendor's language code of an utterance that the model can speak. */
function checked(utterance: Utterance, modelId: string, model: ElevenLabsModel): string {
  assertSpeakable(utterance);
  const language = elevenLabsLanguage(utterance.language);
  if (model.languages !== 'any' && !model.languages.includes(language)) {
    throw speechFailure(VENDOR, 'unsupported', `cannot speak ${utterance.language.slice(0, 40)} with ${modelId}`);
  }
  const length = Array.from(utterance.text).length;
  if (length > model.longestText) {
    const rule = `takes at most ${model.longestText} characters at once with ${modelId}; this text has ${length}`;
    throw speechFailure(VENDOR, 'unsupported', rule);
  }
  return language;
}

function requestBody({ text, voice }: Utterance, modelId: string, language: string | undefined): string {
  const settings = VOICE_SETTINGS[voice.style];
  return JSON.stringify({
    text,
    model_id: modelId,
    seed: Math.min(LARGEST_SEED, Math.max(0, Math.trunc(voice.seed))),
    // The vendor asks for two letters (ISO 639-1); a language without two letters is heard from the text.
    ...(language?.length === 2 ? { language_code: language } : {}),
    ...(settings === undefined ? {} : { voice_settings: settings }),
  });
}

function readSpeech(
  response: HttpResponse,
  utterance: Utterance,
  options: ElevenLabsOptions,
  model: ElevenLabsModel,
): Speech {
  const answer = readTimedAnswer(response);
  const { pcm } = answer;
  assertWhole(answer);
  const words = wordTimes(answer, utterance);
  const billed = billedCharacters(response) ?? Array.from(utterance.text).length * model.billedPerCharacter;
  const requestId = vendorCode(response.headers['request-id']);
  return {
    pcm,
    ...(words === undefined ? {} : { alignment: { words, phonemes: [] } }),
    warnings: [
      ...(words === undefined ? ['ElevenLabs gave no times for this speech.'] : []),
      ...(utterance.voice.profile === 'default' ? [] : ['ElevenLabs speaks every profile with the configured voice.']),
    ],
    costUsd: billed * options.usdPerBilledCharacter,
    providerMetadata: {
      model: options.modelId,
      voice: options.voiceId,
      characterCost: billed,
      ...(requestId === undefined ? {} : { requestId }),
    },
  };
}

function assertWhole({ pcm, original, normalised }: TimedAnswer): void {
  if (findSpeech(pcm) === undefined) {
    throw speechFailure(VENDOR, 'bad_audio', `answered with ${durationSeconds(pcm).toFixed(2)} seconds of silence`);
  }
  const lastSeconds = Math.max(0, original?.endSeconds.at(-1) ?? 0, normalised?.endSeconds.at(-1) ?? 0);
  if (lastSeconds > durationSeconds(pcm) + LATE_CHARACTER_SECONDS) {
    const facts = `${lastSeconds.toFixed(2)} seconds, but only ${durationSeconds(pcm).toFixed(2)} seconds of sound`;
    throw speechFailure(VENDOR, 'bad_audio', `answered with a text of ${facts}`);
  }
}

/** From the alignment of the text as it was sent; where that does not fit, from that of the text as it was read out. */
function wordTimes({ pcm, original, normalised }: TimedAnswer, { text, language }: Utterance) {
  for (const timed of [original, normalised]) {
    const words = timed && wordsOfCharacters(text, language, timed, durationSeconds(pcm));
    if (words !== undefined) return words;
  }
  return undefined;
}

/** `character-cost` in the documents, `x-character-count` in the vendor's newer samples. */
function billedCharacters({ headers }: HttpResponse): number | undefined {
  const value = headers['character-cost'] ?? headers['x-character-count'] ?? '';
  return /^\d{1,9}(?:\.\d+)?$/.test(value) ? Number(value) : undefined;
}
