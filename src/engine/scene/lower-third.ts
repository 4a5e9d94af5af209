import type { Canvas2D, CanvasHost } from './canvas.ts';
import type { Layout } from './layout.ts';
import { fitLines } from './line-breaking.ts';
import { cssColor } from './oklch.ts';
import type { Palette } from './palette.ts';
import type { Part, PartSource } from './part.ts';
import { createSprite, spritePart } from './part.ts';
import { frameSeconds, presenceAt } from './timeline.ts';
import type { Timeline } from './timeline.ts';
import { fontFamilies, paragraphDirection } from './writing-system.ts';

/** Design pixels: the size of the type scale, then those for long texts. */
const NAME_SIZES = [40, 38, 36, 34, 32, 30];
const ROLE_SIZES = [26, 25, 24, 23, 22];
const ACCENT_WIDTH = 8;
const TEXT_INSET = 32;
const CORNER = 12;
const SLIDE = 32;
const CARD_OPACITY = 0.92;

/** The presenter's name and role on a card with an accent edge; slides in from the side, fades out when it has been read. */
export function createLowerThird(
  person: { readonly name: string; readonly role: string },
  language: string,
  frameRate: number,
  timeline: Timeline,
  layout: Layout,
  palette: Palette,
  host: CanvasHost,
): PartSource {
  const { unit, textSide } = layout;
  const { edgeX, y, height, maximumWidth } = layout.lowerThird;
  const families = fontFamilies('text', language);
  const pixels = (design: number): number => Math.round(design * unit);
  const scratch = host.createCanvas(1, 1).context;
  const inset = pixels(ACCENT_WIDTH) + pixels(TEXT_INSET);
  const room = maximumWidth - inset - pixels(TEXT_INSET);
  const rows = [
    { text: person.name, weight: 600, sizes: NAME_SIZES, color: palette.text },
    { text: person.role, weight: 500, sizes: ROLE_SIZES, color: palette.mutedText },
  ]
    .filter((row) => row.text !== '')
    .map((row) => {
      const measure = (text: string, sizePixels: number): number => {
        setFont(scratch, row.weight, sizePixels, families);
        return scratch.measureText(text).width;
      };
      const sizes = row.sizes.map((size) => size * unit);
      const fitted = fitLines(row.text, {
        sizes,
        preferredSizes: sizes.length,
        maximumWidth: room,
        maximumLines: 1,
        measure,
      });
      const text = fitted.lines[0] ?? '';
      const { sizePixels } = fitted;
      return { text, weight: row.weight, color: row.color, sizePixels, width: measure(text, sizePixels) };
    });
  const textWidth = Math.max(0, ...rows.map((row) => row.width));
  const grid = Math.max(1, pixels(8));
  const width = grid * Math.ceil((inset + textWidth + pixels(TEXT_INSET)) / grid);

  const sprite = createSprite(host, width, height, (context) => {
    const accentX = textSide === 'left' ? 0 : width - pixels(ACCENT_WIDTH);
    context.beginPath();
    context.roundRect(0, 0, width, height, pixels(CORNER));
    context.clip();
    context.fillStyle = cssColor(palette.surface, CARD_OPACITY);
    context.fillRect(0, 0, width, height);
    context.fillStyle = cssColor(palette.accent);
    context.fillRect(accentX, 0, pixels(ACCENT_WIDTH), height);
    const baselines = rows.length === 1 ? [0.61] : [0.46, 0.79];
    for (const [index, row] of rows.entries()) {
      setFont(context, row.weight, row.sizePixels, families);
      context.direction = paragraphDirection(row.text);
      context.textAlign = textSide;
      context.fillStyle = cssColor(row.color);
      context.fillText(row.text, textSide === 'left' ? inset : width - inset, height * (baselines[index] ?? 0.5));
    }
  });

  return {
    partsAt(frameIndex) {
      const state = presenceAt(timeline.lowerThird, frameSeconds(frameIndex, frameRate));
      if (state === undefined || rows.length === 0) return [];
      const outwards = textSide === 'left' ? -1 : 1;
      const slide = outwards * Math.round(SLIDE * unit * (1 - state.entered));
      const x = (textSide === 'left' ? edgeX : edgeX - width) + slide;
      const part: Part = spritePart('lower-third', sprite, x, y, state.entered * (1 - state.left));
      return [part];
    },
  };
}

function setFont(context: Canvas2D, weight: number, sizePixels: number, families: string): void {
  context.font = `${weight} ${sizePixels}px ${families}`;
  context.textBaseline = 'alphabetic';
}
