import type { FailureKind } from '../../src/core/failure-policy.ts';
import type { ElevenLabsFault } from '../../src/simulators/elevenlabs-faults.ts';
import type { OpenAiSpeechFault } from '../../src/simulators/openai-speech.ts';
import type { VibeVoiceScenario } from '../../src/simulators/vibevoice/scenarios.ts';

/** What a fault of a simulated voice truly is, by what its simulator says of it. `harmless`: nothing is lost by it. */
type SpeechCause = FailureKind | 'harmless';

export const TRANSPORT_CAUSES = {
  refuse: 'unavailable',
  hang: 'timeout',
  'slow-first-byte': 'timeout',
  'drop-mid-body': 'unavailable',
  'lose-answer': 'unavailable',
} as const;

export const VIBEVOICE_CAUSES = {
  refuse: 'unavailable',
  loading: 'unavailable',
  forbidden: 'auth',
  busy: 'rate_limited',
  'busy-after-cancel': 'harmless',
  'hang-handshake': 'timeout',
  'slow-first-byte': 'timeout',
  'drop-mid-utterance': 'unavailable',
  'stall-mid-utterance': 'timeout',
  'error-frame': 'unavailable',
  silence: 'bad_audio',
  noise: 'bad_audio',
  clipped: 'bad_audio',
  'wrong-sample-rate': 'protocol',
  'mislabelled-sample-rate': 'bad_audio',
  truncated: 'bad_audio',
  empty: 'bad_audio',
  'garbage-frame': 'protocol',
  'odd-frame': 'protocol',
  'short-frames': 'harmless',
  'unknown-events': 'harmless',
  'voices-removed': 'harmless',
  'no-completion': 'protocol',
  endless: 'bad_audio',
} as const satisfies Record<VibeVoiceScenario, SpeechCause>;

export const ELEVENLABS_CAUSES = {
  unauthorized: 'auth',
  'quota-401': 'quota',
  'quota-402': 'quota',
  forbidden: 'auth',
  'validation-422': 'unsupported',
  'rate-limited': 'rate_limited',
  'rate-limited-retry-after': 'rate_limited',
  'concurrent-limit': 'rate_limited',
  'too-many-concurrent-requests': 'rate_limited',
  'system-busy': 'rate_limited',
  'error-500': 'unavailable',
  'error-503': 'unavailable',
  'empty-audio': 'bad_audio',
  silence: 'bad_audio',
  truncated: 'bad_audio',
  'malformed-json': 'protocol',
  'null-alignment': 'harmless',
  'missing-headers': 'harmless',
  'wrong-content-type': 'protocol',
  ...TRANSPORT_CAUSES,
} as const satisfies Record<ElevenLabsFault, SpeechCause>;

/** What a server of OpenAI refuses with, whatever it was asked for. */
export const OPENAI_REFUSALS = {
  unauthorized: 'auth',
  'insufficient-quota': 'quota',
  'rate-limited': 'rate_limited',
  'rate-limited-retry-after': 'rate_limited',
  'error-500': 'unavailable',
  'error-503': 'unavailable',
} as const;

export const OPENAI_SPEECH_CAUSES = {
  ...OPENAI_REFUSALS,
  'empty-audio': 'bad_audio',
  silence: 'bad_audio',
  truncated: 'bad_audio',
  'wrong-content-type': 'protocol',
  ...TRANSPORT_CAUSES,
} as const satisfies Record<OpenAiSpeechFault, SpeechCause>;
