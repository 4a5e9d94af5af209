/** The stream's clock as H.264 states it: frames per second are ticksPerSecond / (2 x tickUnits) (E.2.1). */
export type FrameTiming = { readonly ticksPerSecond: number; readonly tickUnits: number };

const NTSC_DIVISOR = 1001;
const NTSC_TOLERANCE = 0.005;

/** Exact for whole rates and for n x 1000/1001 (29.97, 23.976, 59.94); otherwise to a thousandth of a frame. */
export function frameTimingOf(frameRate: number): FrameTiming {
  if (Number.isInteger(frameRate)) return { ticksPerSecond: 2 * frameRate, tickUnits: 1 };
  const nominal = Math.ceil(frameRate);
  if (Math.abs(frameRate - (nominal * 1000) / NTSC_DIVISOR) < NTSC_TOLERANCE) {
    return { ticksPerSecond: 2 * nominal * 1000, tickUnits: NTSC_DIVISOR };
  }
  return { ticksPerSecond: Math.round(2 * frameRate * 1000), tickUnits: 1000 };
}
