/**
 * The quantisers of the default quality: visually lossless on drawn content (PSNR above 50 dB, docs/benchmarks.md). A better
 * keyframe pays for itself because everything that does not move is copied from it for seconds.
 */
export const KEYFRAME_QUANTISER = 15;
export const FRAME_QUANTISER = 21;
