import type { AlignedPhoneme } from '../../src/media/alignment.ts';
import { levelsDb } from '../../src/media/energy.ts';
import type { Pcm } from '../../src/media/pcm.ts';

/** The mouth as it is drawn: one aperture per frame, as a share of the resting mouth's width. */
export type DrawnMouth = { readonly frameRate: number; readonly apertures: readonly number[] };

/** A gap of a twentieth of the mouth's width reads as closed at any size. */
export const CLOSED_APERTURE = 0.05;

const SILENCE_DB = -70;
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
 * When the sound comes back after a closure, from the samples alone: the level has risen half-way (in dB) from its minimum in
 * the closure to its maximum in the 60 ms after it. Undefined without a clear minimum, as in most m.
 */
export function audibleRelease(pcm: Pcm, phoneme: AlignedPhoneme): number | undefined {
  const levels = levelsDb(pcm);
  const levelAt = (seconds: number): number => {
    const position = seconds * 100 - 0.5;
    const index = Math.floor(position);
    const before = Math.max(SILENCE_DB, levels[index] ?? SILENCE_DB);
    const after = Math.max(SILENCE_DB, levels[index + 1] ?? SILENCE_DB);
    return before + (after - before) * (position - index);
  };
  let lowestAt = phoneme.startSeconds;
  for (let seconds = lowestAt; seconds < phoneme.endSeconds + 0.02; seconds += 0.001) {
    if (levelAt(seconds) < levelAt(lowestAt)) lowestAt = seconds;
  }
  const lowest = levelAt(lowestAt);
  let highest = lowest;
  for (let seconds = lowestAt; seconds < phoneme.endSeconds + 0.06; seconds += 0.001) {
    highest = Math.max(highest, levelAt(seconds));
  }
  if (highest - lowest < CLEAR_TROUGH_DB) return undefined;
  let seconds = lowestAt;
  while (levelAt(seconds) < (lowest + highest) / 2) seconds += 0.001;
  return seconds;
}

/** How open a mouth is that makes a sound, by the height of the tongue: 0 closed, 1 as for "ah". From phonetics, not from our rig. */
export function openness(phoneme: string): number {
  if (phoneme === 'sil' || ['p', 'b', 'm'].includes(phoneme)) return 0;
  const heights = [...phoneme].map((letter) => {
    if ('aɑæɐ'.includes(letter)) return 1;
    if ('ʌɔɒɛ'.includes(letter)) return 0.7;
    if ('eoəɝɚɜ'.includes(letter)) return 0.5;
    if ('iɪuʊ'.includes(letter)) return 0.3;
    return 0.2;
  });
  return heights.reduce((sum, height) => sum + height, 0) / heights.length;
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

/** Between a closed frame and its open neighbour: the share of the frame during which the lips are still together. */
function shareUntilClosed(closed: number | undefined, open: number | undefined): number {
  if (closed === undefined || open === undefined || open <= closed) return 0;
  return Math.min(1, Math.max(0, (CLOSED_APERTURE - closed) / (open - closed)));
}
