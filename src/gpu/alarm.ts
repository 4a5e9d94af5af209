/** Waiting as a parameter, so that tests own it. `start` calls `ring` once after the delay; the returned function stops it. */
export type Alarm = {
  start(delayMilliseconds: number, ring: () => void): () => void;
};
