import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import manifest from '../package.json' with { type: 'json' };
import type { Config } from './config/schema.ts';
import type { Clock } from './core/clock.ts';
import { createId } from './core/ids.ts';
import type { Logger } from './core/logger.ts';
import { systemTimer } from './core/timer.ts';
import { RenderPool } from './engine/render/render-pool.ts';
import type { ServerDependencies } from './http/route-context.ts';
import { createServer } from './http/server.ts';
import { startJanitor } from './jobs/janitor.ts';
import { createEventHub, type EventHub } from './jobs/event-hub.ts';
import type { Job } from './jobs/job.ts';
import type { JobStore, NewJob } from './jobs/job-store.ts';
import { openJobEngine } from './app/jobs.ts';
import { createCallbackCheck, startWebhooks } from './app/webhooks.ts';
import { createLinks } from './http/links.ts';
import { describeVideo, requireJob } from './http/routes/videos.ts';
import { toWebhookEvent } from './http/views/webhook-event.ts';
import { createGenerateVideo, GENERATE_VIDEO_STEPS } from './pipeline/generate-video.ts';
import type { VideoRequest, VideoRequestRules } from './pipeline/video-request.ts';
import { createRequestRules } from './pipeline/request-rules.ts';
import type { ObjectStore } from './storage/object-store.ts';
import { createPaidSpending } from './app/paid-spending.ts';
import { openSpeech } from './app/speech.ts';
import { spokenLanguages } from './app/spoken-languages.ts';
import { openFileSystemStore } from './storage/stores/file-system.ts';
import type { SpeechLogRecord } from './tts/speech-operation.ts';
import { createEngineVideoProvider } from './video/providers/engine.ts';

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
  const objects = await openFileSystemStore({ folder: join(config.dataDirectory, 'objects'), now: startedAt });
  const events = createEventHub({ store: jobs, log: logger });
  const speech = await openSpeech(config, {
    clock,
    logger,
    logOperation: logSpeech,
    paidForVideos: createPaidSpending(jobs),
  });
  const pool = new RenderPool({ workerCount: availableParallelism() });
  const workflow = createGenerateVideo({
    speech: speech.gateway,
    video: createEngineVideoProvider({ pool, logger }),
    objects,
    workFolder: join(config.dataDirectory, 'work'),
    maxSpeechSeconds: config.maxSpeechSeconds,
    limitOf: (provider) => config.providerLimits?.[provider],
  });
  const dispatcher = await engine.createDispatcher(workflow);
  await dispatcher.start();
  const janitor = startJanitor({ store: jobs, clock, timer: systemTimer, log: logger });
  const views = { jobs, clock, links: createLinks(config.publicUrl), workflowSteps: GENERATE_VIDEO_STEPS };
  const webhooks = startWebhooks(config, {
    jobs,
    outbox,
    render: async (delivery) =>
      JSON.stringify(toWebhookEvent(delivery, await describeVideo(views, await requireJob(views, delivery.jobId)))),
    version: manifest.version,
    clock,
    logger,
  });

  const rules = createRequestRules(config, spokenLanguages(speech.providers, config), createCallbackCheck(config));
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
  let closeServer = async (): Promise<void> => undefined;

  return {
    rules,
    jobs,
    events,
    objects,
    createVideo,

    async listen() {
      const server = await createServer({
        jobs,
        eventHub: events,
        objects,
        notifyJob: (jobId) => dispatcher.notify(jobId),
        webhooks: outbox,
        notifyWebhooks: () => webhooks.wake(),
        createVideo,
        createVideoOnce,
        requestRules: rules,
        workflowSteps: GENERATE_VIDEO_STEPS,
        mockMode: config.mockMode,
        adminApiKey: config.adminApiKey,
        speechRequestsPerMinute: config.speechRequestsPerMinute,
        speech,
        healthChecks: {
          journal: async () => jobs.list({ limit: 1 }),
          storage: async () => objects.head(`health/${'0'.repeat(64)}.json`),
        },
        publicUrl: config.publicUrl,
        version: manifest.version,
        startedAt,
        clock,
        logger,
        createRequestId: () => createId('req', clock.now()),
        webFolder: join(import.meta.dirname, '../.assets/web'),
      });
      closeServer = () => server.close();
      await server.listen({ host: config.host, port: config.port });
      // The first video then finds its fonts, its code and its voice in memory.
      pool.warmUp();
      return addressOf(server.server.address(), config.host);
    },

    async close({ graceMilliseconds } = { graceMilliseconds: DRAIN_GRACE_MILLISECONDS }) {
      await closeServer();
      await Promise.all([dispatcher.drain({ graceMilliseconds }), webhooks.stop({ graceMilliseconds })]);
      await Promise.all([events.close(), janitor.stop()]);
      await Promise.all([pool.close(), speech.close()]);
      await engine.close();
    },
  };
}

function addressOf(address: string | { readonly port: number } | null, host: string): string {
  const port = address === null || typeof address === 'string' ? 0 : address.port;
  const isLocal = ['127.0.0.1', '::1', '0.0.0.0', '::', 'localhost'].includes(host);
  return `http://${isLocal ? 'localhost' : host}:${port}`;
}
