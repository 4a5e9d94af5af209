import type { SimulatedAnswer, SimulatedRequest } from './http-simulator.ts';
import { MODELS } from './elevenlabs-catalogue.ts';
import type { SimulatedModel } from './elevenlabs-catalogue.ts';
import { errorAnswer, validationAnswer } from './elevenlabs-errors.ts';

export type SpeechRequest = {
  readonly text: string;
  readonly model: SimulatedModel;
  readonly languageCode: string | undefined;
  readonly format: 'pcm_24000' | 'wav_24000';
  readonly streamed: boolean;
  readonly timestamps: boolean;
};

const ROUTE = /^\/v1\/text-to-speech\/([^/]+)(\/stream)?(\/with-timestamps)?$/;
const LARGEST_SEED = 4_294_967_295;

export function isSpeechRoute(request: SimulatedRequest): boolean {
  return request.method === 'POST' && ROUTE.test(request.path);
}

/** What a call of one of the four speech routes asks for, or the vendor's refusal of it. */
export function readSpeechRequest(
  request: SimulatedRequest,
  voiceIds: readonly string[],
  headers: Readonly<Record<string, string>>,
): SpeechRequest | SimulatedAnswer {
  const [, voiceId = '', stream, timestamps] = ROUTE.exec(request.path) ?? [];
  const invalid = (location: readonly string[], message: string, type: string): SimulatedAnswer =>
    validationAnswer(location, message, type, headers);
  const body = parseObject(request.body);
  if (body === undefined) return invalid(['body'], 'JSON decode error', 'json_invalid');
  const { text, seed, model_id: modelId = 'eleven_multilingual_v2', language_code: languageCode } = body;
  if (text === undefined) return invalid(['body', 'text'], 'Field required', 'missing');
  if (typeof text !== 'string') return invalid(['body', 'text'], 'Input should be a valid string', 'string_type');
  const seedFits = typeof seed === 'number' && Number.isInteger(seed) && seed >= 0 && seed <= LARGEST_SEED;
  if (seed !== undefined && seed !== null && !seedFits) {
    return invalid(['body', 'seed'], `Input should be from 0 to ${LARGEST_SEED}`, 'less_than_equal');
  }
  // Without one the vendor sends MP3, which this simulator cannot make.
  const format = request.query.get('output_format') ?? 'mp3_44100_128';
  const isPcm = format === 'pcm_24000';
  // WAV is among the formats of the routes that answer at once only (NonStreamingOutputFormats of the vendor's client).
  if (!isPcm && (format !== 'wav_24000' || stream !== undefined)) {
    return invalid(['query', 'output_format'], 'Input should be pcm_24000 or, not streamed, wav_24000', 'enum');
  }
  if (!voiceIds.includes(decodeURIComponent(voiceId))) {
    return errorAnswer(404, 'not_found', 'voice_not_found', 'A voice with this voice_id was not found.', headers);
  }
  const model = MODELS.find(({ id }) => id === modelId);
  if (model === undefined) {
    return errorAnswer(
      400,
      'validation_error',
      'model_not_found',
      'A model with this model_id was not found.',
      headers,
    );
  }
  if (Array.from(text).length > model.longestText) {
    const message = `A single request may have at most ${model.longestText} characters for this model.`;
    return errorAnswer(400, 'validation_error', 'max_character_limit_exceeded', message, headers);
  }
  return {
    text,
    model,
    languageCode: typeof languageCode === 'string' ? languageCode : undefined,
    format: isPcm ? 'pcm_24000' : 'wav_24000',
    streamed: stream !== undefined,
    timestamps: timestamps !== undefined,
  };
}

function parseObject(body: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(body);
    return typeof value === 'object' && value !== null && !Array.isArray(value)
      ? (value as Record<string, unknown>)
      : undefined;
  } catch {
    return undefined;
  }
}
