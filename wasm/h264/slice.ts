/** The one slice of a picture: its header (7.3.3) and its macroblocks. */
import { putBits } from './bit-writer';
import { beginPicture, finishPicture, needsCoding, stale, wholePictureIsStale } from './change-map';
import { clearCounts } from './coefficient-counts';
import { putSigned, putUnsigned } from './exp-golomb';
import { macroblockColumns, macroblockRows } from './frame-layout';
import { chooseLumaMode, lumaDifference } from './intra-prediction';
import { codeInterMacroblock, codeIntraMacroblock, writeStillMacroblock } from './macroblock';
import { moveTo } from './macroblock-position';
import { bestCost, isNearlyStill, searchFractions, searchWholeSamples, setSearchQuantiser } from './motion-search';
import { clearVectors, mayInheritMotion, predictVector, skipX, skipY } from './motion-vectors';
import { FRAME_NUMBER_BITS, INITIAL_QUANTISER } from './parameter-sets';
import { copyMacroblockFromReference, copyWholeReference, extendBorders, swapReconstructions } from './pictures';
import { quantiser, setQuantiser } from './quantise';

const SLICE_P: u32 = 5;
const SLICE_I: u32 = 7;
/** Below this difference from its best motion a macroblock is not tried as intra. */
const INTRA_WORTH_TRYING: i32 = 600;
/** Two units a sample: flat or an even gradient, as when a whole picture fades. */
const INTRA_EXCELLENT: i32 = 512;
/** What intra must gain: its levels cost more bits for the same difference. */
const INTRA_PENALTY: i32 = 300;

let frameNumber: u32 = 0;
let keyframeId: u32 = 0;
let lastWasKeyframe: bool = false;
let pendingSkips: u32 = 0;

export function writeKeyframeSlice(pictureQuantiser: i32): void {
  swapReconstructions();
  setQuantiser(pictureQuantiser);
  // Two keyframes in a row must differ in idr_pic_id (7.4.3). Any other is 0, so that its bytes do not tell what came before.
  keyframeId = lastWasKeyframe ? keyframeId ^ 1 : 0;
  lastWasKeyframe = true;
  frameNumber = 0;
  writeSliceHeader(true);
  clearCounts();
  for (let row = 0; row < macroblockRows; row++) {
    for (let column = 0; column < macroblockColumns; column++) {
      moveTo(column, row);
      chooseLumaMode();
      codeIntraMacroblock(false);
    }
  }
  extendBorders();
  finishPicture(true);
  frameNumber = 1;
}

export function writePredictedSlice(pictureQuantiser: i32, raised: bool): void {
  beginPicture(raised);
  lastWasKeyframe = false;
  swapReconstructions();
  setQuantiser(pictureQuantiser);
  setSearchQuantiser(pictureQuantiser);
  if (wholePictureIsStale) copyWholeReference();
  writeSliceHeader(false);
  clearCounts();
  clearVectors();
  pendingSkips = 0;
  for (let row = 0; row < macroblockRows; row++) {
    for (let column = 0; column < macroblockColumns; column++) {
      const at = row * macroblockColumns + column;
      if (needsCoding(at)) {
        moveTo(column, row);
        codeChanged();
      } else {
        if (load<u8>(stale + at) != 0 && !wholePictureIsStale) copyMacroblockFromReference(column, row);
        keepStill(column, row);
      }
    }
  }
  if (pendingSkips > 0) putUnsigned(pendingSkips);
  extendBorders();
  finishPicture(false);
  frameNumber = (frameNumber + 1) & ((1 << FRAME_NUMBER_BITS) - 1);
}

function codeChanged(): void {
  predictVector();
  if (!isNearlyStill() && intraIsBetter()) {
    putUnsigned(pendingSkips);
    pendingSkips = 0;
    codeIntraMacroblock(true);
    return;
  }
  if (codeInterMacroblock(pendingSkips)) pendingSkips = 0;
  else pendingSkips++;
}

/** Searches for motion; finer than whole samples only where intra prediction is not clearly the better choice already. */
function intraIsBetter(): bool {
  searchWholeSamples();
  if (bestCost <= INTRA_WORTH_TRYING) {
    searchFractions();
    return false;
  }
  chooseLumaMode();
  if (lumaDifference < INTRA_EXCELLENT && lumaDifference < bestCost >> 2) return true;
  searchFractions();
  return lumaDifference + INTRA_PENALTY < bestCost;
}

/** Skips an unchanged macroblock, unless skipping would move it. */
function keepStill(column: i32, row: i32): void {
  if (mayInheritMotion(column, row)) {
    moveTo(column, row);
    predictVector();
    if ((skipX | skipY) != 0) {
      putUnsigned(pendingSkips);
      pendingSkips = 0;
      writeStillMacroblock();
      return;
    }
  }
  pendingSkips++;
}

function writeSliceHeader(keyframe: bool): void {
  putUnsigned(0); // first_mb_in_slice
  putUnsigned(keyframe ? SLICE_I : SLICE_P);
  putUnsigned(0); // pic_parameter_set_id
  putBits(FRAME_NUMBER_BITS, frameNumber);
  if (keyframe) {
    putUnsigned(keyframeId);
    putBits(2, 0); // no_output_of_prior_pics_flag, long_term_reference_flag
  } else {
    putBits(1, 0); // num_ref_idx_active_override_flag
    putBits(1, 0); // ref_pic_list_modification_flag_l0
    putBits(1, 0); // adaptive_ref_pic_marking_mode_flag
  }
  putSigned(quantiser - INITIAL_QUANTISER);
  putUnsigned(1); // disable_deblocking_filter_idc
}
