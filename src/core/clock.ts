/** Time as a parameter, so that tests own it. */
export type Clock = {
  /** Milliseconds since the Unix epoch, unless said otherwise. */
  now(): number;
};

export const systemClock: Clock = { now: () => Date.now() };

/** Milliseconds since some moment; for spans of time, because nobody sets it. */
export const monotonicClock: Clock = { now: () => performance.now() };
