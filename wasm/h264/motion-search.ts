/** Finds a motion vector for one macroblock: whole samples by descent, then half and quarter samples around the best. */
import { signedLength } from './exp-golomb';
import { LUMA_BORDER, codedHeight, codedWidth, lumaStride } from './frame-layout';
import { first, firstStride, interpolateAround, second, secondStride, selectPosition } from './interpolation';
import { column, lumaOffset, row } from './macroblock-position';
import { predictedX, predictedY } from './motion-vectors';
import { reference, source } from './pictures';
import { sumOfDifferences, sumOfDifferencesToAverage } from './sum-of-differences';

/** How far outside the picture a block may begin: its border, less what interpolation reads around the block. */
const OVERHANG: i32 = LUMA_BORDER - 8;
/**
 * Longest vector in whole samples. 2^MOTION_RANGE_LOG2 quarter samples is what the sequence parameters promise, and it is
 * within the vertical range of every level from 2.1 on (Table A-1).
 */
const LONGEST: i32 = 120;
export const MOTION_RANGE_LOG2: i32 = 9;
const LARGEST_DESCENT: i32 = 24;

/** The result: quarter samples and the sum of differences plus the cost of the vector's bits. */
export let bestX: i32 = 0;
export let bestY: i32 = 0;
export let bestCost: i32 = 0;

/** A difference of so much is taken as it is: about a quarter of a step at every sample. */
let goodEnough: i32 = 0;
/** What a bit is worth in sum of differences; 2^((quantiser - 12) / 6), in sixteenths. */
let bitCost: i32 = 0;

export function setSearchQuantiser(quantiser: i32): void {
  // prettier-ignore
  const sixteenths = load<u8>(memory.data<u8>([16, 18, 20, 23, 25, 29]) + (quantiser % 6));
  bitCost = quantiser >= 12 ? (<i32>sixteenths) << (quantiser / 6 - 2) : 16;
  goodEnough = bitCost * 2;
}

// @ts-ignore: decorator
@inline
function vectorCost(x: i32, y: i32): i32 {
  return ((signedLength(x - predictedX) + signedLength(y - predictedY)) * bitCost) >> 4;
}

let lowX: i32 = 0;
let highX: i32 = 0;
let lowY: i32 = 0;
let highY: i32 = 0;
let wholeX: i32 = 0;
let wholeY: i32 = 0;

/** Whether the macroblock is as it was, or so nearly that no search can pay. Begins the search. */
export function isNearlyStill(): bool {
  const stillDifference = sumOfDifferences(source + lumaOffset, lumaStride, reference + lumaOffset, lumaStride);
  bestX = 0;
  bestY = 0;
  wholeX = 0;
  wholeY = 0;
  bestCost = stillDifference + vectorCost(0, 0);
  return stillDifference <= goodEnough;
}

/** Searches whole samples around no motion and around the predicted vector, which the caller has computed. */
export function searchWholeSamples(): void {
  lowX = max(-LONGEST, -OVERHANG - column * 16);
  highX = min(LONGEST, codedWidth - 16 + OVERHANG - column * 16);
  lowY = max(-LONGEST, -OVERHANG - row * 16);
  highY = min(LONGEST, codedHeight - 16 + OVERHANG - row * 16);
  tryWhole((predictedX + 2) >> 2, (predictedY + 2) >> 2);
  descend();
}

/** Searches half and quarter samples around the best so far. */
export function searchFractions(): void {
  if (bestCost <= goodEnough) return;
  interpolateAround(reference + lumaOffset + wholeY * lumaStride + wholeX);
  refineBy(2);
  refineBy(1);
}

function tryWhole(x: i32, y: i32): bool {
  if (x < lowX || x > highX || y < lowY || y > highY) return false;
  const at = reference + lumaOffset + y * lumaStride + x;
  const cost = sumOfDifferences(source + lumaOffset, lumaStride, at, lumaStride) + vectorCost(x << 2, y << 2);
  if (cost >= bestCost) return false;
  bestCost = cost;
  bestX = x << 2;
  bestY = y << 2;
  wholeX = x;
  wholeY = y;
  return true;
}

/** Small diamond: steps to the best of four neighbours until none is better. */
function descend(): void {
  for (let step = 0; step < LARGEST_DESCENT; step++) {
    const x = wholeX;
    const y = wholeY;
    tryWhole(x - 1, y);
    tryWhole(x + 1, y);
    tryWhole(x, y - 1);
    tryWhole(x, y + 1);
    if (wholeX == x && wholeY == y) return;
  }
}

/** The eight neighbours at `step` quarter samples. */
function refineBy(step: i32): void {
  const x = bestX - (wholeX << 2);
  const y = bestY - (wholeY << 2);
  for (let dy = -step; dy <= step; dy += step) {
    for (let dx = -step; dx <= step; dx += step) {
      if ((dx | dy) != 0) tryFraction(x + dx, y + dy);
    }
  }
}

function tryFraction(x: i32, y: i32): void {
  selectPosition(reference + lumaOffset + wholeY * lumaStride + wholeX, x, y);
  const difference = sumOfDifferencesToAverage(
    source + lumaOffset,
    lumaStride,
    first,
    firstStride,
    second,
    secondStride,
  );
  const vectorX = (wholeX << 2) + x;
  const vectorY = (wholeY << 2) + y;
  const cost = difference + vectorCost(vectorX, vectorY);
  if (cost >= bestCost) return;
  bestCost = cost;
  bestX = vectorX;
  bestY = vectorY;
}

/** Prepares the operands of the best vector's prediction; whole-sample vectors need no interpolation. */
export function selectBest(): void {
  const x = bestX - (wholeX << 2);
  const y = bestY - (wholeY << 2);
  selectPosition(reference + lumaOffset + wholeY * lumaStride + wholeX, x, y);
}
