/** Waiting as a parameter, so that tests own it. `start` calls `ring` once after the delay; the returned function stops it. */
export type Timer = {
  start(delayMilliseconds: number, ring: () => void): () => void;
};

export const systemTimer: Timer = {
  start(delayMilliseconds, ring) {
    const handle = setTimeout(ring, delayMilliseconds);
    return () => clearTimeout(handle);
  },
};
