import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { sceneBrief } from '../../../test/fixtures/scene-brief.ts';
import { AppError } from '../../core/errors.ts';
import { frameCountOf } from '../scene/frame-count.ts';
import { RenderPool } from './render-pool.ts';

const pool = new RenderPool({ workerCount: 2 });
after(() => pool.close());

function startRender(durationSeconds: number, signal: AbortSignal = new AbortController().signal) {
  const brief = sceneBrief({ durationSeconds });
  return pool.render(brief, { frameCount: frameCountOf(brief), stillFrame: 0, signal });
}

test('a render gives its segments in order, every frame once, and a still', async () => {
  const render = startRender(3);
  const segments = await Promise.all(render.segments);
  assert.equal(
    segments.reduce((sum, { frameBytes }) => sum + frameBytes.length, 0),
    90,
  );
  for (const [index, segment] of segments.entries()) {
    assert.equal(segment.index, index);
    assert.equal(
      segment.data.byteLength,
      segment.frameBytes.reduce((sum, bytes) => sum + bytes, 0),
    );
  }
  assert.equal(Buffer.from(await render.still).toString('latin1', 1, 4), 'PNG');
  assert.equal(render.finishedFrames(), 90);
});

test('the same brief gives the same bytes, whichever worker draws which segment', async () => {
  const render = async (): Promise<string> => {
    const segments = await Promise.all(startRender(2).segments);
    return Buffer.concat(segments.map(({ data }) => data)).toString('base64');
  };
  const [first, second, third] = await Promise.all([render(), render(), render()]);
  assert.ok(first === second && second === third);
});

test('a short video is not kept waiting until a long one is finished', async () => {
  const long = startRender(16);
  const short = startRender(1);
  await Promise.all(short.segments);
  assert.ok(long.finishedFrames() < 480, 'The long video was finished first.');
  await Promise.all(long.segments);
});

test('an aborted render rejects with the reason, and the pool goes on', async () => {
  const abort = new AbortController();
  const render = startRender(60, abort.signal);
  const reason = new Error('enough');
  abort.abort(reason);
  const results = await Promise.allSettled([...render.segments, render.still]);
  for (const result of results) assert.deepEqual(result, { status: 'rejected', reason });
  assert.ok(render.finishedFrames() < 1800);
  await Promise.all(startRender(1).segments);
});

test('a brief that cannot be drawn fails its own render only', async () => {
  const broken = { ...sceneBrief(), template: 'presenter1', width: 481 } as const;
  const render = pool.render(broken, { frameCount: 60, stillFrame: 0, signal: new AbortController().signal });
  const good = startRender(1);
  await assert.rejects(Promise.all(render.segments), (error) => {
    assert.ok(error instanceof AppError);
    assert.equal(error.code, 'render_failed');
    assert.match(String(error.cause), /481x270/);
    return true;
  });
  assert.equal((await Promise.all(good.segments)).length > 0, true);
});

test('a closed pool refuses renders and rejects those under way', async () => {
  const other = new RenderPool({ workerCount: 1 });
  const brief = sceneBrief({ durationSeconds: 20 });
  const options = { frameCount: 600, stillFrame: 0, signal: new AbortController().signal };
  const render = other.render(brief, options);
  await other.close();
  await assert.rejects(Promise.all(render.segments), /was closed/);
  assert.throws(() => other.render(brief, options), /is closed/);
});
