import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { TestContext } from 'node:test';
import { createPaidSpending } from '../../src/app/paid-spending.ts';
import { createEnhancerAccess } from '../../src/app/scripts.ts';
import { describeVendors } from '../../src/app/vendor-health.ts';
import { openSpeech } from '../../src/app/speech.ts';
import type { Speech } from '../../src/app/speech.ts';
import { capsOf } from '../../src/app/jobs.ts';
import { picturePrices } from '../../src/app/picture-prices.ts';
import { priceTableName } from '../../src/config/price-table-name.ts';
import { resolveConfig } from '../../src/config/load.ts';
import type { Environment } from '../../src/config/load.ts';
import { createId } from '../../src/core/ids.ts';
import { systemClock } from '../../src/core/clock.ts';
import { createVendorRecord } from '../../src/core/vendor-record.ts';
import type { Logger } from '../../src/core/logger.ts';
import type { ContractServer, ServerDependencies } from '../../src/http/route-context.ts';
import { createServer } from '../../src/http/server.ts';
import { createEventHub } from '../../src/jobs/event-hub.ts';
import type { EventHub } from '../../src/jobs/event-hub.ts';
import type { JobStore, NewJob } from '../../src/jobs/job-store.ts';
import { openSqliteJournalDatabase } from '../../src/app/journal.ts';
import { createHeyGenWebhook } from '../../src/app/heygen-webhook.ts';
import { createRules } from '../../src/app/rules.ts';
import { listPresenters } from '../../src/pipeline/presenter-catalogue.ts';
import { createSqlJobStore } from '../../src/jobs/sql/sql-job-store.ts';
import { createSqlWebhookOutbox } from '../../src/jobs/sql/webhook-outbox.ts';
import type { WebhookOutbox } from '../../src/jobs/webhook-outbox.ts';
import type { VideoOutput } from '../../src/pipeline/video-output.ts';
import { createCostDoor } from '../../src/pipeline/cost-door.ts';
import { createVideoEstimates } from '../../src/pipeline/estimate-cost.ts';
import { parseVideoRequest } from '../../src/pipeline/video-request.ts';
import type { VideoRequest, VideoRequestRules } from '../../src/pipeline/video-request.ts';
import { contentKey, hashBytes } from '../../src/storage/content-key.ts';
import type { ObjectExtension } from '../../src/storage/content-key.ts';
import type { ObjectStore } from '../../src/storage/object-store.ts';
import { openFileSystemStore } from '../../src/storage/stores/file-system.ts';
import { assertDocumented } from './documented-answer.ts';
import type { SpeechLogRecord } from '../../src/tts/speech-operation.ts';

const SILENT: Logger = { debug() {}, info() {}, warn() {}, error() {} };

/**
 * A listening server over a real journal, a real file store and the real speech gateway, whose vendors are simulators, in a
 * folder that goes away with the test.
 */
export type TestServer = {
  readonly url: string;
  readonly port: number;
  readonly jobs: JobStore;
  readonly webhooks: WebhookOutbox;
  readonly objects: ObjectStore;
  readonly speech: Speech;
  /** The log lines of speech operations, oldest first. */
  readonly speechLog: readonly SpeechLogRecord[];
  readonly folder: string;
  readonly logLines: { readonly level: string; readonly fields: object; readonly message: string }[];
  readonly requestRules: VideoRequestRules;
  /** A request without a socket, so that it may come from any address under any name. */
  readonly inject: ContractServer['inject'];
  /** fetch against the server; the answer must be one that the OpenAPI document describes. */
  request(address: string, init?: RequestInit): Promise<Response>;
  postVideo(body: unknown, headers?: Record<string, string>): Promise<Response>;
  postSpeech(body: unknown, headers?: Record<string, string>): Promise<Response>;
  /** A job that has run to its end, and its files. */
  addFinishedVideo(poster?: Uint8Array): Promise<FinishedVideo>;
  close(): Promise<void>;
};

export type FinishedVideo = { readonly id: string; readonly files: Readonly<Record<string, Uint8Array>> };

export const GOOD_BODY = {
  script: 'Hello there, this is a video.',
  template: 'presenter1',
  userId: 'user@example.com',
};

/** What a test may set apart from the server's dependencies. */
type TestSettings = {
  readonly watchHub?: (hub: EventHub) => Pick<EventHub, 'subscribe'>;
  /** Variables of the configuration beyond folders, as in a .env file. */
  readonly environment?: Environment;
};

export async function startTestServer(
  context: Pick<TestContext, 'after'>,
  { watchHub, environment, ...overrides }: Partial<ServerDependencies> & TestSettings = {},
): Promise<TestServer> {
  const folder = await mkdtemp(path.join(tmpdir(), 'http-test-'));
  const { config } = resolveConfig(
    {
      DATA_DIR: path.join(folder, 'data'),
      TTS_CACHE_DIR: path.join(folder, 'cache'),
      TTS_RATE_LIMIT_PER_MINUTE: '100000',
      ...environment,
    },
    {},
  );
  const database = openSqliteJournalDatabase({ path: path.join(folder, 'jobs.sqlite'), clock: systemClock });
  const jobs = createSqlJobStore(database, capsOf(config));
  const webhooks = createSqlWebhookOutbox(database);
  const objects =
    overrides.objects ?? (await openFileSystemStore({ folder: path.join(folder, 'objects'), now: Date.now() }));
  const logLines: TestServer['logLines'] = [];
  const log = (level: string) => (fields: object, message: string) => void logLines.push({ level, fields, message });
  const logger: Logger = { ...SILENT, info: log('info'), warn: log('warn'), error: log('error') };
  const eventHub = createEventHub({ store: jobs, log: logger });
  const speechLog: SpeechLogRecord[] = [];
  const speech = await openSpeech(config, {
    clock: systemClock,
    logger,
    logOperation: (record) => void speechLog.push(record),
    paidForVideos: createPaidSpending(jobs),
  });
  const record = createVendorRecord();
  const simulated = speech.simulators?.openai;
  const enhancerAccess = createEnhancerAccess(config, { simulated, clock: systemClock, logger, record });
  const requestRules = createRules(config, { speechProviders: speech.providers, canEnhance: enhancerAccess !== null });
  const server = await createServer({
    jobs,
    eventHub: watchHub?.(eventHub) ?? eventHub,
    objects,
    notifyJob: () => {},
    webhooks,
    notifyWebhooks: () => {},
    receiveHeyGenWebhook: createHeyGenWebhook(config, {
      jobs,
      notifyJob: (jobId) => overrides.notifyJob?.(jobId),
      clock: systemClock,
      logger,
    }),
    createVideo: (request) => createJob(jobs, request),
    createVideoOnce: async (request, { key, fingerprint, answer }) => {
      const job = newJob(request);
      const once = await jobs.createOnce(job, { key, fingerprint, answer: answer(job.id) });
      return { ...once, answer: once.answer as ReturnType<typeof answer> };
    },
    requestRules,
    listPresenters: () => listPresenters({ ours: [{ id: 'amara', name: 'Amara' }], vendors: {} }),
    estimateVideo: createVideoEstimates({
      speech: speech.gateway,
      enhancer: enhancerAccess?.enhancer ?? null,
      pictures: picturePrices(config),
      priceTable: priceTableName(config),
    }),
    requireMoney: createCostDoor({ caps: capsOf(config), store: jobs, clock: systemClock }),
    costCaps: capsOf(config),
    workflowSteps: [
      { name: 'prepare_script', weight: 1 },
      { name: 'render', weight: 9 },
    ],
    mockMode: config.mockMode,
    speech,
    adminApiKey: config.adminApiKey,
    speechRequestsPerMinute: config.speechRequestsPerMinute,
    healthChecks: { journal: () => jobs.list({ limit: 1 }) },
    vendors: {
      describe: () => describeVendors(config, { record, editorBreakers: enhancerAccess?.breakers }),
      isWellAgain: (vendor) => record.read(vendor).state === 'ok',
    },
    publicUrl: null,
    version: '0.0.0-test',
    startedAt: Date.now(),
    clock: systemClock,
    logger,
    createRequestId: () => createId('req', Date.now()),
    webFolder: path.join(import.meta.dirname, '../../.assets/web'),
    ...overrides,
  });
  const url = await server.listen({ host: '127.0.0.1', port: 0 });
  const document = (await (await fetch(`${url}/openapi.json`)).json()) as object;

  const request = async (address: string, init: RequestInit = {}): Promise<Response> => {
    const response = await fetch(`${url}${address}`, init);
    await assertDocumented(document, { address, method: init.method ?? 'GET' }, response.clone());
    return response;
  };
  const close = async (): Promise<void> => {
    await server.close();
    await eventHub.close();
    await speech.close();
    await jobs.close();
    await rm(folder, { recursive: true, force: true });
  };
  context.after(close);
  const post = (address: string, body: unknown, headers: Record<string, string> = {}): Promise<Response> =>
    request(address, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headers },
      body: typeof body === 'string' ? body : JSON.stringify(body),
    });
  return {
    url,
    port: Number(new URL(url).port),
    jobs,
    webhooks,
    objects,
    speech,
    speechLog,
    folder,
    logLines,
    requestRules,
    inject: server.inject.bind(server),
    request,
    postVideo: (body, headers) => post('/generate-video', body, headers),
    postSpeech: (body, headers) => post('/test/tts', body, headers),
    addFinishedVideo: (poster) => addFinishedVideo({ jobs, objects, requestRules, ...(poster && { poster }) }),
    close,
  };
}

/** As the studio would have it; nobody draws here. */
function newJob(request: VideoRequest): NewJob {
  const now = Date.now();
  const { userId, priority, runAt, callbackUrl } = request;
  return { id: createId('vid', now), userId, input: request, priority, runAt: runAt ?? now, callbackUrl };
}

async function createJob(jobs: JobStore, request: VideoRequest) {
  return jobs.create(newJob(request));
}

async function addFinishedVideo(options: {
  readonly jobs: JobStore;
  readonly objects: ObjectStore;
  readonly requestRules: VideoRequestRules;
  readonly poster?: Uint8Array;
}): Promise<FinishedVideo> {
  const { jobs, objects, requestRules, poster } = options;
  const { signal } = new AbortController();
  const files: Record<string, Uint8Array> = {};
  const store = async (folder: string, extension: ObjectExtension, bytes: Uint8Array): Promise<string> => {
    files[extension] = bytes;
    const key = contentKey(folder, hashBytes(bytes), extension);
    await objects.putBytes(key, bytes, { signal });
    return key;
  };
  const noise = Uint8Array.from({ length: 100_003 }, (_, index) => (index * 2_654_435_761) >>> 13);
  const text = (content: string) => new TextEncoder().encode(content);
  const output: VideoOutput = {
    video: { key: await store('videos', 'mp4', noise), bytes: noise.length, width: 1280, height: 720 },
    captions: {
      srtKey: await store('captions', 'srt', text('1\n00:00:00,000 --> 00:00:01,000\nHéllo\n')),
      vttKey: await store('captions', 'vtt', text('WEBVTT\n\n00:00.000 --> 00:01.000\nHéllo\n')),
    },
    audioKey: await store('audio', 'wav', noise.slice(0, 5000)),
    posterKey: await store('posters', 'png', poster ?? noise.slice(0, 3000)),
    durationSeconds: 4.2,
    language: 'en',
    title: 'Hello there',
    tts: { provider: 'offline', fallback_used: false, cached: false },
    warnings: [],
  };
  const job = await createJob(jobs, parseVideoRequest(GOOD_BODY, requestRules));
  const claim = await jobs.claimNext({ workerId: 'test', leaseMilliseconds: 60_000 });
  assert.equal(claim?.jobId, job.id, 'the new job must be the only runnable one');
  await jobs.beginStep(claim, 'prepare_script');
  await jobs.completeStep(claim, 'prepare_script', null);
  await jobs.finish(claim, output);
  return { id: job.id, files };
}
