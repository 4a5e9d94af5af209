import type { Pcm } from '../../../media/pcm.ts';

const FRAME_SECONDS = 0.004;
/** eSpeak NG closes the mouth for 30 to 50 ms before a voiceless stop; more than this is a pause. */
const LONGEST_CLOSURE_SECONDS = 0.09;
/** How far below the loudest moment before it the closure lies. */
const CLOSURE_DEPTH_DB = 18;
const VOICELESS_STOP = /^[ptkqcʈ]/;

export function isVoicelessStop(ipa: string): boolean {
  return VOICELESS_STOP.test(ipa);
}

/**
 * When the mouth closes for a voiceless stop whose burst is heard at `burstSeconds`: the beginning of the quiet that leads
 * up to the burst, at most 90 ms and never before `earliestSeconds`.
 */
export function closureStart(pcm: Pcm, burstSeconds: number, earliestSeconds: number): number {
  const limit = Math.max(earliestSeconds, burstSeconds - LONGEST_CLOSURE_SECONDS);
  const frameCount = Math.floor((burstSeconds - limit) / FRAME_SECONDS);
  const powers = Array.from({ length: frameCount }, (_, frame) =>
    meanSquare(pcm, burstSeconds - (frame + 1) * FRAME_SECONDS, burstSeconds - frame * FRAME_SECONDS),
  );
  const threshold = Math.max(...powers, 0) * 10 ** (-CLOSURE_DEPTH_DB / 10);
  const loudFrame = powers.findIndex((power) => power > threshold);
  const quietFrames = loudFrame === -1 ? frameCount : loudFrame;
  return burstSeconds - quietFrames * FRAME_SECONDS;
}

function meanSquare(pcm: Pcm, startSeconds: number, endSeconds: number): number {
  const start = Math.max(0, Math.round(startSeconds * pcm.sampleRateHz));
  const end = Math.min(pcm.samples.length, Math.round(endSeconds * pcm.sampleRateHz));
  let sum = 0;
  for (let index = start; index < end; index++) sum += (pcm.samples[index] as number) ** 2;
  return end > start ? sum / (end - start) : 0;
}
