/**
 * How far the surface of the face stands in front of the head's axis at a point of the front view: a cylinder that recedes
 * over the forehead and, less, at the chin.
 */
export function faceDepth(x: number, y: number): number {
  const round = Math.sqrt(Math.max(0, 1 - (x / 120) ** 2));
  const forehead = y < -60 ? ((-60 - y) / 100) ** 2 * 34 : 0;
  const chin = y > 130 ? ((y - 130) / 40) ** 2 * 8 : 0;
  return 92 * round - forehead - chin;
}
