import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { sceneBrief } from '../../../test/fixtures/scene-brief.ts';
import { headShift, heldPose, planFigureHolds } from './figure-holds.ts';
import { createPerformance } from './presenter/performance.ts';
import { restPose } from './presenter/rest-pose.ts';

const TOLERANCE_PIXELS = 0.4;

test('a held head is never off by more than 0.4 pixels of 1080, whatever the movement', () => {
  fc.assert(
    fc.property(fc.array(fc.double({ min: -0.4, max: 0.4, noNaN: true }), { maxLength: 200 }), (steps) => {
      let headX = 0;
      let headYawDegrees = 0;
      const poses = steps.map((step) => {
        headX += step / 1080;
        headYawDegrees -= step;
        return { ...restPose(), headX, headYawDegrees };
      });
      const { head, torso } = planFigureHolds(poses);
      for (const [frame, pose] of poses.entries()) {
        assert.ok(head[frame]! <= frame && torso[frame]! <= frame);
        assert.equal(head[head[frame]!], head[frame], 'A held frame holds itself.');
        assert.ok(headShift(poses[head[frame]!]!, pose) * 1080 <= TOLERANCE_PIXELS);
      }
    }),
  );
});

test('in a real performance the head is held at times, and the torso only changes together with it', () => {
  const brief = sceneBrief({ durationSeconds: 4 });
  const performance = createPerformance(brief);
  const poses = Array.from({ length: 120 }, (_, frame) => performance.poseAt(frame / 30));
  const { head, torso } = planFigureHolds(poses);
  const heldFrames = head.filter((held, frame) => held !== frame).length;
  assert.ok(heldFrames > 12 && heldFrames < 108, `${heldFrames} of 120 frames hold the head.`);
  for (const [frame, held] of torso.entries()) if (held === frame) assert.equal(head[frame], frame);
});

test('a held pose has the features of its own moment', () => {
  const face = { ...restPose(), blinkLeft: 1, headX: 0.01, torsoX: 0.01 };
  const held = heldPose(face, { ...restPose(), headX: 0.002 }, { ...restPose(), torsoX: 0.003 });
  assert.deepEqual([held.blinkLeft, held.headX, held.torsoX], [1, 0.002, 0.003]);
});
