/** What holds for every connection of one call. */
export type SpeechCall = {
  readonly signal: AbortSignal;
  readonly connectionTimeoutSeconds: number;
  /** The longest time without sound. */
  readonly idleTimeoutSeconds: number;
  /** The longest time in a queue that the server has told of. */
  readonly queueTimeoutSeconds: number;
};
