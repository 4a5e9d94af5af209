import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { TestContext } from 'node:test';
import { createId } from '../../src/core/ids.ts';
import { systemClock } from '../../src/core/clock.ts';
import type { Logger } from '../../src/core/logger.ts';
import type { ServerDependencies } from '../../src/http/route-context.ts';
import { createServer } from '../../src/http/server.ts';
import { createEventHub } from '../../src/jobs/event-hub.ts';
import type { EventHub } from '../../src/jobs/event-hub.ts';
import type { JobStore } from '../../src/jobs/job-store.ts';
import { openSqliteJobStore } from '../../src/jobs/stores/sqlite.ts';
import type { VideoOutput } from '../../src/pipeline/video-output.ts';
import { createRequestRules } from '../../src/pipeline/request-rules.ts';
import { parseVideoRequest } from '../../src/pipeline/video-request.ts';
import type { VideoRequest } from '../../src/pipeline/video-request.ts';
import { contentKey, hashBytes } from '../../src/storage/content-key.ts';
import type { ObjectExtension } from '../../src/storage/content-key.ts';
import type { ObjectStore } from '../../src/storage/object-store.ts';
import { openFileSystemStore } from '../../src/storage/stores/file-system.ts';
import { assertDocumented } from './documented-answer.ts';
import { OFFLINE_LANGUAGES } from '../../src/tts/providers/offline/offline-languages.ts';

const SILENT: Logger = { debug() {}, info() {}, warn() {}, error() {} };

const REQUEST_RULES = createRequestRules(
  {
    maxScriptCharacters: 3000,
    maxSpeechSeconds: 90,
    vibevoiceProfile: 'default',
    vibevoiceStyle: 'neutral',
    vibevoiceSeed: 42,
  },
  OFFLINE_LANGUAGES,
);

/** A listening server over a real journal and a real file store in a folder that goes away with the test. */
export type TestServer = {
  readonly url: string;
  readonly port: number;
  readonly jobs: JobStore;
  readonly objects: ObjectStore;
  readonly folder: string;
  readonly logLines: { readonly level: string; readonly fields: object; readonly message: string }[];
  /** fetch against the server; the answer must be one that the OpenAPI document describes. */
  request(address: string, init?: RequestInit): Promise<Response>;
  postVideo(body: unknown): Promise<Response>;
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

export async function startTestServer(
  context: Pick<TestContext, 'after'>,
  overrides: Partial<ServerDependencies> & { readonly watchHub?: (hub: EventHub) => Pick<EventHub, 'subscribe'> } = {},
): Promise<TestServer> {
  const folder = await mkdtemp(path.join(tmpdir(), 'http-test-'));
  const jobs = openSqliteJobStore({ path: path.join(folder, 'jobs.sqlite'), clock: systemClock });
  const objects = await openFileSystemStore({ folder: path.join(folder, 'objects'), now: Date.now() });
  const logLines: TestServer['logLines'] = [];
  const log = (level: string) => (fields: object, message: string) => void logLines.push({ level, fields, message });
  const logger: Logger = { ...SILENT, info: log('info'), warn: log('warn'), error: log('error') };
  const eventHub = createEventHub({ store: jobs, log: logger });
  const server = await createServer({
    jobs,
    eventHub: overrides.watchHub?.(eventHub) ?? eventHub,
    objects,
    createVideo: (request) => createJob(jobs, request),
    requestRules: REQUEST_RULES,
    workflowSteps: [
      { name: 'prepare_script', weight: 1 },
      { name: 'render', weight: 9 },
    ],
    speech: { mock_mode: true, tts_provider: 'offline', vibevoice_available: false, elevenlabs_fallback: false },
    healthChecks: { journal: () => jobs.list({ limit: 1 }) },
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
    await jobs.close();
    await rm(folder, { recursive: true, force: true });
  };
  context.after(close);
  return {
    url,
    port: Number(new URL(url).port),
    jobs,
    objects,
    folder,
    logLines,
    request,
    postVideo: (body) =>
      request('/generate-video', {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: typeof body === 'string' ? body : JSON.stringify(body),
      }),
    addFinishedVideo: (poster) => addFinishedVideo(jobs, objects, poster),
    close,
  };
}

async function createJob(jobs: JobStore, request: VideoRequest) {
  const id = createId('vid', Date.now());
  return jobs.create({ id, userId: request.userId, input: request, priority: 0, runAt: Date.now() });
}

async function addFinishedVideo(jobs: JobStore, objects: ObjectStore, poster?: Uint8Array): Promise<FinishedVideo> {
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
    costs: [{ step: 'speech', provider: 'offline', usd: 0.25 }],
    warnings: [],
  };
  const job = await createJob(jobs, parseVideoRequest(GOOD_BODY, REQUEST_RULES));
  const claim = await jobs.claimNext({ workerId: 'test', leaseMilliseconds: 60_000 });
  assert.equal(claim?.jobId, job.id, 'the new job must be the only runnable one');
  await jobs.beginStep(claim, 'prepare_script');
  await jobs.completeStep(claim, 'prepare_script', null);
  await jobs.finish(claim, output);
  return { id: job.id, files };
}
