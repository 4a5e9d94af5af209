import type { StepContext } from '../jobs/workflow.ts';
import { encodeWav } from '../media/wav.ts';
import { contentKey, hashBytes } from '../storage/content-key.ts';
import type { ObjectStore } from '../storage/object-store.ts';
import type { SpeechProvider } from '../tts/speech-provider.ts';
import type { PreparedScript } from './prepare-script.ts';
import { storeJson } from './stored-json-object.ts';
import type { VideoRequest } from './video-request.ts';

/** Where the speech of one utterance lies. An utterance without anything to say (an emoji) has none. */
export type SpokenUtterance = { readonly audioKey: string; readonly alignmentKey: string } | null;

export type SpokenScript = {
  readonly provider: string;
  readonly utterances: readonly SpokenUtterance[];
  readonly warnings: readonly string[];
  readonly costUsd: number;
};

/** Has every utterance spoken and keeps sound and alignment in the object store, so that a later step needs no voice. */
export async function speakUtterances(options: {
  readonly script: PreparedScript;
  readonly voice: VideoRequest['voice'];
  readonly provider: SpeechProvider;
  readonly objects: ObjectStore;
  readonly step: StepContext;
}): Promise<SpokenScript> {
  const { script, voice, provider, objects, step } = options;
  const { signal } = step;
  await step.describe({ provider: provider.id });
  const utterances: SpokenUtterance[] = [];
  const warnings = new Set<string>();
  let costUsd = 0;
  for (const { spoken } of script.utterances) {
    if (spoken.trim() === '') {
      utterances.push(null);
      continue;
    }
    const speech = await provider.synthesize({ text: spoken, language: script.language, voice }, { signal });
    const wav = encodeWav(speech.pcm);
    const audioKey = contentKey('speech', hashBytes(wav), 'wav');
    await objects.putBytes(audioKey, wav, { signal });
    const alignmentKey = await storeJson(
      objects,
      'alignments',
      speech.alignment ?? { words: [], phonemes: [] },
      signal,
    );
    utterances.push({ audioKey, alignmentKey });
    for (const warning of speech.warnings) warnings.add(warning);
    costUsd += speech.costUsd;
    step.reportProgress(utterances.length, script.utterances.length);
  }
  return { provider: provider.id, utterances, warnings: [...warnings], costUsd };
}
