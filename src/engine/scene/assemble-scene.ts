import { frameCountOf } from './frame-count.ts';
import { AppError } from '../../core/errors.ts';
import { createBackground, createScrim } from './background.ts';
import type { SceneBrief } from './brief.ts';
import type { Canvas2D, CanvasHost } from './canvas.ts';
import { createCaptions } from './captions.ts';
import {
  boundingBox,
  changedBounds,
  coverWithEvenRectangles,
  intersects,
  overlap,
  sameRectangle,
  type Change,
} from './changed-area.ts';
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

/** The presenter at one frame. `draw` may be called under any clip. */
export type Figure = {
  /** Frames with the same key differ inside `headBounds` only. */
  readonly key: string;
  readonly bounds: Rectangle;
  /** Frames with the same key and head key differ in `face` only. */
  readonly headKey: string;
  readonly headBounds: Rectangle;
  draw(context: Canvas2D): void;
  /**
   * A face that has gone on moving since the head was painted. Its rectangle is painted a second time, background and all,
   * so that a frame comes out the same whether the figure around it is painted with it or was painted before.
   */
  readonly face: { readonly bounds: Rectangle; draw(context: Canvas2D): void } | undefined;
};

export type FigureSource = { at(frameIndex: number): Figure };

/**
 * Puts background, drifting dots, presenter, scrim, title, lower third and captions on top of one another, and works out which pixels
 * change from frame to frame.
 *
 * @param figures the presenter, drawn above the backdrop and below everything else
 */
export function assembleScene(
  brief: SceneBrief,
  layout: Layout,
  palette: Palette,
  figures: FigureSource,
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
  const behind = createDriftingDots(frameRate, brief.seed, layout, palette, host);
  const sources: PartSource[] = [];
  if (brief.captions.burned && brief.captionGroups.length > 0) {
    const scrim = spritePart('scrim', createScrim(layout, palette, host), 0, layout.scrimTop);
    sources.push({ partsAt: () => [scrim] });
  }
  sources.push(createTitle(title, brief.language, frameRate, timeline, layout, palette, host));
  sources.push(createLowerThird(person, brief.language, frameRate, timeline, layout, palette, host));
  if (brief.captions.burned) sources.push(createCaptions(brief, layout, palette, host));

  const pageAt = createRecent((frameIndex: number) => ({
    behind: behind.partsAt(frameIndex),
    figure: figures.at(frameIndex),
    inFront: sources.flatMap((source) => source.partsAt(frameIndex)),
  }));
  type Page = ReturnType<typeof pageAt>;

  const paint = (context: Canvas2D, page: Page, figure: Pick<Figure, 'bounds' | 'draw'>, clip: Rectangle): void => {
    context.save();
    context.beginPath();
    context.rect(clip.x, clip.y, clip.width, clip.height);
    context.clip();
    context.drawImage(background.image(), 0, 0);
    for (const part of [...page.behind, figure, ...page.inFront]) {
      if (intersects(part.bounds, clip)) part.draw(context);
    }
    context.restore();
  };
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
      const changed = changedBounds(changesOf(pageAt(frameIndex - 1)), changesOf(pageAt(frameIndex)));
      const { figure } = pageAt(frameIndex);
      return coverWithEvenRectangles(changed, width, height, (area) => withWholeHead(area, figure));
    },
    draw(context, frameIndex, rectangle) {
      requireFrame(frameIndex);
      const page = pageAt(frameIndex);
      const { face } = page.figure;
      const faceClip = face === undefined ? undefined : overlap(face.bounds, rectangle);
      const isFaceAlone = faceClip !== undefined && sameRectangle(faceClip, rectangle);
      if (!isFaceAlone) paint(context, page, page.figure, rectangle);
      if (face === undefined || faceClip === undefined || faceClip.width === 0) return;
      paint(context, page, { bounds: face.bounds, draw: (target) => face.draw(target) }, faceClip);
    },
  };
}

/**
 * Outlines that are cut by the edge of what is painted get other edge pixels than whole ones. So the head is painted whole or
 * not at all; only the face alone is always painted under the same cut.
 */
function withWholeHead(area: Rectangle, { headBounds, face }: Figure): Rectangle {
  if (face !== undefined && sameRectangle(area, face.bounds)) return area;
  const head = face === undefined ? headBounds : boundingBox(headBounds, face.bounds);
  return intersects(area, head) ? boundingBox(area, head) : area;
}

/** Everything on the page whose change means new pixels; the figure counts three times, for its torso, its head and its face. */
function changesOf(page: {
  readonly behind: readonly Part[];
  readonly figure: Figure;
  readonly inFront: readonly Part[];
}): readonly Change[] {
  const { key, bounds, headKey, headBounds, face } = page.figure;
  const figure = [
    { id: 'figure', key, bounds },
    { id: 'head', key: headKey, bounds: headBounds },
    // Always another key: the face moves at every frame.
    ...(face === undefined ? [] : [{ id: 'face', key: Symbol('face'), bounds: face.bounds }]),
  ];
  return [...page.behind, ...figure, ...page.inFront];
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
