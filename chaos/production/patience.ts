/** How long the application waits, and how long the harness waits for it. Seconds of the machine, unless said otherwise. */
export type Patience = {
  readonly openaiSeconds: number;
  readonly vibevoiceSeconds: number;
  /** For the vendors of speech that are asked over HTTP. */
  readonly speechSeconds: number;
  readonly heygenSeconds: number;
  readonly s3Seconds: number;
  /** For a video at HeyGen, by the fast clock. */
  readonly deadlineSeconds: number;
  /** For a job to come to its end. */
  readonly jobSeconds: number;
};

/** Nobody is given up because this machine is busy. */
export const PATIENT: Patience = {
  openaiSeconds: 30,
  vibevoiceSeconds: 30,
  speechSeconds: 30,
  heygenSeconds: 30,
  s3Seconds: 30,
  deadlineSeconds: 1_200,
  jobSeconds: 180,
};
