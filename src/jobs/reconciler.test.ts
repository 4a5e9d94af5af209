import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { createRecordingLog } from '../../test/fixtures/job-run.ts';
import { createManualTime, settle } from '../../test/fixtures/manual-time.ts';
import { startReconciler } from './reconciler.ts';

const INTERVAL_MILLISECONDS = 1_000;

/** A queue and a journal that do as the test says. */
function createScene() {
  const time = createManualTime();
  const log = createRecordingLog();
  const scene = {
    ready: [] as { readonly jobId: string; readonly attempts: number }[],
    countTokens: async (): Promise<number | undefined> => 0,
    limits: [] as number[],
    added: [] as (readonly string[])[],
    ranWithoutTokens: 0,
  };
  const start = () =>
    startReconciler({
      store: {
        async readyJobs({ limit }) {
          scene.limits.push(limit);
          return scene.ready.slice(0, limit);
        },
      },
      log,
      timer: time.timer,
      intervalMilliseconds: INTERVAL_MILLISECONDS,
      countTokens: () => scene.countTokens(),
      async addTokens(jobs) {
        scene.added.push(jobs.map(({ jobId }) => jobId));
      },
      async runWithoutTokens() {
        scene.ranWithoutTokens += 1;
      },
    });
  return { time, log, scene, start };
}

const jobs = (...ids: readonly string[]) => ids.map((jobId) => ({ jobId, attempts: 0 }));

describe('startReconciler', () => {
  it('sends what is ready when there are fewer wake-ups, at once and at every interval', async () => {
    const { time, scene, start } = createScene();
    scene.ready = jobs('a', 'b');
    const reconciler = start();
    await settle();
    assert.deepEqual(scene.added, [['a', 'b']]);
    scene.ready = jobs('b');
    await time.advance(INTERVAL_MILLISECONDS - 1);
    assert.equal(scene.added.length, 1);
    await time.advance(1);
    assert.deepEqual(scene.added, [['a', 'b'], ['b']]);
    await reconciler.stop();
    assert.equal(time.pendingTimers, 0);
  });

  it('sends nothing while as many wake-ups wait as jobs are ready', async () => {
    const { scene, start } = createScene();
    scene.ready = jobs('a', 'b');
    scene.countTokens = async () => 2;
    const reconciler = start();
    await settle();
    await reconciler.stop();
    assert.deepEqual(scene.added, []);
  });

  it('sends a bounded number at once, however many are ready', async () => {
    const { scene, start } = createScene();
    scene.ready = jobs(...Array.from({ length: 2_000 }, (_, index) => `job-${index}`));
    const reconciler = start();
    await settle();
    await reconciler.stop();
    assert.deepEqual([scene.added.length, scene.added[0]?.length, scene.limits], [1, 500, [500]]);
  });

  it('has jobs run without wake-ups while the queue is away, and asks the journal for none', async () => {
    const { time, scene, start } = createScene();
    scene.ready = jobs('a');
    scene.countTokens = async () => undefined;
    const reconciler = start();
    await time.advance(2 * INTERVAL_MILLISECONDS);
    assert.deepEqual([scene.ranWithoutTokens, scene.added.length, scene.limits.length], [3, 0, 0]);
    await reconciler.stop();
  });

  it('has jobs run without wake-ups when the queue gives no answer, says so once, and comes back', async () => {
    const { time, log, scene, start } = createScene();
    scene.ready = jobs('a');
    scene.countTokens = () => Promise.reject(new Error('Command timed out'));
    const reconciler = start();
    await time.advance(2 * INTERVAL_MILLISECONDS);
    assert.deepEqual([scene.ranWithoutTokens, scene.added.length], [3, 0]);
    assert.equal(log.lines.length, 1);
    scene.countTokens = async () => 0;
    await time.advance(INTERVAL_MILLISECONDS);
    assert.deepEqual([scene.ranWithoutTokens, scene.added], [3, [['a']]]);
    scene.countTokens = () => Promise.reject(new Error('Command timed out'));
    await time.advance(INTERVAL_MILLISECONDS);
    assert.equal(log.lines.length, 2);
    await reconciler.stop();
  });

  it('does one round at a time, and waits for the one under way when it is stopped', async () => {
    const { time, scene, start } = createScene();
    const answer = Promise.withResolvers<number>();
    let asked = 0;
    scene.countTokens = () => {
      asked += 1;
      return answer.promise;
    };
    const reconciler = start();
    await time.advance(10 * INTERVAL_MILLISECONDS);
    assert.equal(asked, 1);
    let stopped = false;
    const stopping = reconciler.stop().then(() => (stopped = true));
    await settle();
    assert.equal(stopped, false);
    answer.resolve(0);
    await stopping;
    assert.equal(time.pendingTimers, 0);
  });
});
