import type { AlignedPhoneme } from '../../src/media/alignment.ts';
import { levelsDb } from '../../src/media/energy.ts';
import type { Pcm } from '../../src/media/pcm.ts';

/** The mouth as it is drawn: one aperture per frame, as a share of the resting mouth's width. */
export type DrawnMouth = { readonly frameRate: number; readonly apertures: readonly number[] };

/** A gap of a twentieth of the mouth's width reads as closed at any size. */
export const CLOSED_APERTURE = 0.05;

const STEP_SECONDS = 0.005;
const LARGEST_SHIFT_SECONDS = 0.25;
/** A trough of the level this much below its surroundings is a closure that can be heard. */
const CLEAR_TROUGH_DB = 9;

export function isLipClosure(phoneme: AlignedPhoneme): boolean {
  return ['p', 'b', 'm'].includes(phoneme.phoneme);
}

export function isVowel(phoneme: AlignedPhoneme): boolean {
  return /^[aeiouæɑɐʌɛɪɔʊəɚɝɜ]/u.test(phoneme.phoneme);
}

/** True when a frame within one frame of the sound shows closed lips. */
export function isSeenClosed(mouth: DrawnMouth, phoneme: AlignedPhoneme): boolean {
  const first = Math.ceil((phoneme.startSeconds - 1 / mouth.frameRate) * mouth.frameRate);
  const last = Math.floor((phoneme.endSeconds + 1 / mouth.frameRate) * mouth.frameRate);
  for (let frame = Math.max(0, first); frame <= last; frame += 1) {
    if ((mouth.apertures[frame] ?? 1) <= CLOSED_APERTURE) return true;
  }
  return false;
}

/**
 * The drawn moments between which the lips are together, nearest to `aroundSeconds`: between frames the aperture is taken
 * to move evenly. Undefined when no frame within 150 ms is closed.
 */
export function closedSpan(
  mouth: DrawnMouth,
  aroundSeconds: number,
): { readonly startSeconds: number; readonly endSeconds: number } | undefined {
  const { apertures, frameRate } = mouth;
  const centre = aroundSeconds * frameRate;
  let nearest: number | undefined;
  const reach = 0.15 * frameRate;
  for (let frame = Math.ceil(centre - reach); frame <= centre + reach; frame += 1) {
    if ((apertures[frame] ?? 1) > CLOSED_APERTURE) continue;
    if (nearest === undefined || Math.abs(frame - centre) < Math.abs(nearest - centre)) nearest = frame;
  }
  if (nearest === undefined) return undefined;
  let first = nearest;
  let last = nearest;
  while ((apertures[first - 1] ?? 1) <= CLOSED_APERTURE) first -= 1;
  while ((apertures[last + 1] ?? 1) <= CLOSED_APERTURE) last += 1;
  return {
    startSeconds: (first - shareUntilClosed(apertures[first], apertures[first - 1])) / frameRate,
    endSeconds: (last + shareUntilClosed(apertures[last], apertures[last + 1])) / frameRate,
  };
}

/**
 * The middle of the audible closure of a stop, from the samples alone: the stretch around the level's minimum that stays
 * within 6 dB of it. Undefined where the level has no clear trough (m, and many b, are voiced throughout).
 */
export function audibleClosure(pcm: Pcm, phoneme: AlignedPhoneme): number | undefined {
  const levels = levelsDb(pcm);
  const from = Math.max(0, Math.floor((phoneme.startSeconds - 0.03) * 100));
  const until = Math.min(levels.length - 1, Math.ceil((phoneme.endSeconds + 0.03) * 100));
  let lowest = from;
  for (let index = from; index <= until; index += 1) if (levels[index]! < levels[lowest]!) lowest = index;
  let start = lowest;
  let end = lowest;
  while (start > from - 3 && (levels[start - 1] ?? 0) < Math.max(levels[lowest]! + 6, -60)) start -= 1;
  while (end < until + 3 && (levels[end + 1] ?? 0) < Math.max(levels[lowest]! + 6, -60)) end += 1;
  const around = (index: number): number => Math.max(...levels.slice(Math.max(0, index - 4), index + 5));
  if (Math.min(around(start), around(end)) - levels[lowest]! < CLEAR_TROUGH_DB) return undefined;
  return ((start + end + 1) / 2) * 0.01;
}

/** The shift of the drawn aperture against a curve of the sound at which the two agree best; positive when the mouth is late. */
export function bestShiftSeconds(
  mouth: DrawnMouth,
  soundAt: (seconds: number) => number,
  durationSeconds: number,
): number {
  let best = { shift: 0, correlation: -Infinity };
  const count = Math.floor(durationSeconds / STEP_SECONDS);
  const drawn = Array.from({ length: count }, (_, index) => apertureAt(mouth, index * STEP_SECONDS));
  for (let shift = -LARGEST_SHIFT_SECONDS; shift <= LARGEST_SHIFT_SECONDS; shift += STEP_SECONDS) {
    const heard = drawn.map((_, index) => soundAt(index * STEP_SECONDS - shift));
    const value = correlation(drawn, heard);
    if (value > best.correlation) best = { shift, correlation: value };
  }
  return best.shift;
}

/** Pearson's r; 0 when either list is constant. */
export function correlation(first: readonly number[], second: readonly number[]): number {
  const count = Math.min(first.length, second.length);
  const meanOf = (values: readonly number[]): number =>
    values.slice(0, count).reduce((sum, value) => sum + value, 0) / count;
  const meanFirst = meanOf(first);
  const meanSecond = meanOf(second);
  let product = 0;
  let squareFirst = 0;
  let squareSecond = 0;
  for (let index = 0; index < count; index += 1) {
    const a = first[index]! - meanFirst;
    const b = second[index]! - meanSecond;
    product += a * b;
    squareFirst += a * a;
    squareSecond += b * b;
  }
  return squareFirst > 0 && squareSecond > 0 ? product / Math.sqrt(squareFirst * squareSecond) : 0;
}

/** The value below which a share of the values lies; NaN for none. */
export function percentile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? Number.NaN;
}

function apertureAt(mouth: DrawnMouth, seconds: number): number {
  const position = seconds * mouth.frameRate;
  const frame = Math.floor(position);
  const before = mouth.apertures[frame] ?? 0;
  const after = mouth.apertures[frame + 1] ?? 0;
  return before + (after - before) * (position - frame);
}

/** Between a closed frame and its open neighbour: the share of the frame during which the lips are still together. */
function shareUntilClosed(closed: number | undefined, open: number | undefined): number {
  if (closed === undefined || open === undefined || open <= closed) return 0;
  return Math.min(1, Math.max(0, (CLOSED_APERTURE - closed) / (open - closed)));
}
