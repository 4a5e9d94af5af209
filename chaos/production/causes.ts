import {
  ELEVENLABS_CAUSES,
  OPENAI_REFUSALS,
  OPENAI_SPEECH_CAUSES,
  TRANSPORT_CAUSES,
  VIBEVOICE_CAUSES,
} from '../support/speech-fault-causes.ts';
import type { FailureKind } from '../../src/core/failure-policy.ts';
import type { HeyGenFault } from '../../src/simulators/heygen/faults.ts';
import type { OpenAiChatFault } from '../../src/simulators/openai-chat.ts';
import type { S3Fault } from '../../src/simulators/s3-faults.ts';
import type { Vendor } from './vendors.ts';

/**
 * What a fault truly is, by what its simulator says of it. `harmless`: nothing is lost by it. `useless`: the answer is whole and of
 * no use, so it was charged and asking again would bring the same.
 */
export type Cause = FailureKind | 'harmless' | 'useless';

const OPENAI = {
  ...OPENAI_REFUSALS,
  refusal: 'useless',
  'length-cut': 'useless',
  'content-filter': 'useless',
  'malformed-json': 'useless',
  'breaks-schema': 'useless',
  'changed-facts': 'useless',
  rambling: 'useless',
  'no-choices': 'protocol',
  ...TRANSPORT_CAUSES,
} as const satisfies Record<OpenAiChatFault, Cause>;

const HEYGEN = {
  unauthorized: 'auth',
  'error-500': 'unavailable',
  'error-503': 'unavailable',
  'rate-limited': 'rate_limited',
  'insufficient-credit': 'quota',
  'payment-at-poll': 'quota',
  'payment-with-video': 'quota',
  'render-failed': 'unsupported',
  'render-failed-passing': 'unavailable',
  stuck: 'timeout',
  'request-in-progress': 'unavailable',
  'payload-too-large': 'unsupported',
  'avatar-missing': 'unsupported',
  retired: 'unsupported',
  // The same key brings the answer.
  'lost-create': 'harmless',
  // The caption files have them, and the answer says so.
  'captions-missing': 'harmless',
  // A delivery is a hint, and a job that gets none asks all the same.
  'webhook-missing': 'harmless',
  'webhook-early': 'harmless',
  'webhook-twice': 'harmless',
  'webhook-unsigned': 'harmless',
  'webhook-stale': 'harmless',
  'webhook-false': 'harmless',
  'unknown-status': 'protocol',
  'malformed-json': 'protocol',
  'expired-url': 'unavailable',
  'cut-file': 'unavailable',
  'truncated-file': 'protocol',
  'redirected-file': 'protocol',
  ...TRANSPORT_CAUSES,
} as const satisfies Record<HeyGenFault, Cause>;

const S3 = {
  'slow-down': 'storage',
  'rate-limited-400': 'storage',
  'internal-error': 'storage',
  'signature-does-not-match': 'auth',
  'invalid-access-key': 'auth',
  'access-denied': 'auth',
  'clock-skew': 'auth',
  'no-such-bucket': 'auth',
  'wrong-region': 'auth',
  'reset-mid-part': 'storage',
  'upload-aborted': 'storage',
  'complete-fails-in-200': 'storage',
  // The object is there, which is looked at.
  'complete-unanswered': 'harmless',
  // Nobody asks for a range who has not lost a connection.
  'range-ignored': 'harmless',
  // A job deletes nothing.
  'delete-errors': 'harmless',
  refuse: 'storage',
  hang: 'storage',
  'slow-first-byte': 'storage',
  'drop-mid-body': 'storage',
  'lose-answer': 'storage',
} as const satisfies Record<S3Fault, Cause>;

/** Written from what each fault shows and what `FailureKind` means, never from what a run has printed. */
export const CAUSES: Readonly<Record<Vendor, Readonly<Record<string, Cause>>>> = {
  openai: OPENAI,
  vibevoice: VIBEVOICE_CAUSES,
  elevenlabs: ELEVENLABS_CAUSES,
  'openai-speech': OPENAI_SPEECH_CAUSES,
  heygen: HEYGEN,
  s3: S3,
};

/** Where a fault is that somebody does not answer at all: there, and only there, he is waited for shortly. */
const SILENT = new Set(['hang', 'hang-handshake', 'slow-first-byte', 'stall-mid-utterance', 'endless']);

export function isSilence(scenario: string): boolean {
  return SILENT.has(scenario);
}

/** Faults in which a vendor does nothing, and so charges nothing. The others have done the work. */
const WITHOUT_WORK = new Set([
  'refuse',
  'hang',
  'unauthorized',
  'insufficient-quota',
  'rate-limited',
  'rate-limited-retry-after',
  'error-500',
  'error-503',
]);

export function isWithoutWork(scenario: string): boolean {
  return WITHOUT_WORK.has(scenario);
}
