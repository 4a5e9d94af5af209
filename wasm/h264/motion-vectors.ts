/** Motion vectors of the picture in quarter samples, and their prediction: 8.4.1.1 and 8.4.1.3, whole macroblocks only. */
import { reserve } from './arena';
import { macroblockColumns, macroblockCount } from './frame-layout';
import { column, index, row } from './macroblock-position';

const REFERENCE_UNAVAILABLE: i32 = -2;
const REFERENCE_INTRA: i8 = -1;
const REFERENCE_PREVIOUS: i32 = 0;

let vectors: usize = 0;
let references: usize = 0;

export let predictedX: i32 = 0;
export let predictedY: i32 = 0;
/** The vector that a skipped macroblock is inferred to have. */
export let skipX: i32 = 0;
export let skipY: i32 = 0;

export function reserveVectors(): void {
  vectors = reserve(macroblockCount * 5);
  references = vectors + macroblockCount * 4;
}

/** Every macroblock refers to the previous picture without motion. */
export function clearVectors(): void {
  memory.fill(vectors, 0, macroblockCount * 5);
}

export function setVector(x: i32, y: i32): void {
  store<i16>(vectors + (index << 2), <i16>x);
  store<i16>(vectors + (index << 2), <i16>y, 2);
  store<i8>(references + index, 0);
}

export function setIntra(): void {
  store<u32>(vectors + (index << 2), 0);
  store<i8>(references + index, REFERENCE_INTRA);
}

/** Whether a skipped macroblock here could be inferred to move: both its neighbours exist and neither is still. */
// @ts-ignore: decorator
@inline
export function mayInheritMotion(atColumn: i32, atRow: i32): bool {
  if (atColumn == 0 || atRow == 0) return false;
  const at = atRow * macroblockColumns + atColumn;
  return isNotStill(at - 1) && isNotStill(at - macroblockColumns);
}

// @ts-ignore: decorator
@inline
function isNotStill(at: i32): bool {
  return load<u32>(vectors + (at << 2)) != 0 || load<i8>(references + at) != 0;
}

/** Sets the predicted and the skip vector of this macroblock. */
export function predictVector(): void {
  let leftReference = REFERENCE_UNAVAILABLE;
  let aboveReference = REFERENCE_UNAVAILABLE;
  let cornerReference = REFERENCE_UNAVAILABLE;
  let left: usize = 0;
  let above: usize = 0;
  let corner: usize = 0;
  if (column > 0) {
    leftReference = <i32>load<i8>(references + index - 1);
    left = vectors + ((index - 1) << 2);
  }
  if (row > 0) {
    const aboveIndex = index - macroblockColumns;
    aboveReference = <i32>load<i8>(references + aboveIndex);
    above = vectors + (aboveIndex << 2);
    // Neighbour C, or D where C is outside the picture.
    if (column < macroblockColumns - 1) {
      cornerReference = <i32>load<i8>(references + aboveIndex + 1);
      corner = above + 4;
    } else if (column > 0) {
      cornerReference = <i32>load<i8>(references + aboveIndex - 1);
      corner = above - 4;
    }
  }
  const leftX = vectorX(left);
  const leftY = vectorY(left);
  const aboveX = vectorX(above);
  const aboveY = vectorY(above);

  const sameReference =
    i32(leftReference == REFERENCE_PREVIOUS) +
    i32(aboveReference == REFERENCE_PREVIOUS) +
    i32(cornerReference == REFERENCE_PREVIOUS);
  const onlyLeftAvailable =
    aboveReference == REFERENCE_UNAVAILABLE &&
    cornerReference == REFERENCE_UNAVAILABLE &&
    leftReference != REFERENCE_UNAVAILABLE;
  if (onlyLeftAvailable || (sameReference == 1 && leftReference == REFERENCE_PREVIOUS)) {
    predictedX = leftX;
    predictedY = leftY;
  } else if (sameReference == 1 && aboveReference == REFERENCE_PREVIOUS) {
    predictedX = aboveX;
    predictedY = aboveY;
  } else if (sameReference == 1) {
    predictedX = vectorX(corner);
    predictedY = vectorY(corner);
  } else {
    predictedX = median(leftX, aboveX, vectorX(corner));
    predictedY = median(leftY, aboveY, vectorY(corner));
  }

  const leftIsStill = leftReference == REFERENCE_PREVIOUS && (leftX | leftY) == 0;
  const aboveIsStill = aboveReference == REFERENCE_PREVIOUS && (aboveX | aboveY) == 0;
  const still = column == 0 || row == 0 || leftIsStill || aboveIsStill;
  skipX = still ? 0 : predictedX;
  skipY = still ? 0 : predictedY;
}

// @ts-ignore: decorator
@inline
function vectorX(address: usize): i32 {
  return address == 0 ? 0 : <i32>load<i16>(address);
}

// @ts-ignore: decorator
@inline
function vectorY(address: usize): i32 {
  return address == 0 ? 0 : <i32>load<i16>(address, 2);
}

// @ts-ignore: decorator
@inline
function median(a: i32, b: i32, c: i32): i32 {
  return max(min(a, b), min(max(a, b), c));
}
