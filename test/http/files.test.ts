import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { buffer } from 'node:stream/consumers';
import { before, test } from 'node:test';
import * as fc from 'fast-check';
import { systemClock } from '../../src/core/clock.ts';
import { startS3Simulator } from '../../src/simulators/s3.ts';
import { openFileSystemStore } from '../../src/storage/stores/file-system.ts';
import { openS3Store } from '../../src/storage/stores/s3.ts';
import { fileRouteContract } from './file-route-contract.ts';
import { GOOD_BODY, startTestServer } from './test-server.ts';
import type { FinishedVideo, TestServer } from './test-server.ts';

let server: TestServer;
let video: FinishedVideo;
before(async (context) => {
  server = await startTestServer(context as never);
  video = await server.addFinishedVideo();
});

fileRouteContract('a folder', async (context) => {
  const folder = await mkdtemp(path.join(tmpdir(), 'file-routes-'));
  context.after(() => rm(folder, { recursive: true, force: true }));
  return openFileSystemStore({ folder, now: Date.now() });
});
fileRouteContract('a bucket', async (context) => (await startBucket(context)).store);

async function startBucket(context: { after(work: () => unknown): void }) {
  const account = {
    accessKey: 'simulated-key',
    secretKey: 'simulated-secret',
    region: 'us-east-1',
    bucket: 'ai-videos',
  };
  const simulator = await startS3Simulator({ ...account, clock: systemClock });
  context.after(() => simulator.close());
  const store = openS3Store({ ...account, endpoint: simulator.url });
  context.after(() => store.close());
  return { simulator, store };
}

test('a connection to the bucket that breaks is mended without the client', async (context) => {
  const { simulator, store } = await startBucket(context);
  const far = await startTestServer(context, { objects: store });
  const { id, files } = await far.addFinishedVideo();
  simulator.faults.set('drop-mid-body', { times: 2 });
  const response = await far.request(`/videos/${id}.mp4`);
  assert.deepEqual(new Uint8Array(await response.arrayBuffer()), files['mp4']);
});

test('a bucket that fails before the first byte is a problem that names no key', async (context) => {
  const { simulator, store } = await startBucket(context);
  const head: typeof store.head = async (key) => {
    const object = await store.head(key);
    simulator.faults.set('signature-does-not-match');
    return object;
  };
  const far = await startTestServer(context, { objects: { ...store, head } });
  const { id } = await far.addFinishedVideo();
  const response = await far.request(`/videos/${id}.mp4`, { headers: { range: 'bytes=5-9' } });
  assert.equal(response.status, 507);
  const problem = (await response.json()) as { readonly code: string };
  assert.equal(problem.code, 'storage_access_refused');
  assert.doesNotMatch(JSON.stringify(problem), /simulated/);
});

test('a video that is not finished has no files yet; one that failed never will', async () => {
  const { video_id: id } = (await (await server.postVideo(GOOD_BODY)).json()) as { video_id: string };
  const pending = await server.request(`/videos/${id}.mp4`);
  assert.equal(pending.status, 409);
  assert.equal(((await pending.json()) as { code: string }).code, 'video_not_ready');
  const claim = await server.jobs.claimNext({ workerId: 'test', leaseMilliseconds: 60_000 });
  await server.jobs.fail(claim!, { code: 'internal_error', kind: 'internal', message: 'It broke.', step: null });
  const failed = await server.request(`/videos/${id}.mp4`);
  assert.equal(failed.status, 404);
  assert.equal(((await failed.json()) as { code: string }).code, 'file_not_found');
});

test('a file that was deleted is told as gone, with the day of the video, and the status keeps its facts', async () => {
  const other = await server.addFinishedVideo(crypto.getRandomValues(new Uint8Array(500)));
  const { posterKey } = (await server.jobs.get(other.id))!.output as { posterKey: string };
  await rm(server.objects.localFile(posterKey)!);
  const today = new Date((await server.jobs.get(other.id))!.finishedAt!).toISOString().slice(0, 10);
  for (const method of ['GET', 'HEAD']) {
    const response = await server.request(`/videos/${other.id}.png`, { method });
    assert.equal(response.status, 410);
    if (method === 'HEAD') continue;
    const problem = (await response.json()) as { readonly code: string; readonly detail: string };
    assert.equal(problem.code, 'file_expired');
    assert.match(problem.detail, new RegExp(`${other.id}\\.png, finished on ${today}, was deleted`));
  }
  assert.equal((await server.request(`/videos/${other.id}.mp4`, { method: 'HEAD' })).status, 200);
  const status = (await (await server.request(`/video-status/${other.id}`)).json()) as Readonly<
    Record<string, unknown>
  >;
  assert.deepEqual([status['status'], status['duration_seconds']], ['completed', 4.2]);
});

test('no address leads to a file outside the store', async () => {
  const hostile = [
    '/videos/../../etc/passwd',
    '/videos/..%2f..%2fetc%2fpasswd.mp4',
    '/videos/%2e%2e/%2e%2e/journal.sqlite',
    '/videos/..%5c..%5cjournal.sqlite.mp4',
    '/videos//etc/passwd.mp4',
    '/videos/%00.mp4',
    `/videos/${'%2e%2e%2f'.repeat(12)}etc/passwd`,
    '/assets/../package.json',
    '/assets/..%2f..%2fpackage.json',
    '/assets/%2e%2e/%2e%2e/package.json',
    '/assets//etc/passwd',
    '/assets/..\\..\\package.json',
    'http://127.0.0.1/videos/../../etc/passwd',
    `/videos/${video.id}.mp4/../../journal.sqlite`,
    `/VIDEOS/${video.id}.mp4`,
    `/videos/${video.id}.MP4`,
    `/videos/${video.id}.mp4%00.png`,
    `/videos/${video.id}`,
    `/videos/${video.id}.json`,
  ];
  for (const target of hostile) {
    const answer = await exchange(target);
    assert.match(answer, /^HTTP\/1\.1 (400|404|414) /, target);
    assert.doesNotMatch(answer, /root:|SQLite format|"devDependencies"/, target);
  }
  const piece = fc.constantFrom(
    '..',
    '/',
    '%2f',
    '%5c',
    '%2e',
    '\\',
    '%00',
    '.mp4',
    'videos',
    'assets',
    'index.html',
    video.id,
    '//',
    '?',
    ';',
  );
  await fc.assert(
    fc.asyncProperty(fc.array(piece, { minLength: 1, maxLength: 9 }), async (pieces) => {
      const answer = await exchange(`/videos/${pieces.join('')}`);
      assert.match(answer, /^HTTP\/1\.1 (200|400|404|414|422) /);
      assert.doesNotMatch(answer, /root:|SQLite format|"devDependencies"/);
    }),
    { numRuns: 150 },
  );
});

/** Sends the target as it is: fetch would tidy it up. The body is read as Latin-1, so that any byte may be in it. */
async function exchange(target: string): Promise<string> {
  const socket = connect(server.port, '127.0.0.1');
  socket.write(`GET ${target} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n`);
  return (await buffer(socket)).toString('latin1');
}
