import type { Config } from '../../config/schema.ts';
import type { HttpClient } from '../../net/http-client.ts';
import { readElevenLabsAccount } from '../../tts/providers/elevenlabs/account.ts';
import { checkVibeVoiceServer } from '../../tts/providers/vibevoice/server-check.ts';
import { keyEnd, WrongSettingError, type GoodAnswer, type VendorCheck } from './vendor-check.ts';

/** One check for each server, in their order. */
export function checkVibeVoice(
  { vibevoiceEndpoints }: Config,
  { http, timeoutSeconds }: { readonly http: HttpClient; readonly timeoutSeconds: number },
): readonly VendorCheck[] {
  const purpose = 'Your GPU servers would speak: VIBEVOICE_WS_ENDPOINT.';
  if (vibevoiceEndpoints === null) return [{ vendor: 'VibeVoice', purpose, access: null }];
  return vibevoiceEndpoints.map((endpoint) => {
    const url = new URL(endpoint);
    return {
      vendor: `VibeVoice ${url.host}`,
      purpose,
      access: {
        address: url.host,
        addressVariable: 'VIBEVOICE_WS_ENDPOINT',
        keys: {},
        async ask(signal) {
          const voices = await checkVibeVoiceServer(url, { http, timeoutSeconds, signal });
          return { detail: voices === null ? `It answers at ${url.pathname}.` : `It has ${voices} voices.` };
        },
      },
    };
  });
}

export function checkElevenLabs(config: Config, { http: httpClient }: { readonly http: HttpClient }): VendorCheck {
  const { elevenlabsApiKey: apiKey, elevenlabsBaseUrl: baseUrl, elevenlabsVoiceId: voiceId } = config;
  const vendor = 'ElevenLabs';
  const purpose = 'It would speak other languages, and when VibeVoice cannot: ELEVENLABS_API_KEY.';
  if (apiKey === null) return { vendor, purpose, access: null };
  return {
    vendor,
    purpose,
    access: {
      address: new URL(baseUrl).host,
      addressVariable: 'ELEVENLABS_BASE_URL',
      keys: { ELEVENLABS_API_KEY: apiKey },
      ask: async (signal) =>
        describeAccount(await readElevenLabsAccount({ httpClient, baseUrl, apiKey, voiceId, signal }), apiKey, voiceId),
    },
  };
}

function describeAccount(
  { tier, creditsLeft, status, hasVoice }: Awaited<ReturnType<typeof readElevenLabsAccount>>,
  apiKey: string,
  voiceId: string,
): GoodAnswer {
  if (creditsLeft === 0)
    throw new WrongSettingError('The key is good, but its credits are used up: add some, or wait.');
  if (hasVoice === false) {
    throw new WrongSettingError(`The key is good, but there is no voice ${voiceId}: correct ELEVENLABS_VOICE_ID.`);
  }
  const notes: string[] = [];
  if (hasVoice === null)
    notes.push('The key may not read voices (voices_read), so ELEVENLABS_VOICE_ID was not checked.');
  if (creditsLeft === null) notes.push('The key may not read the account (user_read), so its credits are not known.');
  if (status !== null && !['active', 'trialing', 'free'].includes(status)) notes.push(`The account is ${status}.`);
  const credits =
    creditsLeft === null
      ? 'It knows the key'
      : `It has ${creditsLeft === Infinity ? 'any number of' : creditsLeft} credits left`;
  return { detail: `${credits} (${[tier, keyEnd(apiKey)].filter((part) => part !== null).join(', ')}).`, notes };
}
