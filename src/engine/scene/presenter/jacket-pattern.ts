import { flat, type FlatCurve } from './curve.ts';

/** The edge of the top against the skin. */
export const NECKLINE = flat(
  [
    [-92, 236],
    [-78, 268],
    [-52, 300],
    [-20, 315],
    [14, 316],
    [48, 301],
    [74, 270],
    [90, 238],
  ],
  false,
);

export const TOP = flat([
  [-90, 240, 0, 1],
  [-86, 250],
  [-78, 268],
  [-52, 300],
  [-20, 315],
  [14, 316],
  [48, 301],
  [74, 270],
  [84, 251],
  [88, 242, 0, 1],
  [180, 330],
  [120, 640],
  [-120, 640],
  [-180, 330],
]);

/** Where the jacket can throw a shadow: on the throat and the top. */
export const UNDER_JACKET = flat([
  [-62, 208, 0, 1],
  [64, 208, 0, 1],
  [100, 250, 0, 1],
  [100, 400, 0, 1],
  [14, 596, 0, 1],
  [-8, 596, 0, 1],
  [-98, 400, 0, 1],
  [-98, 250, 0, 1],
]);

/** The body of the jacket on each side; the two meet at the button below the frame's edge. */
export const LEFT_BODY = flat([
  [-62, 212, 0, 1],
  [-84, 224],
  [-120, 244],
  [-168, 263],
  [-214, 278],
  [-243, 301],
  [-260, 352],
  [-271, 430],
  [-283, 530],
  [-290, 650],
  [-292, 820, 0, 1],
  [20, 820, 0, 1],
  [16, 640],
  [4, 600, 0, 1],
  [-30, 510],
  [-66, 406],
  [-90, 312],
  [-92, 262],
  [-80, 232],
]);

export const RIGHT_BODY = flat([
  [64, 214, 0, 1],
  [86, 227],
  [122, 248],
  [167.8, 268],
  [210.5, 284],
  [237.4, 308],
  [253.2, 358],
  [263.4, 436],
  [274.6, 536],
  [281.1, 654],
  [282.9, 820, 0, 1],
  [-14, 820, 0, 1],
  [-10, 640],
  [4, 596, 0, 1],
  [36, 506],
  [70, 404],
  [93, 314],
  [94, 264],
  [82, 234],
]);

export const LEFT_LAPEL = flat([
  [-82, 258, 0, 1],
  [-108, 298],
  [-123, 331, 0, 1],
  [-163, 342, 0, 1],
  [-148, 402],
  [-112, 484],
  [-62, 556],
  [4, 604, 0, 1],
  [-28, 516],
  [-62, 420],
  [-84, 332],
]);

export const LEFT_COLLAR = flat([
  [-58, 209, 0, 1],
  [-82, 227],
  [-110, 257],
  [-136, 293],
  [-152, 319, 0, 1],
  [-121, 332, 0, 1],
  [-104, 300],
  [-84, 264, 0, 1],
  [-72, 236],
]);

export const RIGHT_LAPEL = mirrored(LEFT_LAPEL, 3, 2);
export const RIGHT_COLLAR = mirrored(LEFT_COLLAR, 2, 3);

function mirrored(source: FlatCurve, moveX: number, moveY: number): FlatCurve {
  return { ...source, xs: source.xs.map((x) => -x + moveX), ys: source.ys.map((y) => y + moveY) };
}
