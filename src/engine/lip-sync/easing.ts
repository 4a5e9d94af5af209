/** Smooth step from 0 at `position <= 0` to 1 at `position >= 1`, with no velocity at either end. */
export function easeInOut(position: number): number {
  if (!(position > 0)) return 0;
  if (position >= 1) return 1;
  return position * position * (3 - 2 * position);
}
