import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { openSqliteJournalDatabase } from '../../src/app/journal.ts';
import { picturePrices } from '../../src/app/picture-prices.ts';
import { createRules } from '../../src/app/rules.ts';
import { createEnhancerAccess } from '../../src/app/scripts.ts';
import { createFleet, createVendorProviders, gpuServersOf, liveVendors } from '../../src/app/speech-providers.ts';
import { createRouting } from '../../src/app/speech-routing.ts';
import { resolveConfig, type Environment } from '../../src/config/load.ts';
import { createCircuitBreakers } from '../../src/core/circuit-breaker.ts';
import { systemClock } from '../../src/core/clock.ts';
import { createId } from '../../src/core/ids.ts';
import { createVendorRecord } from '../../src/core/vendor-record.ts';
import { createLinks } from '../../src/http/links.ts';
import type { VideoStatus } from '../../src/http/contract.ts';
import { describeVideo } from '../../src/http/routes/videos.ts';
import { createEmbeddedDispatcher } from '../../src/jobs/dispatchers/embedded.ts';
import { lockDataFolder } from '../../src/jobs/instance-lock.ts';
import { isFinalStatus } from '../../src/jobs/job.ts';
import type { JobStore } from '../../src/jobs/job-store.ts';
import { createSqlJobStore } from '../../src/jobs/sql/sql-job-store.ts';
import { createDownloader } from '../../src/net/download.ts';
import { createHttpClient } from '../../src/net/http-client.ts';
import { cleanUp } from '../../src/pipeline/clean-up/clean-up.ts';
import type { CleanUpReport } from '../../src/pipeline/clean-up/report.ts';
import { createEnhanceScript } from '../../src/pipeline/enhance-script.ts';
import { createGenerateVideo, GENERATE_VIDEO_STEPS } from '../../src/pipeline/generate-video.ts';
import { parseVideoRequest } from '../../src/pipeline/video-request.ts';
import type { ObjectStore } from '../../src/storage/object-store.ts';
import { openS3Store } from '../../src/storage/stores/s3.ts';
import { checkSpeech } from '../../src/tts/audio-check.ts';
import type { SpeechGateway } from '../../src/tts/speech-gateway.ts';
import { createSpendBreaker } from '../../src/tts/spend-breaker.ts';
import { createHeyGenApi } from '../../src/video/providers/heygen/heygen-api.ts';
import { createLookList } from '../../src/video/providers/heygen/look-list.ts';
import { createHeyGenVideoProvider } from '../../src/video/providers/heygen.ts';
import type { VideoProviderId } from '../../src/video/video-capabilities.ts';
import type { VideoProvider } from '../../src/video/video-provider.ts';
import { createScratchFolder } from '../../test/fixtures/scratch-folder.ts';
import type { DrawnVideos } from './drawn-videos.ts';
import type { FastTime } from './fast-time.ts';
import type { Sabotage } from './sabotage.ts';
import type { Patience } from './patience.ts';

/** The product in production mode, without its HTTP server: the real adapters over real sockets, and a journal on disk. */
export type ApplicationUnderTest = {
  readonly store: JobStore;
  /** Accepts a script as `POST /generate-video` does, and gives the id of its job. */
  submit(script: string): Promise<string>;
  /** Deletes what is old and unused, as `npm run cleanup` does, at a time when everything is old. */
  cleanUp(): Promise<CleanUpReport>;
  /** What `GET /video-status` says, once the job has come to its end; undefined when it does not. */
  finished(jobId: string): Promise<VideoStatus | undefined>;
  close(): Promise<void>;
};

/** S3 takes no smaller ones. */
export const PART_BYTES = 5 * 2 ** 20;
const LARGEST_RESPONSE_BYTES = 64 * 2 ** 20;
const TOTAL_SECONDS = 120;
const POLL_MILLISECONDS = 5;
/** As in src/app/studio.ts. */
const LOOKS = { shortestLookMilliseconds: 1_000, longestLookMilliseconds: 15_000 };

export async function openApplication(options: {
  readonly environment: Environment;
  readonly time: FastTime;
  readonly random: () => number;
  readonly drawn: DrawnVideos;
  readonly patience: Patience;
  readonly sabotage?: Sabotage;
}): Promise<ApplicationUnderTest> {
  const { time, random, drawn, patience, sabotage = {} } = options;
  const { clock } = time;
  const folder = createScratchFolder('production-chaos');
  await using opening = new AsyncDisposableStack();
  opening.defer(() => rm(folder, { recursive: true, force: true }));
  const { vibevoiceSeconds, openaiSeconds } = patience;
  const { config } = resolveConfig(
    {
      ...options.environment,
      DATA_DIR: folder,
      VIBEVOICE_CONNECTION_TIMEOUT: String(vibevoiceSeconds),
      VIBEVOICE_STREAM_TIMEOUT: String(vibevoiceSeconds),
      OPENAI_TIMEOUT: String(openaiSeconds),
    },
    {},
  );

  const lock = lockDataFolder(folder, { clock });
  opening.defer(() => lock.release());
  const realStore = createSqlJobStore(openSqliteJournalDatabase({ path: join(folder, 'journal.sqlite'), clock }));
  opening.defer(() => realStore.close());
  const store = sabotage.journal?.(realStore) ?? realStore;

  const s3 = openS3Store({
    endpoint: config.wasabiEndpoint,
    region: config.wasabiRegion,
    bucket: config.wasabiBucketName,
    accessKey: config.wasabiAccessKey ?? '',
    secretKey: config.wasabiSecretKey ?? '',
    partBytes: PART_BYTES,
    idleTimeoutMilliseconds: patience.s3Seconds * 1000,
  });
  opening.defer(() => s3.close());
  const objects: ObjectStore = sabotage.objects?.(s3, config) ?? s3;

  const speechHttp = opening.adopt(httpClient(patience.speechSeconds), (it) => it.close());
  const vendors = liveVendors(config);
  const remembered = { provider_breakers: undefined, server_breakers: undefined, spend: undefined };
  const fleet = createFleet(gpuServersOf(config, vendors), { clock, remembered });
  const providers = createVendorProviders(config, vendors, { clock, http: speechHttp, fleet });
  const router = createRouting(config, {
    providers,
    breakers: createCircuitBreakers({ clock, random }),
    spend: createSpendBreaker({
      clock,
      limits: { hourlyUsd: config.fallbackHourlyUsd, hourlyUsdPerUser: config.fallbackHourlyUsdPerUser },
    }),
    check: checkSpeech,
    clock,
    random,
  });
  const speech: SpeechGateway = {
    speakScript: (utterances, request) =>
      router.speakScript(utterances, {
        ...request,
        wish: config.ttsProvider === 'elevenlabs' ? 'elevenlabs' : undefined,
        voicePolicy: config.voicePolicy,
        isOfflineAllowed: false,
        onOperation: async () => {},
      }),
    priceScript: async () => [],
    order: async () => providers.map(({ id }) => id),
  };

  const access = createEnhancerAccess(config, {
    simulated: undefined,
    clock,
    logger: SILENT_LOGGER,
    record: createVendorRecord(),
  });
  const enhancer = access && { ...access, random, wait: time.wait };
  const rules = createRules(config, { speechProviders: providers, canEnhance: enhancer !== null });

  const heygenHttp = opening.adopt(httpClient(patience.heygenSeconds), (it) => it.close());
  const downloader = opening.adopt(
    createDownloader({ allowPrivate: true, gapMilliseconds: patience.heygenSeconds * 1000 }),
    (it) => it.close(),
  );
  const api = createHeyGenApi({
    httpClient: heygenHttp,
    baseUrl: config.heygenBaseUrl,
    apiKey: config.heygenApiKey ?? '',
  });
  const heygen = createHeyGenVideoProvider({
    api,
    looks: createLookList({ api, clock }),
    downloader,
    avatarId: config.heygenAvatarId,
    engine: null,
    resolution: config.heygenResolution,
    estimateUsd: picturePrices(config).estimateUsd.heygen,
  });
  const makers: Readonly<Record<VideoProviderId, VideoProvider>> = { heygen, engine: drawn.engine };
  const chosen = sabotage.video?.(makers[config.videoProvider]) ?? makers[config.videoProvider];
  const remote = {
    clock,
    ...LOOKS,
    deadlineMilliseconds: sabotage.deadlineMilliseconds ?? patience.deadlineSeconds * 1000,
  };
  const workflow = createGenerateVideo({
    enhanceScript: createEnhanceScript(enhancer, { rules, logger: SILENT_LOGGER }),
    speech,
    studio: {
      provider: async (id) => (id === config.videoProvider ? chosen : makers[id]),
      fallback: config.videoFallback === 'engine' ? drawn.engine : null,
      remote,
      limitOf: () => undefined,
    },
    objects,
    workFolder: join(folder, 'work'),
    maxSpeechSeconds: config.maxSpeechSeconds,
    limitOf: () => undefined,
  });
  const dispatcher = createEmbeddedDispatcher({
    store,
    workflow: sabotage.workflow?.(workflow) ?? workflow,
    instanceLock: lock,
    concurrency: CONCURRENCY,
    // Its clock runs fast; a busy machine does not lose a job for that.
    leaseMilliseconds: LEASE_MILLISECONDS,
    clock,
    timer: time.timer,
    random,
    log: SILENT_LOGGER,
  });
  await dispatcher.start();
  opening.defer(() => dispatcher.drain({ graceMilliseconds: 0 }));
  const running = opening.move();

  const views = { jobs: store, clock, links: createLinks(null), workflowSteps: GENERATE_VIDEO_STEPS };
  return {
    store,
    async submit(script) {
      const request = parseVideoRequest({ script, template: 'presenter1', userId: 'chaos' }, rules);
      const now = clock.now();
      const { userId, priority } = request;
      const job = await store.create({ id: createId('vid', now), userId, input: request, priority, runAt: now });
      dispatcher.notify(job.id);
      return job.id;
    },
    cleanUp: () =>
      cleanUp({
        jobs: realStore,
        objects,
        days: { audio: 7, videos: 30 },
        isDryRun: false,
        chargedDays: 0,
        clock: { now: () => systemClock.now() + LATER_MILLISECONDS },
        signal: AbortSignal.timeout(CLEAN_UP_DEADLINE_MILLISECONDS),
      }),
    async finished(jobId) {
      const deadline = performance.now() + patience.jobSeconds * 1000;
      for (;;) {
        const job = await realStore.get(jobId);
        if (job !== undefined && isFinalStatus(job.status)) return describeVideo(views, job);
        if (performance.now() > deadline) return undefined;
        await new Promise((resolve) => setTimeout(resolve, POLL_MILLISECONDS));
      }
    },
    close: () => running.disposeAsync(),
  };
}

/** Also for the fast clock, which is some hours ahead at most. */
const LATER_MILLISECONDS = 60 * 24 * 3_600_000;
const CLEAN_UP_DEADLINE_MILLISECONDS = 60_000;
const CONCURRENCY = 4;
const LEASE_MILLISECONDS = 3_600_000;

/** What goes wrong is judged by what comes of it. */
const SILENT_LOGGER = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} };

function httpClient(seconds: number) {
  return createHttpClient({
    connectSeconds: seconds,
    headersSeconds: seconds,
    bodyGapSeconds: seconds,
    totalSeconds: TOTAL_SECONDS,
    responseBytes: LARGEST_RESPONSE_BYTES,
  });
}
