import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { createRecordingLog } from '../../test/fixtures/job-run.ts';
import { createManualTime, settle } from '../../test/fixtures/manual-time.ts';
import { createJobPump } from './job-pump.ts';
import type { JobRunner } from './job-runner.ts';
import type { RunOutcome } from './run-job.ts';

/** A pump over a runner with so many jobs to hand out and so many places. */
function createScene(options: { readonly places: number }) {
  const time = createManualTime();
  const log = createRecordingLog();
  const scene = {
    due: 0,
    asked: 0,
    running: [] as PromiseWithResolvers<RunOutcome>[],
    drained: [] as number[],
    claim: async (): Promise<void> => {},
  };
  const runner: JobRunner = {
    get hasRoom() {
      return scene.running.length < options.places;
    },
    async startNext() {
      scene.asked += 1;
      await scene.claim();
      if (scene.due === 0 || scene.running.length >= options.places) return undefined;
      scene.due -= 1;
      const run = Promise.withResolvers<RunOutcome>();
      scene.running.push(run);
      return { ended: run.promise };
    },
    check() {},
    async drain({ graceMilliseconds }) {
      scene.drained.push(graceMilliseconds);
    },
  };
  const finishOne = (): void => scene.running.shift()?.resolve('completed');
  return { time, log, scene, finishOne, pump: createJobPump({ runner, log, timer: time.timer }) };
}

describe('createJobPump', () => {
  it('fills all places at the start, and the one that comes free when a run ends', async () => {
    const { time, scene, finishOne, pump } = createScene({ places: 2 });
    scene.due = 3;
    pump.start();
    await settle();
    assert.deepEqual([scene.running.length, scene.due], [2, 1]);
    finishOne();
    await settle();
    assert.deepEqual([scene.running.length, scene.due], [2, 0]);
    await pump.drain({ graceMilliseconds: 7 });
    assert.deepEqual([scene.drained, time.pendingTimers], [[7], 0]);
  });

  it('looks every second by itself', async () => {
    const { time, scene, pump } = createScene({ places: 1 });
    pump.start();
    await settle();
    scene.due = 1;
    await time.advance(999);
    assert.equal(scene.running.length, 0);
    await time.advance(1);
    assert.equal(scene.running.length, 1);
    await pump.drain({ graceMilliseconds: 0 });
  });

  it('asks one claim at a time, and once more when it was told meanwhile', async () => {
    const { scene, pump } = createScene({ places: 4 });
    const claim = Promise.withResolvers<void>();
    scene.claim = () => claim.promise;
    pump.start();
    await settle();
    // Nothing was due when the claim under way was asked for; this job came later.
    for (let told = 0; told < 5; told += 1) pump.fill();
    assert.equal(scene.asked, 1);
    claim.resolve();
    await settle();
    assert.equal(scene.asked, 2);
    await pump.drain({ graceMilliseconds: 0 });
  });

  it('does nothing before its start or after its drain, which waits for a claim under way', async () => {
    const { time, scene, pump } = createScene({ places: 4 });
    scene.due = 4;
    pump.fill();
    await settle();
    assert.equal(scene.asked, 0);
    const claim = Promise.withResolvers<void>();
    scene.claim = () => claim.promise;
    pump.start();
    await settle();
    const draining = pump.drain({ graceMilliseconds: 0 });
    await settle();
    assert.deepEqual(scene.drained, []);
    claim.resolve();
    await draining;
    // What was claimed already is the runner's to release; nothing more is.
    assert.deepEqual([scene.running.length, scene.drained], [1, [0]]);
    pump.fill();
    await time.advance(10_000);
    assert.equal(scene.asked, 1);
    assert.throws(() => pump.start(), /once/);
  });

  it('tells once of a journal that fails, asks again at each poll, and says when it works', async () => {
    const { time, log, scene, pump } = createScene({ places: 1 });
    scene.claim = () => Promise.reject(new Error('disk full'));
    scene.due = 1;
    pump.start();
    await time.advance(3_000);
    assert.equal(scene.asked, 4);
    assert.deepEqual(
      log.lines.map(({ level }) => level),
      ['error'],
    );
    scene.claim = async () => {};
    await time.advance(1_000);
    assert.deepEqual([scene.running.length, log.lines.at(-1)?.message], [1, 'The journal works again']);
    await pump.drain({ graceMilliseconds: 0 });
  });
});
