/** Which macroblocks the caller has changed, and which are out of date in the picture about to be written. */
import { reserve } from './arena';
import { macroblockCount } from './frame-layout';

/** 1 where the source differs from what was coded last. `rgbaToI420` sets it. */
export let changed: usize = 0;
/** 1 where the reference was rewritten by the last picture, so that the older picture being written over lacks it. */
export let stale: usize = 0;

/** The last picture was a keyframe: all of the older one is out of date. */
export let wholePictureIsStale: bool = false;

export function reserveChangeMap(): void {
  changed = reserve(macroblockCount);
  stale = reserve(macroblockCount);
}

/** What was changed is coded now: it will be out of date in the other picture. */
export function finishPicture(keyframe: bool): void {
  wholePictureIsStale = keyframe;
  memory.copy(stale, changed, macroblockCount);
  memory.fill(changed, 0, macroblockCount);
}
