import type { ProviderLimit } from '../jobs/provider-call.ts';
import type { JobContext, Workflow } from '../jobs/workflow.ts';
import type { ObjectStore } from '../storage/object-store.ts';
import type { SpeechGateway } from '../tts/speech-gateway.ts';
import { checkDeliverable } from './deliverable-check.ts';
import type { EnhanceScript } from './enhance-script.ts';
import { localCopy } from './local-copy.ts';
import { mixSpeech } from './mix-speech.ts';
import { prepareScript } from './prepare-script.ts';
import { publishVideo } from './publish-video.ts';
import { callOffRender } from './call-off-render.ts';
import { renderPresenter, type PresenterStudio } from './render-presenter.ts';
import { speakUtterances } from './speak-utterances.ts';
import { readStoredRequest } from './video-request.ts';
import { removeWorkFolders, workFolderOf } from './work-folders.ts';

/** The only step that pays for speech. */
export const SPEECH_STEP = 'speech';

/** The durable steps, with their usual shares of the whole duration. */
export const GENERATE_VIDEO_STEPS: Workflow['steps'] = [
  { name: 'script', weight: 1 },
  { name: SPEECH_STEP, weight: 10 },
  { name: 'audio', weight: 5 },
  { name: 'render', weight: 80 },
  // The same file would be refused again.
  { name: 'check', weight: 1, retriedFrom: 'render' },
  { name: 'publish', weight: 3 },
];

export type GenerateVideoDependencies = {
  readonly enhanceScript: EnhanceScript;
  readonly speech: SpeechGateway;
  readonly studio: PresenterStudio;
  readonly objects: ObjectStore;
  /** Unfinished files of running jobs, one folder per run. */
  readonly workFolder: string;
  readonly maxSpeechSeconds: number;
  /** What a provider takes from all processes together. */
  readonly limitOf: (provider: string) => ProviderLimit | undefined;
};

/**
 * The whole product: a script becomes a video. Each step's result is in the journal before the next begins, so a crash
 * resumes after the last one that finished.
 */
export function createGenerateVideo(dependencies: GenerateVideoDependencies): Workflow {
  const { enhanceScript, speech, studio, objects, maxSpeechSeconds, limitOf } = dependencies;

  async function generate({ job, step }: JobContext, workFolder: string) {
    const request = readStoredRequest(job.input);
    const script = await step('script', async (context) =>
      prepareScript(request, await enhanceScript(request, { videoId: job.id, step: context })),
    );
    const spoken = await step(SPEECH_STEP, (context) =>
      speakUtterances({ job, script, voice: request.voice, speech, objects, maxSpeechSeconds, limitOf, step: context }),
    );
    const audio = await step('audio', (context) =>
      mixSpeech({ script, spoken, objects, maxSpeechSeconds, step: context }),
    );
    const rendered = await step('render', (context) =>
      renderPresenter({ job, request, script, audio, studio, objects, workFolder, step: context }),
    );
    await step('check', async ({ signal }) => {
      const videoPath = await localCopy(rendered.videoKey, { objects, folder: workFolder, signal });
      return checkDeliverable(videoPath, {
        ...rendered,
        durationSeconds: audio.durationSeconds,
        madeByVendor: rendered.provider !== 'engine',
      });
    });
    return step('publish', (context) => publishVideo({ script, spoken, audio, rendered, objects, step: context }));
  }

  return {
    steps: GENERATE_VIDEO_STEPS,
    callOff: (call, options) => callOffRender(call, { studio, ...options }),
    async run(context) {
      const { workFolder } = dependencies;
      try {
        return await generate(context, workFolderOf(workFolder, context.job));
      } finally {
        await removeWorkFolders(workFolder, context.job);
      }
    },
  };
}
