import type { SpeechGateway } from '../tts/speech-gateway.ts';
import { prepareUtterances } from './prepare-script.ts';
import { toUtterances } from './speak-prepared.ts';
import type { VideoRequest } from './video-request.ts';

/** What a video will cost in US dollars, if no fallback is needed: its speech, because the picture is our own. */
export async function estimateCostUsd(
  { script, language, voice, userId }: VideoRequest,
  speech: Pick<SpeechGateway, 'estimateUsd'>,
): Promise<number> {
  const utterances = toUtterances({ utterances: prepareUtterances(script, language), language, voice });
  return speech.estimateUsd(utterances, { userId });
}
