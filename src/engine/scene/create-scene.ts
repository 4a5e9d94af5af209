import { assembleScene } from './assemble-scene.ts';
import { checkBrief } from './check-brief.ts';
import type { SceneBrief } from './brief.ts';
import type { CanvasHost } from './canvas.ts';
import type { Rectangle } from './geometry.ts';
import { createLayout } from './layout.ts';
import { midnightPalette } from './palette.ts';
import type { PartSource } from './part.ts';
import { createPerformance } from './presenter/performance.ts';
import type { PresenterPose } from './presenter/pose.ts';
import { createPresenter } from './presenter/presenter.ts';
import type { Scene } from './scene.ts';
import { frameSeconds } from './timeline.ts';
import { paragraphDirection } from './writing-system.ts';

/**
 * Builds the scene of a brief. Fonts must be known to the host before (see `fontFamilies`); what they lack is drawn as a box.
 * Nothing is painted yet: sprites and the background are made when a frame first needs them.
 *
 * @throws AppError `invalid_brief` when sizes, times or caption groups do not make sense
 */
export function createScene(brief: SceneBrief, host: CanvasHost): Scene {
  checkBrief(brief);
  const { width, height, frameRate } = brief;
  const direction = paragraphDirection(brief.title || brief.captionWords.map((word) => word.text).join(' '));
  const layout = createLayout(width, height, direction, brief.title !== '');
  const presenter = createPresenter(brief.presenter, host, { frameHeight: height });
  const performance = createPerformance(brief);
  const placement = { centerX: layout.presenterCentreX, eyeLineY: layout.eyeLineY };
  const bounds = clipToFrame(presenter.bounds(placement), width, height);
  const poseAt = (frameIndex: number): PresenterPose => {
    const time = (frame: number) => frameSeconds(frame, frameRate);
    const { torsoX, torsoY, torsoRollDegrees, breath } = performance.poseAt(time(heldFrame(frameIndex)));
    return { ...performance.poseAt(time(frameIndex)), torsoX, torsoY, torsoRollDegrees, breath };
  };
  const figure: PartSource = {
    partsAt(frameIndex) {
      const pose = poseAt(frameIndex);
      return [
        {
          id: 'presenter',
          key: String(heldFrame(frameIndex)),
          bounds,
          draw: (context) => presenter.draw(context, pose, placement),
        },
        {
          // Drawn with the figure; it stands here because its pixels change at every frame.
          id: 'head',
          key: String(frameIndex),
          bounds: clipToFrame(presenter.headBounds(pose, placement), width, height),
          draw: () => undefined,
        },
      ];
    },
  };
  const scene = assembleScene(brief, layout, midnightPalette(), figure, host);
  return {
    width,
    height,
    frameRate,
    frameCount: scene.frameCount,
    changedRectangles: (frameIndex) => scene.changedRectangles(frameIndex),
    draw: (context, frameIndex, rectangle) => scene.draw(context, frameIndex, rectangle),
    mouthAperture: (frameIndex) => presenter.mouthAperture(poseAt(frameIndex)),
  };
}

/**
 * The torso moves by a tenth of a pixel a frame, so it is held for a few frames, as animators draw on threes: two frames of
 * three then repaint only the head.
 */
const TORSO_HELD_FRAMES = 3;

function heldFrame(frameIndex: number): number {
  return frameIndex - (frameIndex % TORSO_HELD_FRAMES);
}

function clipToFrame(rectangle: Rectangle, width: number, height: number): Rectangle {
  const x = Math.max(0, rectangle.x);
  const y = Math.max(0, rectangle.y);
  return {
    x,
    y,
    width: Math.min(width, rectangle.x + rectangle.width) - x,
    height: Math.min(height, rectangle.y + rectangle.height) - y,
  };
}
