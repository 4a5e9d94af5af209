import { toAppError } from '../../core/errors.ts';
import { CANONICAL_SAMPLE_RATE_HZ, durationSeconds } from '../../media/pcm.ts';
import type { Pcm } from '../../media/pcm.ts';
import { resample } from '../../media/resample.ts';
import { findSpeech } from '../../media/silence.ts';
import { parseWav } from '../../media/wav.ts';
import type { HttpClient, HttpResponse } from '../../net/http-client.ts';
import { assertSpeakable } from '../speakable-text.ts';
import { vendorCode } from '../../net/vendor-failure.ts';
import { speechFailure, transportFailure } from '../speech-failure.ts';
import type { SpeechProvider, Utterance, VoiceChoice } from '../speech-provider.ts';
import { openAiSpeechError } from './openai-speech/error-answer.ts';

export type OpenAiSpeechOptions = {
  readonly httpClient: HttpClient;
  /** With its version, as the vendor's own client wants it: `https://api.openai.com/v1`, or any server that is compatible. */
  readonly baseUrl: string;
  readonly apiKey: string;
  readonly model: string;
  readonly voice: string;
  /** 0 for a server of one's own. */
  readonly usdPerCharacter: number;
};

const VENDOR = 'The OpenAI-compatible speech server';
/** Input limit of the speech endpoint: `resources/audio/speech.d.ts` of openai 7.57. */
const LONGEST_TEXT = 4096;
/** A writer that cannot seek back leaves a size near the largest there is. */
const UNKNOWN_SIZE_FROM = 0x7fff_0000;

const INSTRUCTIONS: Readonly<Record<VoiceChoice['style'], string | undefined>> = {
  neutral: undefined,
  excited: 'Speak with energy and enthusiasm.',
  calm: 'Speak calmly and slowly.',
};

/**
 * OpenAI's `POST /audio/speech` and the many servers that copy it. WAV is asked for, because its header tells the sample
 * rate, which the copies do not agree on. No times, no seed. One request per utterance, never repeated here.
 * Throws AppError: `invalid_input`, `unsupported`, `auth`, `quota`, `rate_limited`, `timeout`, `unavailable`, `protocol`,
 * `bad_audio`, `cancelled`.
 */
export function createOpenAiSpeechProvider(options: OpenAiSpeechOptions): SpeechProvider {
  return {
    id: 'openai-speech',
    capabilities: { languages: 'any', alignment: 'none', paid: options.usdPerCharacter > 0 },
    voiceIdentity: () => ({ vendorVoiceId: options.voice, model: options.model }),
    estimateUsd: ({ text }) => Array.from(text).length * options.usdPerCharacter,
    async synthesize(utterance, { signal, onPcm }) {
      try {
        const characterCount = checkedLength(utterance);
        const response = await options.httpClient.send({
          method: 'POST',
          url: `${options.baseUrl.replace(/\/+$/, '')}/audio/speech`,
          headers: { authorization: `Bearer ${options.apiKey}`, 'content-type': 'application/json' },
          body: requestBody(utterance, options),
          signal,
        });
        if (response.status !== 200) throw openAiSpeechError(VENDOR, response);
        const pcm = readPcm(response);
        onPcm?.(pcm);
        const requestId = vendorCode(response.headers['x-request-id']);
        return {
          pcm,
          warnings: warningsOf(utterance.voice, options.model),
          costUsd: characterCount * options.usdPerCharacter,
          providerMetadata: {
            model: options.model,
            voice: options.voice,
            ...(requestId === undefined ? {} : { requestId }),
          },
        };
      } catch (thrown) {
        throw toAppError(transportFailure(VENDOR, thrown));
      }
    },
  };
}

function checkedLength(utterance: Utterance): number {
  assertSpeakable(utterance);
  const length = Array.from(utterance.text).length;
  if (length <= LONGEST_TEXT) return length;
  const rule = `takes at most ${LONGEST_TEXT} characters at once; this text has ${length}`;
  throw speechFailure(VENDOR, 'unsupported', rule);
}

function requestBody({ text, voice }: Utterance, options: OpenAiSpeechOptions): string {
  const instructions = takesInstructions(options.model) ? INSTRUCTIONS[voice.style] : undefined;
  return JSON.stringify({
    model: options.model,
    voice: options.voice,
    input: text,
    response_format: 'wav',
    ...(instructions === undefined ? {} : { instructions }),
  });
}

/** `instructions` "does not work with tts-1 or tts-1-hd" (the vendor's client). */
function takesInstructions(model: string): boolean {
  return model !== 'tts-1' && model !== 'tts-1-hd';
}

function warningsOf(voice: VoiceChoice, model: string): string[] {
  const warnings: string[] = [];
  if (voice.profile !== 'default') warnings.push('The speech server speaks every profile with the configured voice.');
  if (voice.style !== 'neutral' && !takesInstructions(model)) warnings.push(`The model ${model} has no styles.`);
  return warnings;
}

function readPcm({ headers, bytes }: HttpResponse): Pcm {
  // Copies of the vendor say audio/wav, audio/x-wav, audio/wave or application/octet-stream.
  if (/^(?:text\/|application\/json\b)/i.test(headers['content-type'] ?? '')) {
    throw speechFailure(VENDOR, 'protocol', 'must answer with sound and answered with text');
  }
  if (bytes.length === 0) throw speechFailure(VENDOR, 'bad_audio', 'answered without any sound');
  const pcm = parseWav(bytes);
  if (pcm.samples.length === 0) throw speechFailure(VENDOR, 'bad_audio', 'answered without any sound');
  const declaredBytes = new DataView(bytes.buffer, bytes.byteOffset).getUint32(4, true) + 8;
  if (declaredBytes < UNKNOWN_SIZE_FROM && declaredBytes > bytes.length) {
    const facts = `a file of ${declaredBytes} bytes of which ${bytes.length} came`;
    throw speechFailure(VENDOR, 'bad_audio', `answered with ${facts}`);
  }
  if (findSpeech(pcm) === undefined) {
    throw speechFailure(VENDOR, 'bad_audio', `answered with ${durationSeconds(pcm).toFixed(2)} seconds of silence`);
  }
  return resample(pcm, CANONICAL_SAMPLE_RATE_HZ);
}
