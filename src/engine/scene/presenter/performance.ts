import type { Alignment } from '../../../media/alignment.ts';
import { createVisemeTrack } from '../../lip-sync/viseme-track.ts';
import type { EnergyEnvelope } from '../../../media/energy.ts';
import type { CaptionWord } from '../brief.ts';
import { createBlinks } from './performance/blinks.ts';
import { createBreathing } from './performance/breathing.ts';
import { createFace } from './performance/face.ts';
import { createGaze } from './performance/gaze.ts';
import { createHeadMotion } from './performance/head-motion.ts';
import { createSpeechRhythm } from './performance/speech-rhythm.ts';
import type { PresenterPose } from './pose.ts';

/** What a presenter does over a whole video. */
export type Performance = { poseAt(timeSeconds: number): PresenterPose };

/** Any SceneBrief is a PerformanceBrief. All times share one axis; `durationSeconds` is that of the video. */
export type PerformanceBrief = {
  readonly alignment: Alignment;
  readonly energy: EnergyEnvelope;
  /** With them sentences and questions are known; without them long pauses end sentences. */
  readonly captionWords?: readonly CaptionWord[];
  readonly durationSeconds: number;
  /** Any integer; another seed gives another performance of the same speech. */
  readonly seed: number;
};

/** Shoulders follow the head by 80-120 ms, and do less. */
const TORSO_DELAY_SECONDS = 0.1;
const TORSO_SHIFT_SHARE = 0.45;
const TORSO_ROLL_SHARE = 0.35;
const FIRST_STREAM = { head: 100, gaze: 300, blinks: 310, breath: 320, face: 330 };

/**
 * Lays out a presenter's performance of a speech. `poseAt` is a pure function of time, speech and seed: frames may be asked
 * for in any order, on any machine. It is alive for 20 seconds before 0 and after the end as well.
 */
export function createPerformance(brief: PerformanceBrief): Performance {
  const { alignment, energy, durationSeconds, seed } = brief;
  const rhythm = createSpeechRhythm(brief);
  const mouth = createVisemeTrack(alignment, energy, { durationSeconds });
  const headAt = createHeadMotion(rhythm, seed, FIRST_STREAM.head);
  const gaze = createGaze(durationSeconds, seed, FIRST_STREAM.gaze);
  const lidsAt = createBlinks(rhythm.phrases, durationSeconds, seed, FIRST_STREAM.blinks);
  const breathAt = createBreathing(rhythm.phrases, durationSeconds, seed, FIRST_STREAM.breath);
  const faceAt = createFace(rhythm, seed, FIRST_STREAM.face);

  return {
    poseAt(timeSeconds) {
      const head = headAt(timeSeconds);
      const followed = headAt(timeSeconds - TORSO_DELAY_SECONDS);
      const eyes = gaze.eyesAt(timeSeconds);
      const lids = lidsAt(timeSeconds);
      return {
        mouth: mouth.at(timeSeconds),
        headYawDegrees: head.yawDegrees + gaze.headXDegreesAt(timeSeconds),
        headPitchDegrees: head.pitchDegrees,
        headRollDegrees: head.rollDegrees,
        headX: head.x,
        headY: head.y,
        torsoX: TORSO_SHIFT_SHARE * followed.x,
        torsoY: TORSO_SHIFT_SHARE * followed.y,
        torsoRollDegrees: TORSO_ROLL_SHARE * followed.rollDegrees,
        breath: breathAt(timeSeconds),
        blinkLeft: lids.left,
        blinkRight: lids.right,
        gazeXDegrees: eyes.xDegrees,
        gazeYDegrees: eyes.yDegrees,
        ...faceAt(timeSeconds),
      };
    },
  };
}
