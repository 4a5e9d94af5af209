import type { Pcm } from '../media/pcm.ts';
import { resample } from '../media/resample.ts';
import { encodeWav } from '../media/wav.ts';
import { FaultControl } from './fault-control.ts';
import { startHttpSimulator, TRANSPORT_FAULTS } from './http-simulator.ts';
import type { SimulatedAnswer, SimulatedRequest } from './http-simulator.ts';
import { OPENAI_REFUSALS, openAiError, openAiModelList, openAiRefusal, openAiUnauthorized } from './openai-errors.ts';
import type { Simulator, SimulatorOptions, SimulatorVoice } from './simulator.ts';

const FAULTS = {
  ...OPENAI_REFUSALS,
  'empty-audio': 'A success whose WAV file holds no samples.',
  silence: 'A success whose speech is silent from end to end.',
  truncated: 'A success whose file ends half-way, inside a sample.',
  'wrong-content-type': '200 with a web page instead of speech.',
  ...TRANSPORT_FAULTS,
} as const;
export type OpenAiSpeechFault = keyof typeof FAULTS;

/** Models, voices and the longest text: the documentation in `resources/audio/speech.d.ts` of openai 7.57. */
const MODELS = new Set(['tts-1', 'tts-1-hd', 'gpt-4o-mini-tts', 'gpt-4o-mini-tts-2025-12-15']);
const VOICES = 'alloy ash ballad coral echo fable onyx nova sage shimmer verse marin cedar'.split(' ');
const LONGEST_TEXT = 4096;
const SAMPLE_RATE_HZ = 24_000;
const WAV_HEADER_BYTES = 44;

export type OpenAiSpeechSimulatorOptions = SimulatorOptions & {
  readonly voice: SimulatorVoice;
  /** The only key that is accepted. */
  readonly apiKey: string;
  /** The vendor hears the language from the text. */
  readonly detectLanguage?: ((text: string) => string) | undefined;
  /** How long the fault `slow-first-byte` waits. */
  readonly slowSeconds?: number | undefined;
};

/**
 * OpenAI's `POST /v1/audio/speech` as the vendor's own client describes it, spoken by a voice that is handed in.
 * WAV and raw 16-bit samples at 24 kHz; the compressed formats are refused. `GET /v1/models` as well.
 */
export function startOpenAiSpeechSimulator(
  options: OpenAiSpeechSimulatorOptions,
): Promise<Simulator<OpenAiSpeechFault>> {
  const { apiKey, port, keptRequests, slowSeconds = 30 } = options;
  let requestCount = 0;
  return startHttpSimulator<OpenAiSpeechFault>({
    port,
    keptRequests,
    faults: new FaultControl(FAULTS),
    slowSeconds,
    async answer(request, fault) {
      const answer = await speak(options, apiKey, request, fault);
      return { ...answer, headers: { 'x-request-id': `req_simulated_${++requestCount}`, ...answer.headers } };
    },
  });
}

async function speak(
  options: OpenAiSpeechSimulatorOptions,
  apiKey: string,
  request: SimulatedRequest,
  fault: OpenAiSpeechFault | undefined,
): Promise<SimulatedAnswer> {
  const refusal = fault === undefined ? undefined : openAiRefusal(fault);
  if (refusal !== undefined) return refusal;
  if (request.headers['authorization'] !== `Bearer ${apiKey}`) return openAiUnauthorized();
  if (request.method === 'GET' && request.path === '/v1/models') return openAiModelList([...MODELS]);
  if (request.method !== 'POST' || request.path !== '/v1/audio/speech') {
    return openAiError(404, 'invalid_request_error', null, 'Invalid URL');
  }
  const asked = readRequest(request.body);
  if ('status' in asked) return asked;
  const language = options.detectLanguage?.(asked.text) ?? 'en';
  const spoken = await options.voice({ text: asked.text, language }, request.signal);
  return speechAnswer(resample(spoken.pcm, SAMPLE_RATE_HZ), asked.format, fault);
}

function readRequest(body: string): { readonly text: string; readonly format: 'wav' | 'pcm' } | SimulatedAnswer {
  const invalid = (param: string, message: string): SimulatedAnswer =>
    openAiError(400, 'invalid_request_error', 'invalid_value', message, param);
  let value: unknown;
  try {
    value = JSON.parse(body);
  } catch {
    return openAiError(400, 'invalid_request_error', null, 'We could not parse the JSON body of your request.');
  }
  const { input, model, voice, response_format: format } = Object(value) as Record<string, unknown>;
  if (typeof model !== 'string') return invalid('model', 'you must provide a model parameter');
  if (!MODELS.has(model)) {
    return openAiError(404, 'invalid_request_error', 'model_not_found', 'The model does not exist.', 'model');
  }
  if (typeof input !== 'string' || input === '') return invalid('input', 'String should have at least 1 character');
  if (Array.from(input).length > LONGEST_TEXT) {
    return openAiError(400, 'invalid_request_error', 'string_too_long', 'Maximum length is 4096.', 'input');
  }
  if (typeof voice !== 'string' || !VOICES.includes(voice)) return invalid('voice', `Input should be ${VOICES.join()}`);
  if (format !== 'wav' && format !== 'pcm') return invalid('response_format', 'Input should be wav or pcm here.');
  return { text: input, format };
}

function speechAnswer(pcm: Pcm, format: 'wav' | 'pcm', fault: OpenAiSpeechFault | undefined): SimulatedAnswer {
  if (fault === 'wrong-content-type') {
    return { status: 200, headers: { 'content-type': 'text/html' }, body: '<h1>Please sign in</h1>' };
  }
  const sounded = fault === 'silence' ? { ...pcm, samples: new Float32Array(pcm.samples.length) } : pcm;
  const wav = encodeWav(fault === 'empty-audio' ? { ...pcm, samples: new Float32Array(0) } : sounded);
  // An odd number of bytes: the cut goes through a sample.
  const kept = fault === 'truncated' ? wav.subarray(0, (wav.length >> 1) | 1) : wav;
  const body = format === 'pcm' ? kept.subarray(WAV_HEADER_BYTES) : kept;
  return { status: 200, headers: { 'content-type': format === 'pcm' ? 'audio/pcm' : 'audio/wav' }, body };
}
