/** What can go wrong with a VibeVoice server, and what each fault shows. */
export const VIBEVOICE_SCENARIOS = {
  refuse: 'The handshake and /config are answered 503, as by a proxy whose server is down.',
  // uvicorn opens its socket only after the startup hook (0.11.2), in which upstream loads its model (demo/web/app.py).
  loading: 'Connections end without an answer, at /config too, as while the model is being loaded.',
  // What upstream's framework answers on a path that it does not have.
  forbidden: 'The handshake is answered 403, as for a wrong path.',
  // demo/web/app.py, `backend_busy`.
  busy: 'The server accepts, says that it is busy, and closes: with 1013 on /stream.',
  // demo/web/app.py: the lock is held until the thread of the model has ended.
  'busy-after-cancel':
    'Speech as usual; but when its client leaves before the end, the next one finds the server busy.',
  // uvicorn with websockets, whose longest request line is 8 KiB.
  'hang-handshake': 'The handshake is never answered, as with an address that is too long.',
  'slow-first-byte': 'The first sample comes so late that most clients have given up.',
  'drop-mid-utterance': 'The TCP connection is reset half-way, as when the server dies.',
  'stall-mid-utterance': 'Half of the speech comes, and then nothing more.',
  // Upstream: generation_error, backend_error, stream_complete, close 1000. Ours: an `error` message.
  'error-frame': 'The model fails; /stream tells it in events and closes as after a success.',
  silence: 'The speech has its length and is silent from end to end.',
  noise: 'Noise instead of speech.',
  clipped: 'Speech so loud that nearly all of it is cut off at full scale.',
  // Our own protocol announces the rate; upstream's progress events tell the seconds that its samples last.
  'wrong-sample-rate':
    'The samples are those of 16,000 a second, as the server also says: too fast and too high at 24,000.',
  'mislabelled-sample-rate': 'The samples are those of 16,000 a second, and the server takes them for 24,000.',
  // What upstream does when its context is full (docs/vibevoice-realtime-0.5b.md).
  truncated: 'Half of the speech, and then all is said to be well.',
  empty: 'A success without a single sample.',
  'garbage-frame': 'Bytes that are no WebSocket frame come half-way.',
  'odd-frame': 'A frame with half a sample comes half-way.',
  // Upstream derives the size of its frames from the model, so any even size is right.
  'short-frames': 'Good speech in frames of a tenth of the usual size.',
  'unknown-events': 'Good speech, with messages half-way that only a newer server would send.',
  // demo/web/app.py: a `voice` that the server does not have is replaced by its default voice.
  'voices-removed': 'The server has its default voice alone, and silently speaks with it whichever is asked for.',
  'no-completion': 'A clean close without the message that says that all was sent.',
  endless: 'The speech does not come to an end.',
} as const;

export type VibeVoiceScenario = keyof typeof VIBEVOICE_SCENARIOS;
