import type { Rectangle } from './geometry.ts';
import type { Direction } from './writing-system.ts';

/**
 * Where things stand in a 16:9 frame, in pixels. Designed at 1920x1080 on a grid of 8 pixels with 12 columns between
 * margins of 5 %, and scaled by the frame's height.
 */
export type Layout = {
  /** Pixels of the frame per pixel of the 1080p design. */
  readonly unit: number;
  readonly width: number;
  readonly height: number;
  /** Side on which text begins: text stands left of the presenter, or right of it where text runs from right to left. */
  readonly textSide: 'left' | 'right';
  /** The presenter's middle; the title, if there is one, stands beside. */
  readonly presenterCentreX: number;
  readonly eyeLineY: number;
  /** The block of accent rule and title is centred in this box. */
  readonly titleBox: Rectangle;
  readonly lowerThird: {
    /** The outer edge, on the text side, and the vertical place of the card. */
    readonly edgeX: number;
    readonly y: number;
    readonly height: number;
    readonly maximumWidth: number;
  };
  readonly captions: {
    readonly centreX: number;
    readonly maximumWidth: number;
    /** Middles of the upper and the lower line; a single line stands at the lower. */
    readonly lineCentresY: readonly [number, number];
    readonly pillHeight: number;
  };
  /** Where the bottom of the frame begins to darken for the captions. */
  readonly scrimTop: number;
};

const DESIGN_HEIGHT = 1080;
/** 5 % of the width: the title-safe area of 90 %. */
const MARGIN = 96;
/** The eyes on the upper third. */
const EYE_LINE = 384;
/** Share of the width at which the presenter stands beside a title. */
const PRESENTER_BESIDE_TITLE = 0.665;
/** Ends 64 pixels before the disc behind the presenter begins: a letter beside its edge looks as if it had run into it. */
const TITLE_WIDTH = 696;

export function createLayout(width: number, height: number, direction: Direction, hasTitle: boolean): Layout {
  const unit = height / DESIGN_HEIGHT;
  const pixels = (design: number): number => Math.round(design * unit);
  const textSide = direction === 'rtl' ? 'right' : 'left';
  const besideTitle = textSide === 'left' ? PRESENTER_BESIDE_TITLE : 1 - PRESENTER_BESIDE_TITLE;
  const titleWidth = pixels(TITLE_WIDTH);
  return {
    unit,
    width,
    height,
    textSide,
    presenterCentreX: Math.round(width * (hasTitle ? besideTitle : 0.5)),
    eyeLineY: pixels(EYE_LINE),
    titleBox: {
      x: textSide === 'left' ? pixels(MARGIN) : width - pixels(MARGIN) - titleWidth,
      y: pixels(160),
      width: titleWidth,
      height: pixels(480),
    },
    lowerThird: {
      edgeX: textSide === 'left' ? pixels(MARGIN) : width - pixels(MARGIN),
      y: pixels(696),
      height: pixels(112),
      maximumWidth: pixels(720),
    },
    captions: {
      centreX: Math.round(width / 2),
      maximumWidth: width - 2 * pixels(MARGIN),
      lineCentresY: [pixels(900), pixels(980)],
      pillHeight: 2 * pixels(36),
    },
    scrimTop: pixels(744),
  };
}
