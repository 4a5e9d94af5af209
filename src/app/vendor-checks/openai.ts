import type { Config } from '../../config/schema.ts';
import type { HttpClient } from '../../net/http-client.ts';
import { listOpenAiModels } from '../../script/enhancers/openai/model-list.ts';
import { listSpeechModels } from '../../tts/providers/openai-speech/model-list.ts';
import { OPENAI } from '../scripts.ts';
import { keyEnd, WrongSettingError, type GoodAnswer, type VendorCheck } from './vendor-check.ts';

const CREDIT = 'Whether the account has credit is seen at its first call: OpenAI does not tell for nothing.';

/** Who improves scripts. */
export function checkOpenAi(config: Config, { timeoutSeconds }: { readonly timeoutSeconds: number }): VendorCheck {
  const { openaiApiKey: apiKey, openaiBaseUrl, openaiModel: model } = config;
  const vendor = 'OpenAI (scripts)';
  const purpose =
    'It would improve scripts before they are spoken: OPENAI_API_KEY, or OPENAI_BASE_URL for another server.';
  if (apiKey === null && openaiBaseUrl === null) return { vendor, purpose, access: null };
  const baseUrl = openaiBaseUrl ?? OPENAI;
  return {
    vendor,
    purpose,
    access: {
      address: new URL(baseUrl).host,
      addressVariable: 'OPENAI_BASE_URL',
      keys: { OPENAI_API_KEY: apiKey },
      async ask(signal) {
        const listing = { vendor: 'The server for scripts', timeoutSeconds, signal };
        const models = await listOpenAiModels({ baseUrl, apiKey }, listing);
        const isVendor = openaiBaseUrl === null || new URL(openaiBaseUrl).host === new URL(OPENAI).host;
        return describeModels({ models, model, apiKey, isVendor, modelVariable: 'OPENAI_MODEL' });
      },
    },
  };
}

/** The OpenAI-compatible voice. */
export function checkOpenAiSpeech(config: Config, { http }: { readonly http: HttpClient }): VendorCheck {
  const { openaiSpeechApiKey: apiKey, openaiSpeechBaseUrl: baseUrl, openaiSpeechModel: model } = config;
  const vendor = 'OpenAI-compatible speech';
  const purpose = 'It would speak when VibeVoice and ElevenLabs cannot: OPENAI_SPEECH_BASE_URL.';
  if (baseUrl === null) return { vendor, purpose, access: null };
  const { host } = new URL(baseUrl);
  return {
    vendor,
    purpose,
    access: {
      address: host,
      addressVariable: 'OPENAI_SPEECH_BASE_URL',
      keys: { OPENAI_SPEECH_API_KEY: apiKey },
      async ask(signal) {
        const listing = { vendor: 'The speech server', httpClient: http, signal };
        const models = await listSpeechModels({ baseUrl, apiKey: apiKey ?? '' }, listing);
        const isVendor = host === new URL(OPENAI).host;
        return describeModels({ models, model, apiKey, isVendor, modelVariable: 'OPENAI_SPEECH_MODEL' });
      },
    },
  };
}

/** OpenAI lists all that a key may use; copies of it list what they like. */
function describeModels(known: {
  readonly models: readonly string[] | null;
  readonly model: string;
  readonly apiKey: string | null;
  readonly isVendor: boolean;
  readonly modelVariable: string;
}): GoodAnswer {
  const { models, model, apiKey, isVendor, modelVariable } = known;
  const key = apiKey === null ? 'no key' : keyEnd(apiKey);
  const notes = isVendor ? [CREDIT] : [];
  if (models === null) {
    return {
      detail: `It answers (${key}).`,
      notes: [`It lists no models, so ${modelVariable} was not checked.`, ...notes],
    };
  }
  if (models.includes(model)) return { detail: `It has the model ${model} (${key}).`, notes };
  if (isVendor)
    throw new WrongSettingError(`The key is good, but it may not use the model ${model}: correct ${modelVariable}.`);
  return { detail: `It answers (${key}).`, notes: [`It does not list the model ${model} (${modelVariable}).`] };
}
