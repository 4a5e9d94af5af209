/** How fast a server speaks, in seconds of audio per second of waiting, learnt from what it has finished. */
export type LearntSpeed = {
  /** Decayed sums: their ratio weighs a long utterance more than a short one, whose time is mostly the handshake. */
  readonly audioSeconds: number;
  readonly wallSeconds: number;
  /** Milliseconds since the epoch. */
  readonly learntAt: number;
};

/** What older utterances still count for when a new one is learnt: about the last three matter. */
const MEMORY = 0.7;
/** A first guess weighs as much as this many seconds of audio, so that a cold first utterance does not decide alone. */
const GUESS_AUDIO_SECONDS = 10;
/** A server that was found slow gets no work, so it could never be found fast again: what is known of it fades. */
const FORGETTING_HALF_LIFE_SECONDS = 300;

export function guessSpeed(speed: number, now: number): LearntSpeed {
  return { audioSeconds: GUESS_AUDIO_SECONDS, wallSeconds: GUESS_AUDIO_SECONDS / speed, learntAt: now };
}

/** Adds a finished utterance. Figures that are not positive and finite say nothing about speed and are passed over. */
export function learnSpeed(known: LearntSpeed, audioSeconds: number, wallSeconds: number, now: number): LearntSpeed {
  const ratio = audioSeconds / wallSeconds;
  if (!(ratio > 0 && Number.isFinite(ratio))) return known;
  return {
    audioSeconds: known.audioSeconds * MEMORY + audioSeconds,
    wallSeconds: known.wallSeconds * MEMORY + wallSeconds,
    learntAt: now,
  };
}

/** As last measured, audio seconds per wall second. */
export function measuredSpeed(known: LearntSpeed): number {
  return known.audioSeconds / known.wallSeconds;
}

/** The speed to plan with: a slow server that has long had no work drifts towards what is typical of the fleet. */
export function plannedSpeed(known: LearntSpeed, typicalSpeed: number, now: number): number {
  const measured = measuredSpeed(known);
  if (measured >= typicalSpeed) return measured;
  const idleSeconds = Math.max(0, now - known.learntAt) / 1000;
  const forgotten = 1 - 2 ** (-idleSeconds / FORGETTING_HALF_LIFE_SECONDS);
  return measured * (typicalSpeed / measured) ** forgotten;
}
