import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { after, afterEach, before, describe, it } from 'node:test';
import { JobRunFixture } from '../../test/fixtures/job-run.ts';
import { createScratchFolder } from '../../test/fixtures/scratch-folder.ts';
import { presenterBriefOf, renderTestClip } from '../../test/fixtures/test-clip.ts';
import type { FailureKind } from '../core/failure-policy.ts';
import type { JobContext, Workflow } from '../jobs/workflow.ts';
import { missingObject } from '../storage/object-faults.ts';
import { callOffRender } from './call-off-render.ts';
import { createDownloader } from '../net/download.ts';
import { createHttpClient } from '../net/http-client.ts';
import { startHeyGenSimulator, type HeyGenSimulator } from '../simulators/heygen.ts';
import type { HeyGenFault } from '../simulators/heygen/faults.ts';
import { createHeyGenApi } from '../video/providers/heygen/heygen-api.ts';
import { createLookList } from '../video/providers/heygen/look-list.ts';
import { createHeyGenVideoProvider } from '../video/providers/heygen.ts';
import type { VideoProvider } from '../video/video-provider.ts';
import { renderRemotely } from './render-remotely.ts';

const RENDER_SECONDS = 60;
const LOOK_MILLISECONDS = 20_000;
const DEADLINE_MILLISECONDS = 20 * 60_000;
const USD_PER_SECOND = 0.05;

describe('renderRemotely, with a simulated HeyGen and a journal on disk', () => {
  const fixture = new JobRunFixture();
  const folder = createScratchFolder('render-remotely');
  const downloader = createDownloader({ allowPrivate: true });
  const seconds = { connectSeconds: 1, headersSeconds: 1, bodyGapSeconds: 1, totalSeconds: 1 };
  const httpClient = createHttpClient({ ...seconds, responseBytes: 1_000_000 });
  let clip: Awaited<ReturnType<typeof renderTestClip>>;
  let simulator: HeyGenSimulator;
  let provider: VideoProvider;
  let reads = 0;
  let isSpeechThere = true;

  before(async () => {
    clip = await renderTestClip(folder);
    simulator = await startHeyGenSimulator({
      clip: async () => clip,
      clock: fixture.time.clock,
      apiKey: 'key',
      lookIds: ['ada'],
      renderSeconds: RENDER_SECONDS,
    });
    const api = createHeyGenApi({ httpClient, baseUrl: simulator.url, apiKey: 'key' });
    provider = createHeyGenVideoProvider({
      api,
      looks: createLookList({ api, clock: fixture.time.clock }),
      downloader,
      avatarId: 'ada',
      engine: null,
      resolution: '1080p',
      estimateUsd: (seconds) => seconds * USD_PER_SECOND,
    });
  });
  afterEach(() => simulator.faults.clear());
  after(async () => {
    await simulator.close();
    await Promise.all([httpClient.close(), downloader.close(), fixture.dispose()]);
  });

  const workflow = async ({ job, step }: JobContext) => {
    const files = await step('render', async (context) => {
      const { videoPath, width } = await renderRemotely({
        provider,
        brief: async () => {
          reads += 1;
          if (!isSpeechThere) throw missingObject('speech');
          return presenterBriefOf(clip, job.id);
        },
        identity: [job.id],
        speechSeconds: clip.durationSeconds,
        limit: undefined,
        outputFolder: folder,
        settings: {
          clock: fixture.time.clock,
          shortestLookMilliseconds: LOOK_MILLISECONDS,
          longestLookMilliseconds: LOOK_MILLISECONDS,
          deadlineMilliseconds: DEADLINE_MILLISECONDS,
        },
        step: context,
      });
      return { videoPath, width };
    });
    return files;
  };

  /** Runs the job again and again, each time when it may go on, until it has ended. Gives how its runs ended. */
  async function runToEnd(id: string): Promise<readonly string[]> {
    const outcomes: string[] = [];
    for (;;) {
      const { outcome } = await fixture.start(workflow);
      outcomes.push(await outcome);
      const job = await fixture.store.get(id);
      if (job === undefined || job.finishedAt !== null) return outcomes;
      if (job.status === 'waiting') await fixture.time.advance(Math.max(0, job.runAt - fixture.time.clock.now()));
    }
  }
  const chargesOf = (from: number) => simulator.charges.slice(from);
  const creations = (): number =>
    simulator.requests.filter((request) => request.method === 'POST' && request.target === '/v3/videos').length;

  it('lets the job wait without a worker until the video is there, and pays once', async () => {
    const charged = simulator.charges.length;
    const id = await fixture.createJob();
    const first = await fixture.start(workflow);
    assert.equal(await first.outcome, 'suspended');
    const waiting = await fixture.store.get(id);
    assert.equal(waiting?.status, 'waiting');
    assert.equal(waiting.waitingFor?.reason, 'provider_works');
    assert.equal(waiting.runAt - fixture.time.clock.now(), LOOK_MILLISECONDS);
    await fixture.time.advance(LOOK_MILLISECONDS);
    assert.deepEqual(await runToEnd(id), ['suspended', 'suspended', 'completed']);
    const [call, ...others] = await fixture.store.calls(id);
    assert.deepEqual(others, []);
    assert.ok(call);
    assert.equal(call.state, 'completed');
    assert.equal(call.sends, 1);
    assert.ok(Math.abs(call.costUsd - clip.durationSeconds * USD_PER_SECOND) < 1e-9);
    assert.deepEqual(
      chargesOf(charged).map(({ key, videoId }) => [key, videoId]),
      [[call.key, call.reference?.split('/')[0]]],
    );
    const { videoPath } = (await fixture.store.get(id))!.output as { videoPath: string };
    assert.deepEqual(await readFile(videoPath), Buffer.from(clip.video));
  });

  it('sends the same key again when the answer was lost, and pays once', async () => {
    const charged = simulator.charges.length;
    const id = await fixture.createJob();
    simulator.faults.set('lost-create', { times: 1 });
    const outcomes = await runToEnd(id);
    assert.equal(outcomes[0], 'retried');
    assert.equal(outcomes.at(-1), 'completed');
    const [call, ...others] = await fixture.store.calls(id);
    assert.deepEqual(others, []);
    assert.equal(call?.sends, 2);
    assert.equal(call.uncertainRepeats, 0);
    assert.equal(chargesOf(charged).length, 1);
  });

  it('says that it may be charged when no request after a lost answer is answered either', async () => {
    const id = await fixture.createJob();
    simulator.faults.set('lose-answer', { times: 20 });
    await runToEnd(id);
    const { error } = (await fixture.store.get(id)) ?? {};
    assert.equal(error?.kind, 'unavailable');
    assert.match(error?.message ?? '', /may have charged for it/);
    assert.equal((await fixture.store.calls(id))[0]?.state, 'intent');
  });

  it('finds by its title what was sent more than a day ago', async () => {
    const [charged, sent] = [simulator.charges.length, creations()];
    const id = await fixture.createJob();
    simulator.faults.set('lost-create', { times: 1 });
    const first = await fixture.start(workflow);
    assert.equal(await first.outcome, 'retried');
    await fixture.time.advance(25 * 3_600_000);
    assert.equal((await runToEnd(id)).at(-1), 'completed');
    assert.equal(creations() - sent, 1);
    assert.equal(chargesOf(charged).length, 1);
  });

  it('a key that is refused while a video is made says nothing of the video, which is charged and fetched', async () => {
    const charged = simulator.charges.length;
    const id = await fixture.createJob();
    assert.equal(await (await fixture.start(workflow)).outcome, 'suspended');
    simulator.faults.set('unauthorized', { times: 2 });
    await fixture.time.advance(LOOK_MILLISECONDS);
    assert.equal((await runToEnd(id)).at(-1), 'completed');
    const [call] = await fixture.store.calls(id);
    assert.equal(chargesOf(charged).length, 1);
    assert.ok(Math.abs((call?.costUsd ?? 0) - clip.durationSeconds * USD_PER_SECOND) < 1e-9);
  });

  it('goes on waiting while the vendor cannot be asked', async () => {
    const id = await fixture.createJob();
    const first = await fixture.start(workflow);
    assert.equal(await first.outcome, 'suspended');
    await fixture.time.advance(LOOK_MILLISECONDS);
    simulator.faults.set('error-503', { times: 8 });
    const outcomes = await runToEnd(id);
    assert.deepEqual(new Set(outcomes.slice(0, -1)), new Set(['suspended']));
    assert.ok(outcomes.length >= 8, `${outcomes.length} runs`);
    assert.equal(outcomes.at(-1), 'completed');
    assert.equal((await fixture.store.get(id))?.retries, 0);
  });

  const FAILURES: Partial<Readonly<Record<HeyGenFault, FailureKind>>> = {
    'payment-at-poll': 'quota',
    'render-failed': 'unsupported',
    stuck: 'timeout',
  };
  for (const [fault, kind] of Object.entries(FAILURES) as [HeyGenFault, FailureKind][]) {
    it(`a video with ${fault} is over, uncharged, and fails as ${kind}`, async () => {
      const charged = simulator.charges.length;
      const id = await fixture.createJob();
      simulator.faults.set(fault);
      await runToEnd(id);
      const job = await fixture.store.get(id);
      assert.deepEqual([job?.status, job?.error?.kind], ['failed', kind]);
      for (const call of await fixture.store.calls(id)) assert.deepEqual([call.state, call.costUsd], ['failed', 0]);
      assert.equal(chargesOf(charged).length, 0);
    });
  }

  it('asks for another video when the first could not be made this time', async () => {
    const charged = simulator.charges.length;
    const id = await fixture.createJob();
    simulator.faults.set('render-failed-passing', { times: 1 });
    assert.equal((await runToEnd(id)).at(-1), 'completed');
    const calls = await fixture.store.calls(id);
    assert.deepEqual(
      calls.map(({ state }) => state),
      ['failed', 'completed'],
    );
    assert.equal(chargesOf(charged).length, 1);
  });

  it('calls a video off that is not made in time, and is not charged', async () => {
    const id = await fixture.createJob();
    simulator.faults.set('stuck', { times: 1 });
    const outcomes = await runToEnd(id);
    assert.ok(outcomes.length > DEADLINE_MILLISECONDS / LOOK_MILLISECONDS);
    assert.ok(simulator.requests.some((request) => request.method === 'DELETE'));
    assert.equal((await fixture.store.get(id))?.status, 'completed', 'another one was asked for and made');
  });

  const studio = { provider: async () => provider };
  const callOff: Workflow['callOff'] = (call, options) => callOffRender(call, { studio, ...options });

  it('calls a video off whose job is cancelled while it waits, and is not charged', async () => {
    const [charged, assets] = [simulator.charges.length, simulator.assets()];
    const id = await fixture.createJob();
    assert.equal(await (await fixture.start(workflow)).outcome, 'suspended');
    const asked = await fixture.store.requestCancel(id);
    assert.deepEqual([asked?.status, asked?.cancelRequested], ['waiting', true]);
    assert.equal(await (await fixture.start(workflow, fixture.store, callOff)).outcome, 'cancelled');
    assert.equal((await fixture.store.get(id))?.status, 'cancelled');
    const [call] = await fixture.store.calls(id);
    assert.deepEqual([call?.state, call?.costUsd], ['failed', 0]);
    assert.equal(chargesOf(charged).length, 0);
    assert.deepEqual(simulator.assets(), assets);
  });

  it('charges for a video that was finished before its job was cancelled', async () => {
    const charged = simulator.charges.length;
    const id = await fixture.createJob();
    assert.equal(await (await fixture.start(workflow)).outcome, 'suspended');
    await fixture.time.advance(RENDER_SECONDS * 1000);
    await fixture.store.requestCancel(id);
    assert.equal(await (await fixture.start(workflow, fixture.store, callOff)).outcome, 'cancelled');
    const [call] = await fixture.store.calls(id);
    assert.equal(call?.state, 'failed');
    assert.ok(Math.abs(call.costUsd - clip.durationSeconds * USD_PER_SECOND) < 1e-9);
    assert.equal(chargesOf(charged).length, 1);
  });

  it('leaves a video in the books that could not be called off, and a retry finds it again', async () => {
    const [charged, sent] = [simulator.charges.length, creations()];
    const id = await fixture.createJob();
    assert.equal(await (await fixture.start(workflow)).outcome, 'suspended');
    await fixture.store.requestCancel(id);
    simulator.faults.set('error-503');
    assert.equal(await (await fixture.start(workflow, fixture.store, callOff)).outcome, 'cancelled');
    simulator.faults.clear();
    const [call] = await fixture.store.calls(id);
    assert.equal(call?.state, 'intent');
    await fixture.store.retry(id, []);
    assert.equal((await runToEnd(id)).at(-1), 'completed');
    assert.equal(creations() - sent, 1);
    assert.equal(chargesOf(charged).length, 1);
  });

  it('reads the speech once, however often it looks, and pays for nothing when there is none', async () => {
    const [charged, before] = [simulator.charges.length, reads];
    const id = await fixture.createJob();
    await runToEnd(id);
    assert.equal(reads - before, 1);
    isSpeechThere = false;
    const other = await fixture.createJob();
    assert.equal(await (await fixture.start(workflow)).outcome, 'retried');
    const [call] = await fixture.store.calls(other);
    assert.deepEqual([call?.state, call?.costUsd], ['failed', 0]);
    assert.equal(chargesOf(charged).length, 1);
    isSpeechThere = true;
    await fixture.time.advance(60_000);
    assert.equal((await runToEnd(other)).at(-1), 'completed');
    assert.equal(chargesOf(charged).length, 2);
  });
});
