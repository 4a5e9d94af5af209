/** What can go wrong with a VibeVoice server; `npm run simulate` and the tests ask for these by name. */
export const VIBEVOICE_SCENARIOS = [
  /** The handshake is answered 503, as by a proxy whose server is down; /config too. */
  'refuse',
  /** Accepted, told of being busy, closed with 1013 (upstream demo/web/app.py, `backend_busy`). */
  'busy',
  /** The handshake is never answered, as uvicorn does with an address that is too long. */
  'hang-handshake',
  'slow-first-byte',
  /** The TCP connection is reset half-way. */
  'drop-mid-utterance',
  /** Upstream: generation_error, backend_error, stream_complete, close 1000. Ours: an `error` message. */
  'error-frame',
  'silence',
  'noise',
  'clipped',
  /** Samples at two thirds of the rate. Upstream cannot say so; our own protocol announces it. */
  'wrong-sample-rate',
  /** Half of the speech, and then all is said to be well: what upstream does when its context is full. */
  'truncated',
  /** Success without a sample. */
  'empty',
  /** Bytes that are no WebSocket frame. */
  'garbage-frame',
  /** A frame with half a sample. */
  'odd-frame',
  /** A clean close without the message that says that all was sent. */
  'no-completion',
  'stall-mid-utterance',
  'endless',
] as const;

export type VibeVoiceScenario = (typeof VIBEVOICE_SCENARIOS)[number];
