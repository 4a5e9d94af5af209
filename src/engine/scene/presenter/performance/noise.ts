/** A number in [0, 1) that depends on its three integers alone: the only source of chance in a performance. */
export function hashToUnit(seed: number, stream: number, index: number): number {
  let hash = Math.imul(seed | 0, 0x9e3779b1) ^ Math.imul(stream | 0, 0x85ebca6b) ^ Math.imul(index | 0, 0xc2b2ae35);
  hash = Math.imul(hash ^ (hash >>> 16), 0x7feb352d);
  hash = Math.imul(hash ^ (hash >>> 15), 0x846ca68b);
  return ((hash ^ (hash >>> 16)) >>> 0) / 2 ** 32;
}

/** Successive numbers in [0, 1) for laying out events before the first look-up. */
export function createRandomSequence(seed: number, stream: number): () => number {
  let index = 0;
  return () => {
    index += 1;
    return hashToUnit(seed, stream, index);
  };
}

/**
 * Smooth noise in -1..1 over all of time, with about `frequencyHz` reversals of direction a second. A cubic B-spline over
 * hashed integers: velocity and acceleration are continuous, it never stops at the knots, and it does not repeat.
 */
export function createNoise(seed: number, stream: number, frequencyHz: number): (timeSeconds: number) => number {
  const knot = (index: number): number => 2 * hashToUnit(seed, stream, index) - 1;
  return (timeSeconds) => {
    const position = timeSeconds * frequencyHz;
    const index = Math.floor(position);
    const x = position - index;
    return (
      (knot(index - 1) * (1 - x) ** 3 +
        knot(index) * (3 * x ** 3 - 6 * x ** 2 + 4) +
        knot(index + 1) * (-3 * x ** 3 + 3 * x ** 2 + 3 * x + 1) +
        knot(index + 2) * x ** 3) /
      6
    );
  };
}
