import type { ScriptEnhancer } from '../script/script-enhancer.ts';
import type { ScriptPrice, SpeechGateway } from '../tts/speech-gateway.ts';
import type { VideoProviderId } from '../video/video-capabilities.ts';
import { SILENCE_AROUND_SPEECH_SECONDS } from './mix-speech.ts';
import { prepareUtterances } from './prepare-script.ts';
import { toUtterances } from './speak-prepared.ts';
import type { VideoRequest } from './video-request.ts';

/** One thing that is paid for, in US dollars. `basis` says what the price was multiplied with, and quotes nothing of the script. */
export type CostItem = {
  readonly step: 'script' | 'speech' | 'render';
  readonly provider: string;
  readonly usd: number;
  readonly basis: string;
};

export type VideoEstimate = {
  readonly durationSeconds: number;
  /** With those who are asked first, and without what the cache has: the sum of `items`. */
  readonly costUsd: number;
  readonly items: readonly CostItem[];
  readonly savedByCacheUsd: number;
  /** When everyone fails at the last moment, after it was paid for, until the last one does it; without the cache. */
  readonly ifFallback: { readonly costUsd: number; readonly items: readonly CostItem[] };
  /** What prices were taken: see `priceTableName`. */
  readonly priceTable: string;
};

/** Of a video of that many seconds. */
export type PicturePrices = {
  readonly estimateUsd: Readonly<Record<VideoProviderId, (seconds: number) => number>>;
  /** Who makes what a vendor cannot; null for nobody. */
  readonly fallback: VideoProviderId | null;
};

/** Those who charge, and their prices. */
export type CostPricing = {
  readonly speech: Pick<SpeechGateway, 'priceScript'>;
  /** Null when nobody improves scripts. */
  readonly enhancer: Pick<ScriptEnhancer, 'id' | 'identity' | 'estimateUsd'> | null;
  readonly pictures: PicturePrices;
  readonly priceTable: string;
};

/** What a video will cost. Asks no vendor and costs nothing. */
export type EstimateVideo = (request: VideoRequest) => Promise<VideoEstimate>;

/**
 * Prices a request from the text as it was written: what an improved script is like, and what is sent twice, is not known before.
 */
export function createVideoEstimates(pricing: CostPricing): EstimateVideo {
  return async (request) => {
    const { script, language, voice, userId, enhance, estimatedSpeechSeconds, videoProvider } = request;
    const { pictures } = pricing;
    const utterances = toUtterances({ utterances: prepareUtterances(script, language), language, voice });
    const characters = utterances.reduce((sum, { text }) => sum + Array.from(text).length, 0);
    const speakers = await pricing.speech.priceScript(utterances, { userId });
    const seconds = estimatedSpeechSeconds + SILENCE_AROUND_SPEECH_SECONDS;
    const edited = editingItems(request, pricing);
    const toSpeech = (usd: number, { provider }: ScriptPrice, note = ''): CostItem => ({
      step: 'speech',
      provider,
      usd,
      basis: `${characters} characters${note}`,
    });
    const toPicture = (provider: VideoProviderId): CostItem => ({
      step: 'render',
      provider,
      usd: pictures.estimateUsd[provider](seconds),
      basis: `${seconds.toFixed(1)} s of video`,
    });
    const [first] = speakers;
    // An improved script is another text.
    const savedByCacheUsd = enhance ? 0 : (first?.cachedUsd ?? 0);
    const note = savedByCacheUsd > 0 ? ', in part from the cache' : '';
    const items = [
      ...edited,
      ...(first === undefined ? [] : [toSpeech(first.usd - savedByCacheUsd, first, note)]),
      toPicture(videoProvider),
    ];
    const everyone = [
      ...edited,
      ...speakers.map((speaker) => toSpeech(speaker.usd, speaker)),
      ...new Set([videoProvider, pictures.fallback ?? videoProvider]).values().map(toPicture),
    ];
    return {
      durationSeconds: estimatedSpeechSeconds,
      ...charged(items),
      savedByCacheUsd: toUsd(savedByCacheUsd),
      ifFallback: charged(everyone),
      priceTable: pricing.priceTable,
    };
  };
}

function editingItems({ script, language, enhance }: VideoRequest, { enhancer }: CostPricing): CostItem[] {
  if (!enhance || enhancer === null) return [];
  const usd = enhancer.estimateUsd({ script, language });
  return [{ step: 'script', provider: enhancer.id, usd, basis: `tokens of ${enhancer.identity.model}` }];
}

/** Only what costs something is listed. */
function charged(items: readonly CostItem[]): { readonly costUsd: number; readonly items: readonly CostItem[] } {
  const rounded = items.map((item) => ({ ...item, usd: toUsd(item.usd) })).filter(({ usd }) => usd > 0);
  return { costUsd: toUsd(rounded.reduce((sum, { usd }) => sum + usd, 0)), items: rounded };
}

/** Sums of decimals without the dust of binary fractions. */
function toUsd(value: number): number {
  return Math.round(value * 1e9) / 1e9;
}
