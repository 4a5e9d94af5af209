import type { ScriptEnhancer } from '../script/script-enhancer.ts';
import type { SpeechGateway } from '../tts/speech-gateway.ts';
import { prepareUtterances } from './prepare-script.ts';
import { toUtterances } from './speak-prepared.ts';
import type { VideoRequest } from './video-request.ts';

/** The part of an enhancer that says what it costs. */
export type EnhancementPricing = Pick<ScriptEnhancer, 'estimateUsd'>;

/** What a video will cost in US dollars, if no fallback is needed: script and speech, because the picture is our own. */
export async function estimateCostUsd(
  { script, language, voice, userId, enhance }: VideoRequest,
  speech: Pick<SpeechGateway, 'estimateUsd'>,
  enhancer?: EnhancementPricing,
): Promise<number> {
  const utterances = toUtterances({ utterances: prepareUtterances(script, language), language, voice });
  const scriptUsd = enhance ? (enhancer?.estimateUsd({ script, language }) ?? 0) : 0;
  return scriptUsd + (await speech.estimateUsd(utterances, { userId }));
}
