import { assembleScene, type FigureSource } from './assemble-scene.ts';
import { checkBrief } from './check-brief.ts';
import type { SceneBrief } from './brief.ts';
import type { CanvasHost } from './canvas.ts';
import { heldPose, planFigureHolds } from './figure-holds.ts';
import { frameCountOf } from './frame-count.ts';
import type { Rectangle } from './geometry.ts';
import { createLayout } from './layout.ts';
import { midnightPalette } from './palette.ts';
import { createPerformance } from './presenter/performance.ts';
import type { PresenterPose } from './presenter/pose.ts';
import { createPresenter } from './presenter/presenter.ts';
import type { Scene } from './scene.ts';
import { frameSeconds } from './timeline.ts';
import { paragraphDirection } from './writing-system.ts';

/**
 * Builds the scene of a brief. Fonts must be known to the host before (see `fontFamilies`); what they lack is drawn as a box.
 * Nothing is painted yet: sprites and the background are made when a frame first needs them. Making a presenter takes a tenth
 * of a second; `presenterOf` lets a caller who draws many scenes keep them.
 *
 * @throws AppError `invalid_brief` when sizes, times or caption groups do not make sense
 */
export function createScene(
  brief: SceneBrief,
  host: CanvasHost,
  presenterOf: typeof createPresenter = createPresenter,
): Scene {
  checkBrief(brief);
  const { width, height, frameRate } = brief;
  const direction = paragraphDirection(brief.title || brief.captionWords.map((word) => word.text).join(' '));
  const layout = createLayout(width, height, direction, brief.title !== '');
  const presenter = presenterOf(brief.presenter, host, { frameHeight: height });
  const performance = createPerformance(brief);
  const placement = { centerX: layout.presenterCentreX, eyeLineY: layout.eyeLineY };
  const bounds = clipToFrame(presenter.bounds(placement), width, height);
  const poses = Array.from({ length: frameCountOf(brief) }, (_, frame) =>
    performance.poseAt(frameSeconds(frame, frameRate)),
  );
  const holds = planFigureHolds(poses);
  const poseOf = (face: number, head: number, torso: number): PresenterPose =>
    heldPose(poses[face] as PresenterPose, poses[head] as PresenterPose, poses[torso] as PresenterPose);
  const figure: FigureSource = {
    at(frameIndex) {
      const head = holds.head[frameIndex] as number;
      const torso = holds.torso[frameIndex] as number;
      const held = poseOf(head, head, torso);
      const face = poseOf(frameIndex, head, torso);
      return {
        key: String(torso),
        bounds,
        headKey: String(head),
        headBounds: clipToFrame(presenter.headBounds(held, placement), width, height),
        draw: (context) => presenter.draw(context, held, placement),
        face:
          frameIndex === head
            ? undefined
            : {
                bounds: clipToFrame(presenter.faceBounds(held, placement), width, height),
                draw: (context) => presenter.draw(context, face, placement),
              },
      };
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
    mouthAperture: (frameIndex) => presenter.mouthAperture(poses[frameIndex] as PresenterPose),
  };
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
