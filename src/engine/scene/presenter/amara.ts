import { curve, type Knot } from './curve.ts';
import { faceDepth } from './face-depth.ts';
import type { Lock, PresenterDesign, Strand } from './presenter-design.ts';

/** A woman in her thirties; warm brown skin, wavy dark hair parted off the middle and tucked behind one ear. */
export function amara(): PresenterDesign {
  return {
    palette: {
      skin: { highlight: '#f2c59c', light: '#d8a073', base: '#bf8459', shade: '#925242', deep: '#5f3038' },
      blush: '#c25d4c',
      rim: '#cfdcff',
      hairRim: '#8fa6d8',
      lips: { upper: '#8c403d', lower: '#b3605a', light: '#eab0a2', line: '#4d1d25' },
      mouth: { dark: '#2a0d14', tongue: '#9c4a4c', tongueLight: '#c4716c', teeth: '#f7efe4', teethShade: '#b39d95' },
      eye: {
        sclera: '#efe8e1',
        scleraShade: '#b5a3a3',
        iris: '#5b3420',
        irisLight: '#a8703c',
        ring: '#24110f',
        pupil: '#0d0606',
        lash: '#1c0e10',
        lid: '#a8664a',
        corner: '#b7695c',
      },
      brow: '#2c1816',
      hair: { highlight: '#a87350', light: '#6b4334', base: '#382120', shade: '#26161a', deep: '#170d13' },
      jacket: { highlight: '#fff6e8', light: '#f1e4d2', base: '#dfcdb7', shade: '#ad968f', deep: '#715f6c' },
      top: { highlight: '#5c9a9c', light: '#357179', base: '#23545c', shade: '#173c49', deep: '#0e2735' },
      metal: { highlight: '#fff3cf', light: '#f0c873', base: '#c58d3f', shade: '#7d4f26', deep: '#4d2c1c' },
    },
    hair: {
      back: backHair(),
      front: frontHair(),
      loose: [
        {
          line: line([
            [-92, -62, 40],
            [-102, -24, 26],
            [-97, 24, 28],
            [-103, 62, 26],
            [-99, 84, 26],
          ]),
          width: 2.4,
        },
        {
          line: line([
            [-30, -176, 20],
            [-58, -184, 10],
            [-92, -160, 2],
            [-118, -118, -4],
          ]),
          width: 1.6,
        },
        {
          line: line([
            [128, -86, 0],
            [146, -40, -4],
            [149, 12, -4],
            [158, 60, 0],
          ]),
          width: 1.8,
        },
        {
          line: line([
            [140, 170, 10],
            [164, 196, 10],
            [170, 226, 12],
          ]),
          width: 2,
        },
      ],
    },
    face: {
      outline: curve(
        [
          [0, -152],
          [58, -140],
          [94, -98],
          [106, -42, -4],
          [106, 0, 0],
          [105, 32, 5],
          [99, 68, 8],
          [88, 104, 12],
          [67, 136, 30],
          [40, 158, 55],
          [16, 166, 70],
          [-13, 166.5, 70],
          [-38, 159, 55],
          [-66, 137, 30],
          [-87, 104, 12],
          [-98, 68, 8],
          [-104, 32, 5],
          [-105, 0, 0],
          [-105, -42, -4],
          [-94, -98],
          [-58, -140],
        ],
        faceDepth,
      ),
      eyeX: 49,
      eyeScale: 1.02,
      mouthY: 98,
      noseY: 64,
      noseHalfWidth: 22.5,
    },
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
        [-112, -112, -30],
        [-126, -44, -40],
        [-122, 30, -45],
        [-128, 100, -45],
        [-140, 160, -42],
        [-134, 212, -34],
        [-92, 236, -30],
      ],
      [
        [60, -168, -20],
        [118, -114, -30],
        [134, -44, -40],
        [138, 36, -45],
        [140, 108, -45],
        [150, 166, -42],
        [140, 220, -34],
        [96, 238, -30],
      ],
      [
        strand(0.04, 0.4, 0.95, 7, 'base', 0.7),
        strand(0.1, 0.45, 0.98, 6, 'light', 0.35),
        strand(0.16, 0.5, 1, 5, 'base', 0.6),
      ],
    ),
    lock(
      'shade',
      [
        [-118, -10, -26],
        [-126, 44, -30],
        [-124, 92, -30],
        [-138, 142, -28],
        [-156, 186, -24],
        [-150, 222, -20],
        [-128, 240, -18],
      ],
      [
        [-96, 10, -30],
        [-98, 60, -34],
        [-92, 110, -34],
        [-98, 160, -30],
        [-112, 200, -26],
        [-124, 226, -20],
        [-126, 241, -18],
      ],
      [
        strand(0.18, 0.05, 0.92, 7, 'base', 0.9),
        strand(0.32, 0.1, 0.8, 5, 'light', 0.7),
        strand(0.38, 0.2, 0.7, 2.4, 'highlight', 0.55),
        strand(0.7, 0.15, 0.95, 6, 'deep', 0.7),
      ],
    ),
  ];
}

function frontHair(): readonly Lock[] {
  return [
    // Outer mass on the right, from the parting over the crown to the shoulder.
    lock(
      'base',
      [
        [-22, -136, 62],
        [30, -134, 58],
        [78, -102, 44],
        [104, -50, 24],
        [110, 4, 14],
        [110, 62, 16],
        [116, 120, 18],
        [132, 172, 20],
        [128, 216, 22],
        [104, 244, 26],
      ],
      [
        [-24, -176, 30],
        [32, -188, 14],
        [92, -162, 2],
        [128, -100, -6],
        [140, -32, -12],
        [142, 40, -8],
        [150, 104, 0],
        [169, 160, 8],
        [164, 212, 16],
        [106, 247, 26],
      ],
      [
        strand(0.12, 0.35, 0.98, 12, 'deep', 0.6),
        strand(0.32, 0.06, 0.92, 13, 'deep', 0.6),
        strand(0.52, 0.05, 0.95, 11, 'light', 0.5),
        strand(0.58, 0.08, 0.6, 4, 'highlight', 0.55),
        strand(0.72, 0.3, 0.96, 9, 'deep', 0.5),
        strand(0.86, 0.12, 0.9, 7, 'light', 0.45),
        strand(0.965, 0.22, 0.94, 5, 'rim', 0.75),
      ],
    ),
    // Left side, swept from the parting back behind the ear.
    lock(
      'base',
      [
        [-24, -120, 78],
        [-54, -112, 66],
        [-82, -86, 44],
        [-98, -50, 20],
        [-106, -18, -2],
        [-116, 2, -20],
      ],
      [
        [-20, -177, 30],
        [-66, -173, 12],
        [-106, -138, 0],
        [-125, -86, -8],
        [-128, -34, -16],
        [-121, 6, -24],
      ],
      [
        strand(0.14, 0.05, 0.96, 7, 'deep', 0.55),
        strand(0.34, 0.05, 0.94, 11, 'light', 0.75),
        strand(0.4, 0.12, 0.72, 4, 'highlight', 0.8),
        strand(0.56, 0.05, 0.95, 7, 'deep', 0.45),
        strand(0.7, 0.06, 0.9, 10, 'light', 0.7),
        strand(0.76, 0.14, 0.66, 3.4, 'highlight', 0.7),
        strand(0.9, 0.1, 0.9, 5, 'deep', 0.5),
      ],
    ),
    // Front lock on the right, framing the face.
    lock(
      'base',
      [
        [-27, -118, 80],
        [8, -113, 84],
        [46, -98, 78],
        [76, -64, 64],
        [93, -20, 46],
        [98, 32, 38],
        [95, 84, 36],
        [102, 132, 36],
        [115, 172, 36],
        [108, 206, 38],
        [88, 226, 40],
      ],
      [
        [-22, -154, 60],
        [28, -148, 60],
        [78, -120, 48],
        [109, -68, 28],
        [122, -8, 18],
        [123, 56, 20],
        [125, 112, 24],
        [139, 160, 26],
        [143, 200, 30],
        [122, 228, 34],
        [90, 230, 40],
      ],
      [
        strand(0.1, 0.1, 0.98, 7, 'deep', 0.6),
        strand(0.34, 0.04, 0.92, 12, 'light', 0.7),
        strand(0.4, 0.08, 0.5, 4.6, 'highlight', 0.8),
        strand(0.46, 0.52, 0.9, 4, 'highlight', 0.6),
        strand(0.62, 0.1, 0.95, 7, 'deep', 0.4),
        strand(0.8, 0.06, 0.9, 8, 'light', 0.5),
      ],
    ),
  ];
}
