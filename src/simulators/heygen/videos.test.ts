import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { SimulatedVideos } from './videos.ts';

test('a video that is called off is not charged, and its id is not given again', async () => {
  const clip = Promise.withResolvers<{ readonly video: Uint8Array; readonly thumbnail: Uint8Array }>();
  const clock = { now: () => 0 };
  const videos = new SimulatedVideos({ clip: () => clip.promise, clock, renderSeconds: 0, onEnd() {} });
  const shape = { aspectRatio: '16:9', hasCaptions: false };
  const asked = { wav: new Uint8Array(), durationSeconds: 1, title: '', callbackId: null, ...shape };
  const make = (key: string) => videos.create({ ...asked, key, fault: undefined });
  const [first, second] = [make('first'), make('second')];
  videos.delete(first.id);
  const third = make('third');
  assert.equal(new Set([first.id, second.id, third.id]).size, 3);
  clip.resolve({ video: new Uint8Array(), thumbnail: new Uint8Array() });
  await nextTurn();
  assert.deepEqual(
    videos.charges.map(({ key }) => key),
    ['second', 'third'],
  );
  videos.close();
});
