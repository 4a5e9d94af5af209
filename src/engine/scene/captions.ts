import type { SceneBrief } from './brief.ts';
import type { Canvas2D, CanvasHost } from './canvas.ts';
import { layOutCaptionGroup } from './caption-layout.ts';
import type { PlacedCaptionWord } from './caption-layout.ts';
import { captionMoment } from './caption-schedule.ts';
import type { Layout } from './layout.ts';
import { cssColor } from './oklch.ts';
import type { Palette } from './palette.ts';
import { createSprite, spritePart } from './part.ts';
import type { Part, PartSource, Sprite } from './part.ts';
import { frameSeconds } from './timeline.ts';
import { fontFamilies, mainScript, drawableText } from './writing-system.ts';
import type { Direction, Script } from './writing-system.ts';

const SIZE = 56;
const WEIGHT = 600;
const PILL_PADDING = 11;
/** Beside a neighbour that follows without a space the pill may not cover its strokes. */
const PILL_PADDING_JOINED = 3;
const PILL_CORNER = 16;
const PILL_INSET_AT_ONSET = 6;
const RISE = 12;
/** Room around a word's advance box for marks and overhanging strokes, in em. */
const BLEED_EM = 0.45;
/** How much of the pill's height the tallest strokes of a script may fill. */
const INK_SHARE_OF_PILL = 0.94;

/** Strings that reach as high and as deep as a script usually does; Latin sits on fixed metrics so that all videos agree. */
const TALLEST: Readonly<Record<Script, string>> = {
  latin: 'Hp',
  arabic: 'لأِجي',
  hebrew: 'לק',
  devanagari: 'र्कीहूँ',
  thai: 'ปุ้ญี่',
  han: '国',
  kana: '国ぐ',
  hangul: '한',
};

type WordSprites = { readonly plain: Sprite; readonly highlighted: Sprite };
type PreparedWord = {
  readonly place: PlacedCaptionWord;
  readonly sprites: WordSprites;
  readonly centreY: number;
  /** Upper left corner of the sprites. */
  readonly left: number;
  readonly top: number;
};
type PreparedGroup = {
  readonly index: number;
  readonly words: readonly PreparedWord[];
};

/** Captions in the style `highlight`: up to two lines, the spoken word on an accent pill. */
export function createCaptions(brief: SceneBrief, layout: Layout, palette: Palette, host: CanvasHost): PartSource {
  const { unit } = layout;
  const { pillHeight, lineCentresY } = layout.captions;
  const words = brief.captionWords.map((word) => ({ ...word, text: drawableText(word.text) }));
  const families = fontFamilies('text', brief.language);
  const script = mainScript(words.map((word) => word.text).join(' '));
  const scratch = host.createCanvas(1, 1).context;
  const setFont = (context: Canvas2D, sizePixels: number, direction: Direction): void => {
    context.font = `${WEIGHT} ${sizePixels}px ${families}`;
    context.direction = direction;
    context.textAlign = 'left';
    context.textBaseline = 'alphabetic';
  };
  setFont(scratch, SIZE * unit, 'ltr');
  const tallest = scratch.measureText(TALLEST[script]);
  const ascent = tallest.actualBoundingBoxAscent / (SIZE * unit);
  const descent = tallest.actualBoundingBoxDescent / (SIZE * unit);
  const baseSize = Math.min(SIZE * unit, (pillHeight * INK_SHARE_OF_PILL) / (ascent + descent));

  const prepare = (index: number): PreparedGroup => {
    const group = brief.captionGroups[index];
    if (group === undefined) return { index, words: [] };
    const laidOut = layOutCaptionGroup(words, group, {
      sizePixels: baseSize,
      centreX: layout.captions.centreX,
      maximumWidth: layout.captions.maximumWidth - 2 * PILL_PADDING * unit,
      measure: (text, sizePixels, direction) => {
        setFont(scratch, sizePixels, direction);
        return scratch.measureText(text).width;
      },
    });
    const bleed = Math.ceil(BLEED_EM * laidOut.sizePixels);
    const height = pillHeight + 2 * bleed;
    // Latin is centred by its capitals, where the eye looks; other scripts by the whole height of their strokes.
    const drop = script === 'latin' ? ascent / 2 : (ascent - descent) / 2;
    const baseline = height / 2 + Math.round(drop * laidOut.sizePixels);
    return {
      index,
      words: laidOut.words.map((word) => {
        const left = Math.floor(word.x) - bleed;
        const width = Math.ceil(word.width) + 1 + 2 * bleed;
        const paint = (color: string) => (context: Canvas2D) => {
          setFont(context, laidOut.sizePixels, word.direction);
          context.fillStyle = color;
          context.fillText(word.text, word.x - left, baseline);
        };
        const centreY = lineCentresY[word.line + 2 - laidOut.lineCount] ?? lineCentresY[1];
        return {
          place: word,
          centreY,
          left,
          top: centreY - height / 2,
          sprites: {
            plain: createSprite(host, width, height, paint(cssColor(palette.text))),
            highlighted: createSprite(host, width, height, paint(cssColor(palette.textOnAccent))),
          },
        };
      }),
    };
  };

  // Frames are asked for in order within a segment, so one group at a time is enough to keep.
  let prepared: PreparedGroup | undefined;
  let pill: Sprite | undefined;
  return {
    partsAt(frameIndex) {
      const seconds = frameSeconds(frameIndex, brief.frameRate);
      const moment = captionMoment(brief.captionGroups, words, seconds, 1 / brief.frameRate);
      if (moment === undefined || moment.opacity <= 0) return [];
      if (prepared?.index !== moment.groupIndex) prepared = prepare(moment.groupIndex);
      const rise = Math.round(RISE * unit * moment.rise);
      const parts: Part[] = [];
      const active = prepared.words.find((word) => word.place.wordIndex === moment.activeWord);
      if (active !== undefined) parts.push(pillPart(active, moment.pillGrown, moment.pillOpacity, rise));
      for (const word of prepared.words) {
        const isActive = word === active;
        const sprite = isActive ? word.sprites.highlighted : word.sprites.plain;
        const opacity = isActive ? moment.pillOpacity : moment.opacity;
        const part = spritePart(`caption-${word.place.wordIndex}`, sprite, word.left, word.top + rise, opacity);
        parts.push({ ...part, key: `${part.key}:${isActive ? 'spoken' : 'plain'}` });
      }
      return parts;
    },
  };

  function pillPart({ place, centreY }: PreparedWord, grown: number, opacity: number, rise: number): Part {
    const padding = (touches: boolean): number => (touches ? PILL_PADDING_JOINED : PILL_PADDING * grown) * unit;
    const inset = Math.round(PILL_INSET_AT_ONSET * unit * (1 - grown));
    const x = Math.round(place.x - padding(place.touchesLeft));
    const right = Math.round(place.x + place.width + padding(place.touchesRight));
    const width = right - x;
    const height = pillHeight - 2 * inset;
    // A sprite, because a rounded rectangle that a clip cuts gets other edge pixels than a whole one.
    if (pill?.width !== width || pill.height !== height) {
      pill = createSprite(host, width, height, (context) => {
        context.fillStyle = cssColor(palette.accent);
        context.beginPath();
        context.roundRect(0, 0, width, height, PILL_CORNER * unit);
        context.fill();
      });
    }
    return spritePart('caption-pill', pill, x, centreY - pillHeight / 2 + inset + rise, opacity);
  }
}
