import { FAILURE_POLICY, type FailureKind } from '../../src/core/failure-policy.ts';
import type { Arrangement } from './arrangements.ts';
import { CAUSES, type Cause } from './causes.ts';
import type { PlannedFault } from './fault-queue.ts';
import type { Vendor } from './vendors.ts';

/** How a job may end whose vendors have this one fault. */
export type AcceptableEnds = {
  readonly mayComplete: boolean;
  readonly mayFailWith: ReadonlySet<FailureKind>;
  /** Step and code of a failure that tells of the faulty vendor; one of them must fit. */
  readonly codes: readonly RegExp[];
};

/** Who is at fault is told by the code, or by the step that only one vendor works for. */
const CODES: Readonly<Record<Vendor, RegExp>> = {
  openai: /^script enhancer_/,
  vibevoice: /^speech (?!storage_)/,
  elevenlabs: /^speech (?!storage_)/,
  'openai-speech': /^speech (?!storage_)/,
  heygen: /^(?:render (?:video_|payment_uncertain)|check bad_deliverable)/,
  s3: / (?:storage_|object_missing)/,
};

/** Speech one and a half times as fast is no faster than some people speak: a short sentence cannot be told from a hasty one. */
const UNSEEN: ReadonlySet<string> = new Set(['mislabelled-sample-rate']);

/** After these the vendor may have done the work all the same: asked again in vain, nobody knows what was charged. */
const MAY_BE_CHARGED: ReadonlySet<Cause> = new Set(['timeout', 'unavailable', 'protocol']);

/**
 * What the failure policy makes of a fault: a passing one is survived where the same may be asked again; where it may not, or the
 * fault stays, somebody else does the work if there is anybody, and if not the job fails with that cause.
 */
export function acceptableEnds(
  fault: PlannedFault & { readonly vendor: Vendor },
  arrangement: Arrangement,
): AcceptableEnds {
  const { vendor, scenario, isLasting } = fault;
  const cause = CAUSES[vendor][scenario] ?? 'harmless';
  // The user's own text stands in for a better one.
  if (vendor === 'openai' || cause === 'harmless' || cause === 'useless') return COMPLETION;
  if (vendor === 's3') return endsOfStorage(cause, isLasting);
  // Whose turn it was is told first; while a job has tries left, everybody is asked again.
  if (arrangement.isSpeakerDown === true) {
    return isLasting
      ? { mayComplete: false, mayFailWith: new Set(['unavailable']), codes: [CODES[vendor]] }
      : COMPLETION;
  }
  if (UNSEEN.has(scenario)) return { mayComplete: true, mayFailWith: new Set([cause]), codes: [CODES[vendor]] };
  const standIn = vendor === 'heygen' ? arrangement.engineStandsIn : hasOtherVoice(vendor, arrangement);
  const { retrySame } = FAILURE_POLICY[cause];
  if (standIn) return COMPLETION;
  if (!isLasting && retrySame !== 'never') return COMPLETION;
  const isPaid = vendor !== 'vibevoice';
  const kinds = isPaid && (MAY_BE_CHARGED.has(cause) || vendor === 'heygen') ? [cause, 'uncertain' as const] : [cause];
  return { mayComplete: mayMeetNothing(fault), mayFailWith: new Set(kinds), codes: [CODES[vendor]] };
}

export const COMPLETION: AcceptableEnds = { mayComplete: true, mayFailWith: new Set(), codes: [] };

/** What somebody has to correct is asked once, unless it is a HEAD, whose refusal says nothing. */
function endsOfStorage(cause: FailureKind, isLasting: boolean): AcceptableEnds {
  const codes = [CODES.s3];
  if (cause === 'auth') return { mayComplete: !isLasting, mayFailWith: new Set(['auth']), codes };
  return isLasting ? { mayComplete: false, mayFailWith: new Set(['storage']), codes } : COMPLETION;
}

function hasOtherVoice(vendor: Vendor, { speaker, secondSpeaker }: Arrangement): boolean {
  return secondSpeaker !== null && (vendor === speaker || vendor === secondSpeaker);
}

/** A thumbnail is not worth a failure, and an address of a file has no key. */
function mayMeetNothing({ vendor }: { readonly vendor: Vendor }): boolean {
  return vendor === 'heygen';
}

/** How jobs may end that have several faults among them, each of which may meet any of them, and the same more than once. */
export function endsOfMany(
  faults: readonly (PlannedFault & { readonly vendor: Vendor })[],
  arrangement: Arrangement,
): AcceptableEnds {
  const all = faults.map((fault) => acceptableEnds({ ...fault, isLasting: true }, arrangement));
  const kinds = new Set(all.flatMap(({ mayFailWith }) => [...mayFailWith]));
  return { mayComplete: true, mayFailWith: kinds, codes: all.flatMap(({ codes }) => codes) };
}
