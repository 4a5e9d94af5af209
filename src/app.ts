import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Config } from './config/schema.ts';
import type { Clock } from './core/clock.ts';
import { createId } from './core/ids.ts';
import type { Logger } from './core/logger.ts';
import type { Rounds } from './core/rounds.ts';
import { systemTimer } from './core/timer.ts';
import { RenderPool } from './engine/render/render-pool.ts';
import type { ServerDependencies } from './http/route-context.ts';
import { startJanitor } from './jobs/janitor.ts';
import { createEventHub, type EventHub } from './jobs/event-hub.ts';
import type { Job } from './jobs/job.ts';
import type { JobStore, NewJob } from './jobs/job-store.ts';
import { openJobEngine } from './app/jobs.ts';
import { createCallbackCheck } from './app/webhooks.ts';
import { createEnhanceScript } from './pipeline/enhance-script.ts';
import { createGenerateVideo } from './pipeline/generate-video.ts';
import type { VideoRequest, VideoRequestRules } from './pipeline/video-request.ts';
import { createRequestRules } from './pipeline/request-rules.ts';
import type { ObjectStore } from './storage/object-store.ts';
import { openObjects } from './app/objects.ts';
import { startCleanUps } from './app/clean-up.ts';
import { createEnhancerAccess } from './app/scripts.ts';
import { createPaidSpending } from './app/paid-spending.ts';
import { openSpeech } from './app/speech.ts';
import { openStudio } from './app/studio.ts';
import { spokenLanguages } from './app/spoken-languages.ts';
import type { SpeechLogRecord } from './tts/speech-operation.ts';

/**
 * How long a stop waits for running jobs; what is not done by then continues at the next start, or on another machine. With the
 * time that aborted work has to notice, a stop takes less than 25 s: orchestrators commonly kill after 30.
 */
const DRAIN_GRACE_MILLISECONDS = 15_000;

export type App = {
  readonly rules: VideoRequestRules;
  readonly jobs: JobStore;
  readonly events: EventHub;
  readonly objects: ObjectStore;
  createVideo(request: VideoRequest): Promise<Job>;
  /** Starts the HTTP server and resolves with its address, such as `http://localhost:5000`. */
  listen(): Promise<string>;
  /** Finishes or releases running jobs, then lets go of everything. */
  close(options?: { readonly graceMilliseconds: number }): Promise<void>;
};

/**
 * The composition root: the one place that knows which adapter stands behind which port. Takes the data folder for this
 * process and starts working on the jobs in its journal. Throws AppError when the folder is in use or cannot be written to.
 */
export async function openApp(
  config: Config,
  options: {
    readonly logger: Logger;
    /** Writes one line per speech operation, with exactly the fields of the record. */
    readonly logSpeech: (record: SpeechLogRecord) => void;
    readonly clock: Clock;
  },
): Promise<App> {
  const { logger, logSpeech, clock } = options;
  const startedAt = clock.now();
  const engine = await openJobEngine(config, { clock, logger });
  const { store: jobs, outbox } = engine;
  const { objects, close: closeObjects } = await openObjects(config, { now: startedAt, logger }).catch(
    async (error: unknown) => {
      await engine.close();
      throw error;
    },
  );
  const events = createEventHub({ store: jobs, log: logger });
  const speech = await openSpeech(config, {
    clock,
    logger,
    logOperation: logSpeech,
    paidForVideos: createPaidSpending(jobs),
  });
  const enhancerAccess = createEnhancerAccess(config, { simulated: speech.simulators?.openai, clock, logger });
  const rules = createRequestRules(
    { ...config, canEnhance: enhancerAccess !== null },
    spokenLanguages(speech.providers, config),
    createCallbackCheck(config),
  );
  const pool = new RenderPool({ workerCount: availableParallelism() });
  const video = await openStudio(config, { pool, clock, logger });
  const workflow = createGenerateVideo({
    enhanceScript: createEnhanceScript(enhancerAccess, { rules, logger }),
    speech: speech.gateway,
    studio: video.studio,
    objects,
    workFolder: join(config.dataDirectory, 'work'),
    maxSpeechSeconds: config.maxSpeechSeconds,
    limitOf: (provider) => config.providerLimits?.[provider],
  });
  const dispatcher = await engine.createDispatcher(workflow);
  await dispatcher.start();
  const janitor = startJanitor({ store: jobs, clock, timer: systemTimer, log: logger });
  const newJob = (request: VideoRequest): NewJob => {
    // The render workers get ready while the script is spoken.
    pool.warmUp();
    const now = clock.now();
    const { userId, priority, runAt, callbackUrl } = request;
    return { id: createId('vid', now), userId, input: request, priority, runAt: runAt ?? now, callbackUrl };
  };
  const createVideo = async (request: VideoRequest): Promise<Job> => {
    const job = await jobs.create(newJob(request));
    dispatcher.notify(job.id);
    return job;
  };
  const createVideoOnce: ServerDependencies['createVideoOnce'] = async (request, { key, fingerprint, answer }) => {
    const job = newJob(request);
    const once = await jobs.createOnce(job, { key, fingerprint, answer: answer(job.id) });
    if (!once.isReplay) dispatcher.notify(job.id);
    // Whoever stored the answer had its type.
    return { ...once, answer: once.answer as ReturnType<typeof answer> };
  };
  // What is loaded here keeps the process busy for a while; interrupted jobs have begun again before that.
  await nextTurn();
  const { openServing } = await import('./app/serving.ts');
  const serving = openServing(config, {
    jobs,
    outbox,
    eventHub: events,
    objects,
    notifyJob: (jobId) => dispatcher.notify(jobId),
    createVideo,
    createVideoOnce,
    requestRules: rules,
    enhancer: enhancerAccess?.enhancer,
    speech,
    startedAt,
    clock,
    logger,
  });

  let cleanUps: Rounds | undefined;

  return {
    rules,
    jobs,
    events,
    objects,
    createVideo,

    async listen() {
      const address = await serving.listen();
      // The first video then finds its fonts, its code and its voice in memory.
      pool.warmUp();
      cleanUps = startCleanUps(config, { jobs, objects, clock, timer: systemTimer, logger });
      return address;
    },

    async close({ graceMilliseconds } = { graceMilliseconds: DRAIN_GRACE_MILLISECONDS }) {
      await serving.closeServer();
      const stopWebhooks = serving.stopWebhooks({ graceMilliseconds });
      await Promise.all([dispatcher.drain({ graceMilliseconds }), stopWebhooks, cleanUps?.stop()]);
      await Promise.all([events.close(), janitor.stop()]);
      await video.close();
      await Promise.all([pool.close(), speech.close()]);
      closeObjects();
      await engine.close();
    },
  };
}
