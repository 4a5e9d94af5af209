import type { Job } from './job.ts';

/** Work older than this counts half: long enough to ride over uneven frames, short enough to follow a new step. */
const HALF_LIFE_SECONDS = 10;

/** Below this much observed time a speed is noise. */
const MINIMUM_SECONDS = 1;

/** Exponentially weighted sums of the current run; start with `noPace`. */
export type Pace = {
  readonly progress: number;
  readonly at: number;
  readonly weightedProgress: number;
  readonly weightedSeconds: number;
};

/** The pace of a run that starts at `progress` (0..1) at `at` milliseconds. */
export function noPace(progress: number, at: number): Pace {
  return { progress, at, weightedProgress: 0, weightedSeconds: 0 };
}

/** Takes in that the run has come to `progress` at `at`. A clock that went back counts as no time at all. */
export function advancePace(pace: Pace, progress: number, at: number): Pace {
  const seconds = Math.max(0, at - pace.at) / 1000;
  const decay = 0.5 ** (seconds / HALF_LIFE_SECONDS);
  return {
    progress,
    at: Math.max(at, pace.at),
    weightedProgress: pace.weightedProgress * decay + Math.max(0, progress - pace.progress),
    weightedSeconds: pace.weightedSeconds * decay + seconds,
  };
}

/** Progress per second, or undefined while too little has been seen to say. */
export function progressPerSecond(pace: Pace): number | undefined {
  if (pace.weightedSeconds < MINIMUM_SECONDS || pace.weightedProgress <= 0) return undefined;
  return pace.weightedProgress / pace.weightedSeconds;
}

/**
 * Remaining seconds of a job at `now` (milliseconds), counted down between two reports: 0 when it has completed, null
 * when nobody can know (not running, nothing measured yet, ended without a result). Finite and never negative.
 */
export function etaSeconds(
  job: Pick<Job, 'status' | 'progress' | 'progressAt' | 'progressPerSecond'>,
  now: number,
): number | null {
  if (job.status === 'completed') return 0;
  if (job.status !== 'running' || job.progressAt === null || job.progressPerSecond === null) return null;
  const left = Math.max(0, 1 - job.progress);
  if (left === 0) return 0;
  const reported = left / job.progressPerSecond;
  if (!Number.isFinite(reported)) return null;
  const silence = Math.max(0, now - job.progressAt) / 1000;
  // A countdown that stands at 0 while nothing moves is a lie; the longer the silence, the longer it may last.
  return Math.max(reported - silence, silence * left);
}
