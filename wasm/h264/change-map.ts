/** Which macroblocks the caller has changed, and which are out of date in the picture about to be written. */
import { reserve } from './arena';
import { macroblockCount } from './frame-layout';

/** 1 where the source differs from what was coded last. `rgbaToI420` sets it. */
export let changed: usize = 0;
/** 1 where the reference was rewritten by the last picture, so that the older picture being written over lacks it. */
export let stale: usize = 0;

/** 1 where the last coding was coarser than the stream's quality, because many macroblocks had to share a limited rate. */
let coarse: usize = 0;
/** Of all macroblocks, one in so many may be recoded in a picture to bring it back to the stream's quality. */
const REPAIR_SHARE: i32 = 16;
let repairsLeft: i32 = 0;
let anyCoarse: bool = false;
let pictureIsCoarse: bool = false;

/** The last picture was a keyframe: all of the older one is out of date. */
export let wholePictureIsStale: bool = false;

export function reserveChangeMap(): void {
  changed = reserve(macroblockCount);
  stale = reserve(macroblockCount);
  coarse = reserve(macroblockCount);
}

/** Before a predicted picture; `raised` says that its quantiser is above the stream's. */
export function beginPicture(raised: bool): void {
  repairsLeft = raised || !anyCoarse ? 0 : max(1, macroblockCount / REPAIR_SHARE);
  pictureIsCoarse = raised;
  anyCoarse = raised;
}

/** Whether the macroblock is to be coded: it changed, or it is its turn to be repaired. */
export function needsCoding(at: i32): bool {
  if (load<u8>(changed + at) == 0) {
    if (load<u8>(coarse + at) == 0) return false;
    if (repairsLeft == 0) {
      anyCoarse = true;
      return false;
    }
    repairsLeft--;
    store<u8>(changed + at, 1);
  }
  store<u8>(coarse + at, u8(pictureIsCoarse));
  return true;
}

/** What was changed is coded now: it will be out of date in the other picture. */
export function finishPicture(keyframe: bool): void {
  wholePictureIsStale = keyframe;
  if (keyframe) {
    memory.fill(coarse, 0, macroblockCount);
    anyCoarse = false;
  }
  memory.copy(stale, changed, macroblockCount);
  memory.fill(changed, 0, macroblockCount);
}
