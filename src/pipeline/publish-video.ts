import type { StepContext } from '../jobs/workflow.ts';
import { toSubRip, toWebVtt } from '../script/captions-file.ts';
import { contentKey, hashBytes } from '../storage/content-key.ts';
import type { ObjectExtension } from '../storage/content-key.ts';
import type { ObjectKey, ObjectStore } from '../storage/object-store.ts';
import type { MixedSpeech, SpeechTimeline } from './mix-speech.ts';
import type { PreparedScript } from './prepare-script.ts';
import type { RenderedPresenter } from './render-presenter.ts';
import type { StoredSpeech } from './speak-utterances.ts';
import { loadJson } from './stored-json-object.ts';
import type { VideoOutput } from './video-output.ts';

/** Writes the caption files, and says where everything is. Doing it twice changes nothing. */
export async function publishVideo(options: {
  readonly script: PreparedScript;
  readonly spoken: StoredSpeech;
  readonly audio: MixedSpeech;
  readonly rendered: RenderedPresenter;
  readonly objects: ObjectStore;
  readonly step: StepContext;
}): Promise<VideoOutput> {
  const { script, spoken, audio, rendered, objects, step } = options;
  const { signal } = step;
  // A script that an older version prepared knows nothing of it.
  const enhancement = script.enhancement as PreparedScript['enhancement'] | undefined;

  const putText = async (extension: ObjectExtension, text: string): Promise<ObjectKey> => {
    const bytes = new TextEncoder().encode(text);
    const { key } = await objects.putBytes(contentKey('captions', hashBytes(bytes), extension), bytes, { signal });
    return key;
  };

  const timeline = await loadJson<SpeechTimeline>(objects, audio.timelineKey, signal);
  const { captionWords, captionGroups } = timeline;
  return {
    video: { key: rendered.videoKey, bytes: rendered.videoBytes, width: rendered.width, height: rendered.height },
    captions: {
      srtKey: await putText('srt', toSubRip(captionWords, captionGroups)),
      vttKey: await putText('vtt', toWebVtt(captionWords, captionGroups)),
    },
    audioKey: audio.audioKey,
    posterKey: rendered.posterKey,
    durationSeconds: audio.durationSeconds,
    language: script.language,
    title: script.title,
    ...(rendered.fallbackUsed !== undefined && {
      picture: { provider: rendered.provider, fallback_used: rendered.fallbackUsed },
    }),
    tts: { provider: spoken.provider, fallback_used: spoken.fallbackUsed, cached: spoken.cached },
    ...(enhancement !== undefined && { enhancement }),
    ...(spoken.savedByCacheUsd !== undefined && { savedByCacheUsd: spoken.savedByCacheUsd }),
    warnings: [enhancement?.warning ?? [], spoken.warnings, rendered.warnings ?? []].flat(),
  };
}
