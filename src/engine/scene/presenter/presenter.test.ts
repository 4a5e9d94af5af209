import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createCanvas } from '@napi-rs/canvas';
import { sheetCells, skiaHost, speaking } from '../../../../test/fixtures/presenter-sheet.ts';
import { AppError } from '../../../core/errors.ts';
import type { PresenterId } from '../brief.ts';
import {
  LEGAL_GAZE_DEGREES,
  LEGAL_PITCH_DEGREES,
  LEGAL_ROLL_DEGREES,
  LEGAL_SHIFT,
  LEGAL_TORSO_ROLL_DEGREES,
  LEGAL_YAW_DEGREES,
} from './legal-pose.ts';
import type { PresenterPose } from './pose.ts';
import { createPresenter, type Presenter } from './presenter.ts';
import { restPose } from './rest-pose.ts';

const WIDTH = 480;
const HEIGHT = 270;
const PLACEMENT = { centerX: 250 };

type Picture = Uint8ClampedArray;

function render(presenter: Presenter, pose: PresenterPose): Picture {
  const canvas = createCanvas(WIDTH, HEIGHT);
  const context = canvas.getContext('2d');
  presenter.draw(context, pose, PLACEMENT);
  return context.getImageData(0, 0, WIDTH, HEIGHT).data;
}

function small(): Presenter {
  return createPresenter('amara', skiaHost(), { frameHeight: HEIGHT });
}

/** Every combination of the ends of the movements that carry the figure furthest. */
function extremePoses(): PresenterPose[] {
  const poses: PresenterPose[] = [];
  for (const x of [-1, 1]) {
    for (const y of [-1, 1]) {
      for (const roll of [-1, 1]) {
        for (const turn of [-1, 1]) {
          poses.push({
            ...restPose(),
            headYawDegrees: turn * LEGAL_YAW_DEGREES,
            headPitchDegrees: y * LEGAL_PITCH_DEGREES,
            headRollDegrees: roll * LEGAL_ROLL_DEGREES,
            headX: x * LEGAL_SHIFT,
            headY: y * LEGAL_SHIFT,
            torsoX: x * LEGAL_SHIFT,
            torsoY: y * LEGAL_SHIFT,
            torsoRollDegrees: roll * LEGAL_TORSO_ROLL_DEGREES,
            breath: y < 0 ? 1 : 0,
            mouth: speaking('aa', 1.2),
            gazeXDegrees: x * LEGAL_GAZE_DEGREES,
            browLeft: 1,
            browRight: 1,
          });
        }
      }
    }
  }
  return poses;
}

function changedOutside(picture: Picture, bounds: { x: number; y: number; width: number; height: number }): number {
  let changed = 0;
  for (let y = 0; y < HEIGHT; y++) {
    for (let x = 0; x < WIDTH; x++) {
      const inside = x >= bounds.x && x < bounds.x + bounds.width && y >= bounds.y && y < bounds.y + bounds.height;
      if (!inside && picture[(y * WIDTH + x) * 4 + 3] !== 0) changed++;
    }
  }
  return changed;
}

test('no pose draws outside the bounds', () => {
  const presenter = small();
  const bounds = presenter.bounds(PLACEMENT);
  const poses = [...extremePoses(), ...sheetCells().map(({ pose }) => ({ ...restPose(), ...pose }))];
  for (const pose of poses) assert.equal(changedOutside(render(presenter, pose), bounds), 0);
});

test('the bounds are even, reach the lower edge and are not wastefully large', () => {
  for (const frameHeight of [270, 406, 1080]) {
    const presenter = createPresenter('amara', skiaHost(), { frameHeight });
    const bounds = presenter.bounds({ centerX: frameHeight + 1.5 });
    for (const value of Object.values(bounds)) assert.equal(value % 2, 0, `${frameHeight}: ${value} is odd`);
    assert.equal(bounds.y + bounds.height, frameHeight);
    assert.ok(bounds.width <= frameHeight * 0.75, `${bounds.width} wide`);
  }
});

test('a pose beyond the legal range is drawn as the nearest legal pose', () => {
  const presenter = small();
  const far = render(presenter, { ...restPose(), headYawDegrees: 400, headX: 9 });
  const limit = render(presenter, { ...restPose(), headYawDegrees: LEGAL_YAW_DEGREES, headX: LEGAL_SHIFT });
  assert.deepEqual(far, limit);
});

test('drawing is deterministic and does not depend on what was drawn before', () => {
  const one = small();
  const other = small();
  const pose = { ...restPose(), mouth: speaking('O'), headYawDegrees: 7.3, smile: 0.4 };
  render(one, { ...restPose(), headRollDegrees: -6, blinkLeft: 1 });
  assert.deepEqual(render(one, pose), render(other, pose));
});

test('the canvas is handed back as it was', () => {
  const canvas = createCanvas(WIDTH, HEIGHT);
  const context = canvas.getContext('2d');
  context.globalAlpha = 1;
  const before = context.getTransform();
  small().draw(context, restPose(), PLACEMENT);
  assert.deepEqual({ ...context.getTransform() }, { ...before });
  assert.equal(context.globalAlpha, 1);
});

test('the face is not its own mirror image', () => {
  const picture = render(small(), { ...restPose(), smile: 0 });
  let difference = 0;
  let count = 0;
  // The skin between the brows and the chin, clear of the hair.
  for (let y = 90; y < 136; y++) {
    for (let dx = 1; dx < 20; dx++) {
      for (let channel = 0; channel < 3; channel++) {
        const left = picture[(y * WIDTH + PLACEMENT.centerX - dx) * 4 + channel]!;
        const right = picture[(y * WIDTH + PLACEMENT.centerX + dx - 1) * 4 + channel]!;
        difference += Math.abs(left - right);
        count++;
      }
    }
  }
  assert.ok(difference / count > 4, `mean difference ${difference / count}`);
});

test('every viseme, both lids, gaze, brows and smile change the picture', () => {
  const presenter = small();
  const pictures = new Set(
    sheetCells()
      .filter(({ label }) => label !== 'rest')
      .map(({ pose }) => Buffer.from(render(presenter, { ...restPose(), ...pose })).toString('base64')),
  );
  assert.equal(pictures.size, sheetCells().length - 1);
});

test('a closing eye closes its own side only', () => {
  const presenter = small();
  const rest = render(presenter, restPose());
  const wink = render(presenter, { ...restPose(), blinkLeft: 1 });
  const changed = { left: 0, right: 0 };
  for (let index = 0; index < rest.length; index += 4) {
    const x = (index / 4) % WIDTH;
    const moved = Math.abs(rest[index]! - wink[index]!);
    if (moved > 40) changed[x < PLACEMENT.centerX ? 'left' : 'right']++;
  }
  assert.ok(changed.left > 20, `left ${changed.left}`);
  assert.equal(changed.right, 0);
});

test('the aperture is that of the drawn mouth', () => {
  const presenter = small();
  assert.equal(presenter.mouthAperture({ ...restPose(), mouth: speaking('PP') }), 0);
  assert.ok(presenter.mouthAperture({ ...restPose(), mouth: speaking('aa') }) > 0.4);
});

test('an unknown presenter or an impossible height is refused with the rule and the value', () => {
  assert.throws(() => createPresenter('nobody' as PresenterId, skiaHost(), { frameHeight: 1080 }), AppError);
  assert.throws(() => createPresenter('amara', skiaHost(), { frameHeight: 0 }), /frameHeight.*0/);
});
