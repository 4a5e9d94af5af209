import type { Canvas2D, CanvasHost } from './canvas.ts';
import type { Layout } from './layout.ts';
import { fitLines } from './line-breaking.ts';
import type { FittedText } from './line-breaking.ts';
import { cssColor } from './oklch.ts';
import type { Palette } from './palette.ts';
import type { Part, PartSource } from './part.ts';
import { createSprite, spritePart } from './part.ts';
import { frameSeconds, presenceAt } from './timeline.ts';
import type { Timeline } from './timeline.ts';
import { fontFamilies, isSetInDisplayFace, mainScript } from './writing-system.ts';

/** Design pixels: the type scale's range for titles, then down to half of it. */
const SIZES = [96, 92, 88, 84, 80, 76, 72, 68, 64, 60, 56];
const PREFERRED_SIZES = 4;
const MAXIMUM_LINES = 3;
/** For titles of eighty letters and more: four small lines are no taller than three large ones. */
const SIZES_OF_LONG_TITLES = [64, 60, 56, 52, 48, 44, 40, 36];
const MAXIMUM_LINES_OF_LONG_TITLES = 4;
const LINE_HEIGHT = 1.08;
/** Small type needs more air than display type. */
const LONG_TITLE_LINE_HEIGHT = 1.18;
/** Scripts with marks above and below need more room between lines. */
const TALL_LINE_HEIGHT = 1.34;
const RULE_WIDTH = 72;
const RULE_HEIGHT = 8;
const RULE_GAP = 32;
const RISE = 24;
const TRACKING_EM = -0.012;

/** The title of the video with an accent rule above it: the rule draws itself, then the lines rise one after another. */
export function createTitle(
  title: string,
  language: string,
  frameRate: number,
  timeline: Timeline,
  layout: Layout,
  palette: Palette,
  host: CanvasHost,
): PartSource {
  const { unit, titleBox, textSide } = layout;
  const script = mainScript(title);
  const families = fontFamilies(isSetInDisplayFace(title) ? 'display' : 'text', language);
  // Tracking would tear joined letters apart.
  const tracking = script === 'latin' ? TRACKING_EM : 0;
  const setFont = (context: Canvas2D, sizePixels: number): void => {
    context.font = `600 ${sizePixels}px ${families}`;
    context.letterSpacing = `${(tracking * sizePixels).toFixed(2)}px`;
    context.direction = textSide === 'right' ? 'rtl' : 'ltr';
    context.textAlign = textSide;
    context.textBaseline = 'alphabetic';
  };
  const scratch = host.createCanvas(1, 1).context;
  const measure = (text: string, sizePixels: number): number => {
    setFont(scratch, sizePixels);
    return scratch.measureText(text).width;
  };
  const fitted = fitBeside(title, layout, measure);
  const titleRight = titleBox.x + titleBox.width;
  const isTall = script !== 'latin' && script !== 'hebrew' && script !== 'hangul';
  const tightest = fitted.lines.length > MAXIMUM_LINES ? LONG_TITLE_LINE_HEIGHT : LINE_HEIGHT;
  const lineHeight = Math.round(fitted.sizePixels * (isTall ? TALL_LINE_HEIGHT : tightest));
  const ruleHeight = Math.max(2, Math.round(RULE_HEIGHT * unit));
  const ruleWidth = Math.round(RULE_WIDTH * unit);
  const gap = Math.round(RULE_GAP * unit);
  const blockHeight = ruleHeight + gap + lineHeight * fitted.lines.length;
  const grid = Math.max(1, Math.round(8 * unit));
  const top = titleBox.y + grid * Math.round((titleBox.height - blockHeight) / 2 / grid);
  const bleed = Math.ceil(fitted.sizePixels * 0.5);

  const lines = fitted.lines.map((text, index) => {
    setFont(scratch, fitted.sizePixels);
    const width = Math.ceil(scratch.measureText(text).width) + 2 * bleed;
    const height = lineHeight + 2 * bleed;
    const baseline = bleed + Math.round((lineHeight - fitted.sizePixels) / 2 + fitted.sizePixels * 0.8);
    // A round or slanted first letter has white at its side; moving it out aligns the lines to the eye.
    const sprite = createSprite(host, width, height, (context) => {
      setFont(context, fitted.sizePixels);
      context.fillStyle = cssColor(palette.text);
      const bearing = textSide === 'left' ? context.measureText(text).actualBoundingBoxLeft : 0;
      context.fillText(text, textSide === 'left' ? bleed + bearing : width - bleed, baseline);
    });
    const x = textSide === 'left' ? titleBox.x - bleed : titleRight + bleed - width;
    const y = top + ruleHeight + gap + index * lineHeight - bleed;
    return { sprite, x, y };
  });

  return {
    partsAt(frameIndex) {
      const seconds = frameSeconds(frameIndex, frameRate);
      const parts: Part[] = [];
      const ruleState = presenceAt(timeline.title, seconds);
      if (ruleState !== undefined && lines.length > 0) {
        const drawn = Math.max(1, Math.round(ruleWidth * ruleState.entered));
        const x = textSide === 'left' ? titleBox.x : titleRight - drawn;
        const bounds = { x, y: top, width: drawn, height: ruleHeight };
        parts.push({
          id: 'title-rule',
          key: '',
          bounds,
          draw(context) {
            context.fillStyle = cssColor(palette.accent);
            context.fillRect(bounds.x, bounds.y, bounds.width, bounds.height);
          },
        });
      }
      for (const [index, line] of lines.entries()) {
        const state = presenceAt(timeline.title, seconds, (index + 1) * timeline.titleLineDelaySeconds);
        if (state === undefined) continue;
        const rise = Math.round(RISE * unit * (1 - state.entered));
        parts.push(spritePart(`title-line-${index}`, line.sprite, line.x, line.y + rise, state.entered));
      }
      return parts;
    },
  };
}

function fitBeside(title: string, layout: Layout, measure: (text: string, sizePixels: number) => number): FittedText {
  const inPixels = (sizes: readonly number[]): number[] => sizes.map((size) => size * layout.unit);
  const shared = { maximumWidth: layout.titleBox.width, measure };
  const usual = fitLines(title, {
    ...shared,
    sizes: inPixels(SIZES),
    preferredSizes: PREFERRED_SIZES,
    maximumLines: MAXIMUM_LINES,
  });
  if (!usual.isCut) return usual;
  return fitLines(title, {
    ...shared,
    sizes: inPixels(SIZES_OF_LONG_TITLES),
    preferredSizes: 0,
    maximumLines: MAXIMUM_LINES_OF_LONG_TITLES,
  });
}
