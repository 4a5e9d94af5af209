import { AppError } from '../../../core/errors.ts';
import type { PresenterId } from '../brief.ts';
import type { Canvas2D, CanvasHost } from '../canvas.ts';
import type { Rectangle } from '../geometry.ts';
import { amara } from './amara.ts';
import { createBrows } from './brows.ts';
import { bakeClothes } from './clothes.ts';
import { createEars } from './ears.ts';
import { createEyes } from './eyes.ts';
import { createFace } from './face.ts';
import { createHair } from './hair.ts';
import { headView } from './head-view.ts';
import { mouthShape } from './mouth-shape.ts';
import { createMouth } from './mouth.ts';
import { createNeck } from './neck.ts';
import { createNose } from './nose.ts';
import { legalPose } from './legal-pose.ts';
import type { PresenterPose } from './pose.ts';
import type { PresenterDesign } from './presenter-design.ts';
import { blit } from './soft.ts';

/** Where the presenter stands, in pixels of the canvas. */
export type Placement = {
  /** The middle of the face at rest. */
  readonly centerX: number;
  /** The line of the eyes at rest; by default 36.5 % down the frame. */
  readonly eyeLineY?: number;
};

export type Presenter = {
  /** Draws everything that moves and nothing outside `bounds(placement)`. The pose is first limited to what the rig can do. */
  draw(context: Canvas2D, pose: PresenterPose, placement: Placement): void;
  /** The largest gap between the drawn lips as a share of the resting mouth's width; exactly 0 when they touch. */
  mouthAperture(pose: PresenterPose): number;
  /** Even coordinates; holds all that is drawn for any pose, down to the frame's lower edge. */
  bounds(placement: Placement): Rectangle;
  /** Holds everything that the head's fields of this pose decide; outside it only the torso's fields and the breath are seen. */
  headBounds(pose: PresenterPose, placement: Placement): Rectangle;
  /** Holds everything that mouth, eyes, brows and smile decide while head and torso are as in this pose. */
  faceBounds(pose: PresenterPose, placement: Placement): Rectangle;
};

/** Design units are pixels of a frame with this many lines. */
const DESIGN_HEIGHT = 1080;
const EYE_LINE_SHARE = 0.365;
/** The head rolls about the base of the skull, the torso about the waist, both in design units below the eyes. */
const HEAD_ROLL_Y = 150;
const TORSO_ROLL_Y = 700;
/** The far ends of the figure at rest, with the room that the largest legal movement takes. */
const EXTENT = { left: 326, right: 318, above: 221 };

/** Hair, face and the part of the neck that follows the head, at rest, with the room that turning the head takes. */
const HEAD_EXTENT = { left: 200, right: 200, above: 236, below: 360 };

/** Brows to chin, with the shadow that the chin throws on the neck. */
const FACE_EXTENT = { left: 118, right: 118, above: 72, below: 284 };

type Extent = { readonly left: number; readonly right: number; readonly above: number; readonly below: number };

const DESIGNS: Readonly<Record<PresenterId, () => PresenterDesign>> = { amara };

const RADIANS = Math.PI / 180;

/**
 * @param options.frameHeight pixels; the figure is scaled to it
 * @throws AppError `invalid_input` when the id is unknown or the height is not a positive number
 */
export function createPresenter(
  id: PresenterId,
  host: CanvasHost,
  options: { readonly frameHeight: number },
): Presenter {
  const { frameHeight } = options;
  if (!Object.hasOwn(DESIGNS, id))
    throw invalid(`presenter must be one of ${Object.keys(DESIGNS).join(', ')}, not "${id}"`);
  if (!(frameHeight > 0)) throw invalid(`frameHeight must be a positive number of pixels, not ${frameHeight}`);
  const scale = frameHeight / DESIGN_HEIGHT;
  const design = DESIGNS[id]();
  const face = createFace(host, design, scale);
  const eyes = createEyes(host, design);
  const brows = createBrows(host, design);
  const nose = createNose(host, design, scale);
  const mouth = createMouth(host, design, scale);
  const ears = createEars(host, design);
  const neck = createNeck(host, design, scale);
  const hair = createHair(host, design, scale);
  const clothes = bakeClothes(host, design, scale);

  const eyeLine = (placement: Placement) => placement.eyeLineY ?? frameHeight * EYE_LINE_SHARE;

  /** The upright rectangle around a part of the head in this pose. */
  const boundsOf = ({ left, right, above, below }: Extent, pose: PresenterPose, placement: Placement): Rectangle => {
    const [a, b, c, d, shiftX, shiftY] = headFrame(legalPose(pose));
    const corners = [
      [-left, -above],
      [right, -above],
      [-left, below],
      [right, below],
    ] as const;
    const xs = corners.map(([x, y]) => placement.centerX + (a * x + c * y + shiftX) * scale);
    const ys = corners.map(([x, y]) => eyeLine(placement) + (b * x + d * y + shiftY) * scale);
    const [x, y] = [evenFloor(Math.min(...xs)), evenFloor(Math.min(...ys))];
    return { x, y, width: evenFloor(Math.max(...xs) + 2) - x, height: evenFloor(Math.max(...ys) + 2) - y };
  };

  return {
    draw(context, anyPose, placement) {
      const pose = legalPose(anyPose);
      const view = headView(pose);
      const shape = mouthShape(pose.mouth, pose.smile);
      const chinDrop = shape.chinDrop * design.face.mouthScale;
      const outline = face.outline(view, chinDrop);
      const head = headFrame(pose);
      const torso = torsoFrame(pose);

      context.save();
      context.translate(placement.centerX, eyeLine(placement));
      context.scale(scale, scale);

      context.save();
      context.transform(...head);
      hair.drawBack(context, view);
      context.restore();

      context.save();
      context.transform(...torso);
      neck.draw(context, view, chinDrop, between(head, torso));
      blit(context, clothes);
      context.restore();

      context.save();
      context.transform(...head);
      hair.drawSides(context, view);
      ears.draw(context, view);
      face.draw(context, view, outline, () => hair.drawShadow(context, view));
      mouth.draw(context, view, shape, pose.smile);
      nose.draw(context, view);
      eyes.draw(context, view, pose);
      brows.draw(context, view, pose);
      hair.drawFront(context, view);
      context.restore();

      context.restore();
    },
    mouthAperture: (pose) => {
      const legal = legalPose(pose);
      return mouthShape(legal.mouth, legal.smile).aperture;
    },
    bounds(placement) {
      const middle = eyeLine(placement);
      const x = evenFloor(placement.centerX - EXTENT.left * scale);
      const y = evenFloor(middle - EXTENT.above * scale);
      const right = evenFloor(placement.centerX + EXTENT.right * scale + 2);
      const bottom = evenFloor(frameHeight + 1);
      return { x, y, width: right - x, height: bottom - y };
    },
    headBounds: (pose, placement) => boundsOf(HEAD_EXTENT, pose, placement),
    faceBounds: (pose, placement) => boundsOf(FACE_EXTENT, pose, placement),
  };
}

type Affine = readonly [number, number, number, number, number, number];

function headFrame(pose: PresenterPose): Affine {
  return turned(pose.headRollDegrees, HEAD_ROLL_Y, pose.headX * DESIGN_HEIGHT, pose.headY * DESIGN_HEIGHT, 1);
}

/** Breath lifts the shoulders a few pixels and leaves the waist where it is. */
function torsoFrame(pose: PresenterPose): Affine {
  const lift = 1 + (pose.breath - 0.5) * 0.012;
  return turned(pose.torsoRollDegrees, TORSO_ROLL_Y, pose.torsoX * DESIGN_HEIGHT, pose.torsoY * DESIGN_HEIGHT, lift);
}

function turned(rollDegrees: number, pivotY: number, shiftX: number, shiftY: number, stretchY: number): Affine {
  const cos = Math.cos(rollDegrees * RADIANS);
  const sin = Math.sin(rollDegrees * RADIANS);
  return [
    cos,
    sin,
    -sin * stretchY,
    cos * stretchY,
    shiftX + sin * pivotY * stretchY,
    shiftY + pivotY - cos * pivotY * stretchY,
  ];
}

/** Maps a point of one frame into another. */
function between(from: Affine, to: Affine): (x: number, y: number) => readonly [number, number] {
  const determinant = to[0] * to[3] - to[1] * to[2];
  return (x, y) => {
    const sharedX = from[0] * x + from[2] * y + from[4] - to[4];
    const sharedY = from[1] * x + from[3] * y + from[5] - to[5];
    return [(to[3] * sharedX - to[2] * sharedY) / determinant, (-to[1] * sharedX + to[0] * sharedY) / determinant];
  };
}

function evenFloor(value: number): number {
  return Math.floor(value / 2) * 2;
}

function invalid(message: string): AppError {
  return new AppError({ code: 'invalid_input', kind: 'invalid_input', message });
}
