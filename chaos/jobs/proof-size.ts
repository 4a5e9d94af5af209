/** How much of everything one run of the proof does. */
export type ProofSize = {
  /** Kills at the crash points of a job, so many times over. */
  readonly sweeps: number;
  /** In mode `embedded`, at every n-th of them. */
  readonly sweepStride: number;
  /** In mode `distributed`, where each dead worker's lease has to end first. */
  readonly distributedSweepStride: number;
  readonly recoveries: number;
  /** Each kind of open request so many times over. */
  readonly openRounds: number;
  /** Random kills in both modes together. */
  readonly randomKills: number;
  readonly halfFiles: number;
  /** Workers are frozen at every n-th crash point. */
  readonly freezeStride: number;
  readonly lostServices: number;
};

export const QUICK: ProofSize = {
  sweepStride: 8,
  sweeps: 1,
  distributedSweepStride: 16,
  recoveries: 3,
  openRounds: 1,
  randomKills: 40,
  halfFiles: 2,
  freezeStride: 20,
  lostServices: 1,
};

export const SHORT: ProofSize = {
  sweepStride: 3,
  sweeps: 1,
  distributedSweepStride: 10,
  recoveries: 6,
  openRounds: 1,
  randomKills: 300,
  halfFiles: 5,
  freezeStride: 16,
  lostServices: 2,
};

export const LONG: ProofSize = {
  sweepStride: 1,
  sweeps: 3,
  distributedSweepStride: 1,
  recoveries: 100,
  openRounds: 5,
  randomKills: 3_000,
  halfFiles: 50,
  freezeStride: 1,
  lostServices: 20,
};
