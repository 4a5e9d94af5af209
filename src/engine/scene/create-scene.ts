import { assembleScene } from './assemble-scene.ts';
import { checkBrief } from './check-brief.ts';
import type { SceneBrief } from './brief.ts';
import type { CanvasHost } from './canvas.ts';
import type { Rectangle } from './geometry.ts';
import { createLayout } from './layout.ts';
import { midnightPalette } from './palette.ts';
import type { PartSource } from './part.ts';
import { createPerformance } from './presenter/performance.ts';
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
  const poseAt = (frameIndex: number) => performance.poseAt(frameSeconds(frameIndex, frameRate));
  const figure: PartSource = {
    partsAt: (frameIndex) => [
      {
        id: 'presenter',
        // The presenter never holds still, so every frame has pixels of its own.
        key: String(frameIndex),
        bounds,
        draw: (context) => presenter.draw(context, poseAt(frameIndex), placement),
      },
    ],
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
