import type { Config } from './schema.ts';

/** What works and is hardly meant, outside mock mode; for the log. */
export function findDoubts(config: Config): readonly string[] {
  if (config.mockMode) return [];
  return [...doubtsOfSpeech(config), ...doubtsOfVideo(config), ...doubtsOfAddresses(config)];
}

function doubtsOfSpeech(config: Config): readonly string[] {
  const others = [config.elevenlabsApiKey, config.openaiSpeechBaseUrl].filter((other) => other !== null).length;
  if (config.ttsProvider !== 'vibevoice' || others > 0 || config.offlineFallback === true) return [];
  return [
    'ELEVENLABS_API_KEY is not set, nor is OPENAI_SPEECH_BASE_URL: when VibeVoice fails, nobody speaks in its place.',
  ];
}

function doubtsOfVideo({ videoProvider, videoFallback, heygenApiKey }: Config): readonly string[] {
  // A key lets requests name HeyGen.
  if (videoProvider !== 'engine' || heygenApiKey !== null || videoFallback !== 'none') return [];
  return ['VIDEO_FALLBACK is none, but VIDEO_PROVIDER is engine: there is nobody whom it would keep from standing in.'];
}

/** Each vendor's client adds its own path. */
function doubtsOfAddresses(config: Config): readonly string[] {
  const hasVersion = (address: string): boolean => /\/(?:v\d[\w.-]*|openai)(?:\/|$)/.test(new URL(address).pathname);
  const wantsOne = { OPENAI_BASE_URL: config.openaiBaseUrl, OPENAI_SPEECH_BASE_URL: config.openaiSpeechBaseUrl };
  const addsOne = { ELEVENLABS_BASE_URL: config.elevenlabsBaseUrl, HEYGEN_BASE_URL: config.heygenBaseUrl };
  return [
    ...Object.entries(wantsOne).flatMap(([name, address]) =>
      address === null || hasVersion(address)
        ? []
        : [`${name} has no version in its path, such as /v1, which most servers want.`],
    ),
    ...Object.entries(addsOne).flatMap(([name, address]) =>
      hasVersion(address) ? [`${name} has a version in its path, and another one is added to it.`] : [],
    ),
  ];
}
