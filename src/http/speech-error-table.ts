/** The part of the error table that speaks of voices, speech providers and their servers. */
export const SPEECH_ERRORS = {
  provider_not_configured: {
    status: 422,
    title: 'The speech provider is not configured',
    meaning: 'The rule lists those that are. A provider needs its endpoint or its key in the configuration.',
  },
  text_empty: {
    status: 422,
    title: 'Nothing to speak',
    meaning: 'A part of the script has no word. A script with words never meets this.',
  },
  text_unpronounceable: {
    status: 422,
    title: 'The text cannot be pronounced',
    meaning: 'English speech needs words in Latin letters or digits.',
  },
  language_unsupported: {
    status: 422,
    title: 'The voice does not speak this language',
    meaning: 'Choose another language, or another speech provider.',
  },
  kanji_unsupported: {
    status: 422,
    title: 'The offline Japanese voice reads kana only',
    meaning: 'Write the script in kana, or choose another speech provider.',
  },
  voice_unsupported: {
    status: 422,
    title: 'The voice is not installed',
    meaning: 'Choose another language, or another speech provider.',
  },
  espeak_missing: {
    status: 422,
    title: 'The voices for other languages are not installed',
    meaning: 'Install the optional package @echogarden/espeak-ng-emscripten with `npm ci`.',
  },
  espeak_failed: {
    status: 502,
    title: 'A voice gave speech that cannot be used',
    meaning: 'Try again; the log has the details.',
  },
  espeak_unavailable: {
    status: 503,
    title: 'The voices for other languages cannot be started',
    meaning: 'Try again; the log has the details.',
  },
  flite_broken: {
    status: 502,
    title: 'The English voice gave speech that cannot be used',
    meaning: 'Try again; the log has the details.',
  },
  flite_unavailable: {
    status: 503,
    title: 'The English voice cannot be started',
    meaning: 'Try again; the log has the details.',
  },
  flite_missing: {
    status: 503,
    title: 'The English voice is not installed',
    meaning: 'Run `npm ci`.',
  },
  wav_unreadable: {
    status: 502,
    title: 'A sound file cannot be read',
    meaning: 'A speech provider sent something that is not a WAV file, or a stored file was damaged.',
  },
  bad_audio: {
    status: 502,
    title: 'A voice gave speech that nobody should hear',
    meaning: 'Empty, silent, clipped, cut off, repeated or of a length that the text cannot have. Try again.',
  },
  fallback_spend_limit: {
    status: 502,
    title: 'The hourly cap on fallback speech is reached',
    meaning: 'The first voice fails, and the paid one that stands in for it has cost what it may. Try again later.',
  },
  speech_provider_paused: {
    status: 503,
    title: 'A speech provider is not asked for a while',
    meaning: 'Its last calls failed. It is tried again after the number of seconds in `Retry-After`.',
  },
  speech_failed: {
    status: 502,
    title: 'No speech provider could speak the script',
    meaning: 'The detail names the failure of each provider. Nothing of the script was kept.',
  },
  no_speech_provider: {
    status: 422,
    title: 'No speech provider may speak this script',
    meaning: 'None that is configured and allowed speaks the language, or all the languages, of the script.',
  },
  speech_refused: {
    status: 422,
    title: 'A speech provider refused the text',
    meaning: 'The text is too long for the model, or the provider finds the request invalid. Nothing was spent.',
  },
  speech_unsupported: {
    status: 422,
    title: 'The speech provider has no such voice, model or language',
    meaning: 'Choose another language, or correct the provider’s voice and model in the configuration.',
  },
  speech_key_refused: {
    status: 502,
    title: 'A speech provider refused our key',
    meaning: 'The key in the configuration is wrong, expired, or its plan does not include the call.',
  },
  speech_quota_used_up: {
    status: 502,
    title: 'A speech provider’s quota is used up',
    meaning: 'Add credit at the provider, or wait for the next billing period.',
  },
  speech_rate_limited: {
    status: 503,
    title: 'A speech provider is asked too often',
    meaning: 'Try again after the number of seconds in `Retry-After`.',
  },
  speech_timeout: {
    status: 504,
    title: 'A speech provider did not answer in time',
    meaning: 'Try again.',
  },
  speech_unavailable: {
    status: 503,
    title: 'A speech provider cannot be reached',
    meaning: 'Try again; the log has the details.',
  },
  speech_unreadable: {
    status: 502,
    title: 'A speech provider answered in a way we cannot read',
    meaning: 'Try again; check that the address in the configuration is the provider’s.',
  },
  speech_unusable: {
    status: 502,
    title: 'A speech provider gave speech that cannot be used',
    meaning: 'It was empty, silent or cut off. Try again.',
  },
  gpu_servers_unavailable: {
    status: 503,
    title: 'The speech servers are not available',
    meaning: 'There is none, or less than half are healthy and none is free; speech is made by the fallback.',
  },
  gpu_queue_full: {
    status: 503,
    title: 'Too many utterances wait for the speech servers',
    meaning: 'Try again, or add a speech server.',
  },
  invalid_gpu_server: {
    status: 422,
    title: 'The speech server is not valid',
    meaning: 'Its id must be its own, its speed above 0, and it must take at least one utterance.',
  },
  gpu_metrics_unreadable: {
    status: 502,
    title: 'The GPU metrics cannot be read',
    meaning: 'VIBEVOICE_METRICS_URL must serve the text of a DCGM exporter or the CSV of nvidia-smi.',
  },
  gpu_metrics_unreachable: {
    status: 503,
    title: 'The GPU metrics do not answer',
    meaning: 'Check that the exporter runs and that VIBEVOICE_METRICS_URL is its address.',
  },
} as const;
