import type { Hex } from './colour.ts';
import type { Curve } from './curve.ts';

/** The five tones of a material under one warm key light and cooler surroundings. */
export type Tones = {
  readonly highlight: Hex;
  readonly light: Hex;
  readonly base: Hex;
  readonly shade: Hex;
  readonly deep: Hex;
};

export type PresenterPalette = {
  readonly skin: Tones;
  readonly blush: Hex;
  /** Light from behind on the right, on skin and on hair. */
  readonly rim: Hex;
  readonly hairRim: Hex;
  readonly lips: { readonly upper: Hex; readonly lower: Hex; readonly light: Hex; readonly line: Hex };
  readonly mouth: {
    readonly dark: Hex;
    readonly tongue: Hex;
    readonly tongueLight: Hex;
    readonly teeth: Hex;
    readonly teethShade: Hex;
  };
  readonly eye: {
    readonly sclera: Hex;
    readonly scleraShade: Hex;
    readonly iris: Hex;
    readonly irisLight: Hex;
    readonly ring: Hex;
    readonly pupil: Hex;
    readonly lash: Hex;
    readonly lid: Hex;
    readonly corner: Hex;
  };
  readonly brow: Hex;
  readonly hair: Tones;
  readonly jacket: Tones;
  readonly top: Tones;
  readonly metal: Tones;
};

/**
 * A lock of hair: the area between two edges with the same number of knots, root first. Strands follow the flow between
 * the edges, so they bend as the lock does.
 */
export type Lock = {
  readonly from: Curve;
  readonly to: Curve;
  readonly tone: 'deep' | 'base' | 'shade';
  readonly strands: readonly Strand[];
};

export type Strand = {
  /** 0 lies on `from`, 1 on `to`. */
  readonly across: number;
  /** The share of the lock's length at which the strand begins and ends. */
  readonly start: number;
  readonly end: number;
  readonly width: number;
  readonly tone: 'highlight' | 'light' | 'base' | 'shade' | 'deep' | 'rim';
  readonly alpha: number;
};

export type HairDesign = {
  readonly back: readonly Lock[];
  /** Over the back and the neck, behind the ears and the face. */
  readonly sides: readonly Lock[];
  readonly front: readonly Lock[];
  /** Loose hairs that break the outline: centre lines with the width at their root. */
  readonly loose: readonly { readonly line: Curve; readonly width: number }[];
};

/** All that makes one presenter this person. Lengths are design units: see `Knot`. */
export type PresenterDesign = {
  readonly palette: PresenterPalette;
  readonly hair: HairDesign;
  readonly face: {
    /** Outline of the face from the hairline to the chin. */
    readonly outline: Curve;
    readonly eyeX: number;
    readonly eyeScale: number;
    readonly mouthY: number;
    readonly mouthScale: number;
    readonly noseY: number;
    readonly noseHalfWidth: number;
  };
};
