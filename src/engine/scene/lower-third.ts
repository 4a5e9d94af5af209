import type { Canvas2D, CanvasHost } from './canvas.ts';
import type { Layout } from './layout.ts';
import { cssColor } from './oklch.ts';
import type { Palette } from './palette.ts';
import type { Part, PartSource } from './part.ts';
import { createSprite, spritePart } from './part.ts';
import { frameSeconds, presenceAt } from './timeline.ts';
import type { Timeline } from './timeline.ts';
import { fontFamilies, paragraphDirection } from './writing-system.ts';

const NAME_SIZE = 40;
const ROLE_SIZE = 26;
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
    { text: person.name, weight: 600, size: NAME_SIZE, color: palette.text },
    { text: person.role, weight: 500, size: ROLE_SIZE, color: palette.mutedText },
  ]
    .filter((row) => row.text !== '')
    .map((row) => {
      setFont(scratch, row.weight, row.size * unit, families);
      const width = scratch.measureText(row.text).width;
      const sizePixels = row.size * unit * Math.min(1, room / width);
      return { ...row, sizePixels, width: Math.min(width, room) };
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
