/** As src/app/speech-routing.ts has them, for rehearsals in virtual time. */
export const BACKOFF = { baseMilliseconds: 250, capMilliseconds: 2000 };
export const LONGEST_RETRY_AFTER_SECONDS = 5;
/** Calls to a provider that is not VibeVoice, for one utterance. */
export const VENDOR_ATTEMPTS = 3;
export const UTTERANCES_AT_ONCE = 4;
