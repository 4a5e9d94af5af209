import { curve, type Knot } from './curve.ts';
import { faceDepth } from './face-depth.ts';
import type { HairDesign, Lock, Strand } from './presenter-design.ts';

/** Shoulder-length waves, parted left of the middle, one side tucked behind the ear. */
export function amaraHair(): HairDesign {
  return {
    back: backHair(),
    sides: sideHair(),
    front: frontHair(),
    loose: [
      {
        line: line([
          [112, -130, 0],
          [135, -84, -4],
          [147, -34, -6],
          [147, 20, -4],
        ]),
        width: 1.6,
      },
    ],
  };
}

function line(knots: readonly Knot[]) {
  return curve(knots, faceDepth, false);
}

function lock(tone: Lock['tone'], from: readonly Knot[], to: readonly Knot[], strands: readonly Strand[]): Lock {
  return { tone, from: line(from), to: line(to), strands };
}

function strand(
  across: number,
  start: number,
  end: number,
  width: number,
  tone: Strand['tone'],
  alpha: number,
): Strand {
  return { across, start, end, width, tone, alpha };
}

function backHair(): readonly Lock[] {
  return [
    lock(
      'deep',
      [
        [-60, -160, -20],
        [-110, -112, -30],
        [-122, -44, -40],
        [-116, 30, -45],
        [-116, 96, -45],
        [-128, 156, -42],
        [-132, 206, -34],
        [-96, 232, -30],
      ],
      [
        [60, -168, -20],
        [118, -114, -30],
        [132, -44, -40],
        [130, 36, -45],
        [132, 108, -45],
        [146, 166, -42],
        [144, 216, -34],
        [98, 236, -30],
      ],
      [strand(0.2, 0.5, 0.98, 12, 'shade', 0.7), strand(0.84, 0.55, 0.98, 10, 'shade', 0.7)],
    ),
  ];
}

function sideHair(): readonly Lock[] {
  return [
    // Inner lock that curls towards the neck.
    lock(
      'shade',
      [
        [-114, 20, -30],
        [-112, 84, -32],
        [-116, 140, -30],
        [-124, 190, -24],
        [-104, 230, -18],
      ],
      [
        [-94, 20, -34],
        [-86, 84, -36],
        [-84, 140, -34],
        [-90, 188, -28],
        [-101, 231, -18],
      ],
      [strand(0.7, 0.2, 0.95, 5, 'deep', 0.7), strand(0.4, 0.1, 0.9, 7, 'base', 0.9)],
    ),
    // From the parting over the temple, behind the ear and down in one wave.
    lock(
      'base',
      [
        [-18, -184, 30],
        [-66, -178, 12],
        [-107, -142, 0],
        [-127, -88, -8],
        [-131, -30, -16],
        [-126, 30, -24],
        [-126, 84, -24],
        [-142, 132, -22],
        [-160, 178, -18],
        [-158, 216, -14],
        [-168, 240, -12],
      ],
      [
        [-24, -122, 66],
        [-54, -113, 54],
        [-82, -88, 32],
        [-96, -50, 8],
        [-98, -10, -10],
        [-100, 36, -26],
        [-97, 84, -30],
        [-102, 134, -28],
        [-116, 178, -24],
        [-134, 218, -18],
        [-166, 242, -12],
      ],
      [
        strand(0.5, 0.5, 0.99, 10, 'deep', 0.5),
        strand(0.12, 0.06, 0.6, 9, 'light', 0.6),
        strand(0.3, 0.04, 0.42, 8, 'light', 0.6),
        strand(0.16, 0.56, 0.98, 9, 'light', 0.6),
        strand(0.34, 0.09, 0.32, 3.6, 'highlight', 0.68),
        strand(0.22, 0.62, 0.86, 3.4, 'highlight', 0.68),
      ],
    ),
  ];
}

function frontHair(): readonly Lock[] {
  return [
    // A lock that flicks outwards breaks the outline on the right.
    lock(
      'shade',
      [
        [118, 60, 4],
        [128, 116, 6],
        [140, 166, 8],
        [148, 206, 12],
        [176, 236, 14],
      ],
      [
        [132, 60, -2],
        [152, 112, 0],
        [170, 162, 4],
        [168, 204, 10],
        [178, 238, 14],
      ],
      [strand(0.4, 0.1, 0.95, 7, 'base', 0.9), strand(0.86, 0.15, 0.7, 3, 'rim', 0.45)],
    ),
    // Outer mass on the right, from the parting over the crown to the shoulder.
    lock(
      'base',
      [
        [-22, -136, 62],
        [30, -134, 58],
        [78, -102, 44],
        [104, -50, 24],
        [108, 4, 14],
        [104, 62, 16],
        [111, 112, 18],
        [124, 160, 20],
        [124, 204, 22],
        [114, 234, 24],
        [96, 250, 26],
      ],
      [
        [-24, -183, 30],
        [34, -192, 14],
        [94, -166, 2],
        [132, -104, -6],
        [143, -34, -12],
        [138, 36, -8],
        [145, 94, 0],
        [163, 146, 8],
        [158, 204, 16],
        [134, 238, 22],
        [96, 250, 26],
      ],
      [
        strand(0.78, 0.56, 0.97, 9, 'deep', 0.48),
        strand(0.8, 0.1, 0.52, 8, 'deep', 0.48),
        strand(0.62, 0.04, 0.45, 9, 'light', 0.5),
        strand(0.52, 0.52, 0.95, 12, 'light', 0.5),
        strand(0.42, 0.08, 0.3, 4.4, 'highlight', 0.6),
        strand(0.965, 0.2, 0.5, 3, 'rim', 0.55),
        strand(0.965, 0.56, 0.86, 3.4, 'rim', 0.55),
      ],
    ),
    // Left side: the hairline from the parting to the top of the ear.
    lock(
      'base',
      [
        [-25, -121, 78],
        [-54, -113, 66],
        [-82, -88, 44],
        [-97, -58, 20],
        [-105, -32, 2],
        [-123, -6, -14],
      ],
      [
        [-21, -162, 50],
        [-60, -156, 36],
        [-95, -126, 16],
        [-117, -82, 2],
        [-125, -42, -10],
        [-125, -5, -16],
      ],
      [
        strand(0.16, 0.06, 0.96, 6, 'deep', 0.47),
        strand(0.8, 0.06, 0.9, 6, 'deep', 0.47),
        strand(0.42, 0.05, 0.94, 10, 'light', 0.7),
        strand(0.5, 0.14, 0.66, 3.8, 'highlight', 0.7),
      ],
    ),
    // Short hair at the temple, in front of the ear.
    lock(
      'base',
      [
        [-88, -84, 42],
        [-96, -54, 28],
        [-99, -26, 22],
        [-99, 4, 22],
        [-98, 36, 24],
      ],
      [
        [-98, -72, 26],
        [-106, -44, 12],
        [-107, -20, 10],
        [-103, 8, 16],
        [-98, 37, 24],
      ],
      [strand(0.5, 0.1, 0.8, 3, 'light', 0.5)],
    ),
    // Front lock on the right, framing the face.
    lock(
      'base',
      [
        [-27, -120, 80],
        [10, -115, 84],
        [48, -98, 78],
        [77, -63, 64],
        [92, -18, 46],
        [95, 34, 38],
        [89, 82, 36],
        [96, 128, 36],
        [108, 168, 36],
        [100, 206, 38],
        [74, 236, 40],
      ],
      [
        [-23, -158, 60],
        [30, -155, 60],
        [82, -127, 48],
        [113, -72, 28],
        [124, -10, 18],
        [120, 50, 20],
        [121, 106, 24],
        [136, 152, 26],
        [136, 198, 30],
        [112, 230, 34],
        [74, 236, 40],
      ],
      [
        strand(0.12, 0.08, 0.96, 7, 'deep', 0.47),
        strand(0.76, 0.3, 0.95, 8, 'deep', 0.47),
        strand(0.4, 0.03, 0.46, 12, 'light', 0.57),
        strand(0.42, 0.54, 0.94, 10, 'light', 0.57),
        strand(0.8, 0.05, 0.3, 7, 'light', 0.57),
        strand(0.46, 0.07, 0.34, 4.6, 'highlight', 0.62),
        strand(0.48, 0.6, 0.82, 3.6, 'highlight', 0.62),
      ],
    ),
  ];
}
