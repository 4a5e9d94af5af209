import { frameCountOf } from './frame-count.ts';
import { AppError } from '../../core/errors.ts';
import { createBackground, createScrim } from './background.ts';
import type { SceneBrief } from './brief.ts';
import type { Canvas2D, CanvasHost } from './canvas.ts';
import { createCaptions } from './captions.ts';
import { changedBounds, coverWithEvenRectangles, intersects } from './changed-area.ts';
import { createDriftingDots } from './drifting-dots.ts';
import type { Rectangle } from './geometry.ts';
import type { Layout } from './layout.ts';
import { createLowerThird } from './lower-third.ts';
import type { Palette } from './palette.ts';
import { spritePart } from './part.ts';
import type { Part, PartSource } from './part.ts';
import { planTimeline } from './timeline.ts';
import { createTitle } from './title.ts';
import { drawableText } from './writing-system.ts';

/** A scene without the presenter's own read-outs. */
export type AssembledScene = {
  readonly frameCount: number;
  changedRectangles(frameIndex: number): readonly Rectangle[];
  draw(context: Canvas2D, frameIndex: number, rectangle: Rectangle): void;
};

/**
 * Puts background, drifting dots, presenter, scrim, title, lower third and captions on top of one another, and works out which pixels
 * change from frame to frame.
 *
 * @param figure the presenter, drawn above the backdrop and below everything else
 */
export function assembleScene(
  brief: SceneBrief,
  layout: Layout,
  palette: Palette,
  figure: PartSource,
  host: CanvasHost,
): AssembledScene {
  const { width, height, frameRate, durationSeconds } = brief;
  const frameCount = frameCountOf({ durationSeconds, frameRate });
  const person = {
    name: drawableText(brief.lowerThird.name),
    role: drawableText(brief.lowerThird.role),
  };
  const title = drawableText(brief.title);
  const timeline = planTimeline(durationSeconds, person.name.length + person.role.length);
  const background = createBackground(layout, palette, brief.seed, host);
  const sources: PartSource[] = [createDriftingDots(frameRate, brief.seed, layout, palette, host), figure];
  if (brief.captions.burned && brief.captionGroups.length > 0) {
    const scrim = spritePart('scrim', createScrim(layout, palette, host), 0, layout.scrimTop);
    sources.push({ partsAt: () => [scrim] });
  }
  sources.push(createTitle(title, brief.language, frameRate, timeline, layout, palette, host));
  sources.push(createLowerThird(person, brief.language, frameRate, timeline, layout, palette, host));
  if (brief.captions.burned) sources.push(createCaptions(brief, layout, palette, host));

  const partsAt = createRecent((frameIndex: number): readonly Part[] =>
    sources.flatMap((source) => source.partsAt(frameIndex)),
  );
  const requireFrame = (frameIndex: number): void => {
    if (Number.isInteger(frameIndex) && frameIndex >= 0 && frameIndex < frameCount) return;
    throw new AppError({
      code: 'frame_out_of_range',
      kind: 'invalid_input',
      message: `A frame index is a whole number from 0 to ${frameCount - 1}; got ${frameIndex}.`,
    });
  };

  return {
    frameCount,
    changedRectangles(frameIndex) {
      requireFrame(frameIndex);
      if (frameIndex === 0) return [{ x: 0, y: 0, width, height }];
      const changed = changedBounds(partsAt(frameIndex - 1), partsAt(frameIndex));
      return coverWithEvenRectangles(changed, width, height);
    },
    draw(context, frameIndex, rectangle) {
      requireFrame(frameIndex);
      context.save();
      context.beginPath();
      context.rect(rectangle.x, rectangle.y, rectangle.width, rectangle.height);
      context.clip();
      context.drawImage(background.image(), 0, 0);
      for (const part of partsAt(frameIndex)) {
        if (intersects(part.bounds, rectangle)) part.draw(context);
      }
      context.restore();
    },
  };
}

/** Remembers the last two answers: a frame is compared with the one before it and then drawn. */
function createRecent<Result>(compute: (frameIndex: number) => Result): (frameIndex: number) => Result {
  const known: { readonly frameIndex: number; readonly result: Result }[] = [];
  return (frameIndex) => {
    const hit = known.find((entry) => entry.frameIndex === frameIndex);
    if (hit !== undefined) return hit.result;
    const result = compute(frameIndex);
    known.unshift({ frameIndex, result });
    known.length = Math.min(known.length, 2);
    return result;
  };
}
