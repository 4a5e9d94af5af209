import { AppError } from '../../src/core/errors.ts';
import type { SpokenScript } from '../../src/tts/speech-router.ts';
import { describeCase, UTTERANCES_PER_SCRIPT, type FaultCase } from './fault-cases.ts';
import type { MarkedVoices } from './marked-voices.ts';
import type { RecordedOutcome } from './speech-under-test.ts';

/** What a script under a fault came to; plain data. */
export type ScriptVerdict = {
  readonly faultCase: FaultCase;
  readonly utterancesAsked: number;
  readonly utterancesFinished: number;
  /** By the names of the providers, or by the sound itself. */
  readonly isMixed: boolean;
  /** Utterances whose sound is not all that a vendor truly says, or is that of another vendor than the one named. */
  readonly untrueCount: number;
  /** Undefined for a script that was spoken. */
  readonly failure: string | undefined;
  /** What the books say about the faulty vendor, or the caller was told, when that is not the truth. */
  readonly wrongReason: string | undefined;
};

/** The kind of the first vendor's failure, which is what the caller of a script that nobody speaks must be told. */
const CAUSE_OF_REFUSAL = 'unavailable';

export async function judgeScript(script: {
  readonly faultCase: FaultCase;
  readonly texts: readonly string[];
  readonly result: PromiseSettledResult<SpokenScript>;
  readonly outcomes: readonly RecordedOutcome[];
  readonly voices: MarkedVoices;
}): Promise<ScriptVerdict> {
  const { faultCase, texts, result, outcomes, voices } = script;
  const spoken = result.status === 'fulfilled' ? result.value.utterances : [];
  const failure: unknown = result.status === 'rejected' ? result.reason : undefined;
  // Anything else is a defect, and may not be counted as one more failure.
  if (failure !== undefined && !(failure instanceof AppError)) throw failure;
  const heard = await Promise.all(spoken.map(({ speech }, index) => voices.whoSays(texts[index] ?? '', speech.pcm)));
  const voicesHeard = new Set([...spoken.map(({ provider }) => provider), ...heard.filter((id) => id !== undefined)]);
  return {
    faultCase,
    utterancesAsked: texts.length,
    utterancesFinished: spoken.length,
    isMixed: voicesHeard.size > 1,
    untrueCount: heard.filter((id, index) => id !== spoken[index]?.provider).length,
    failure: failure && `${failure.kind} (${failure.code})`,
    wrongReason:
      faultCase.arrangement.successor === null
        ? wrongCause(faultCase, failure, outcomes)
        : wrongReason(faultCase, spoken.at(-1)?.provider ?? 'nobody', outcomes),
  };
}

function wrongReason(
  { arrangement, expected, isLasting }: FaultCase,
  speaker: string,
  outcomes: readonly RecordedOutcome[],
): string | undefined {
  const outcome = outcomes.find(({ provider }) => provider === arrangement.faulty);
  if (outcome === undefined) return `nothing about ${arrangement.faulty}`;
  const { errorKind, attempts } = outcome;
  const found = `${errorKind ?? 'no failure'} recorded, ${speaker} spoke`;
  if (errorKind !== null) return errorKind === expected && speaker === arrangement.successor ? undefined : found;
  // A fault that is over can be survived by asking again.
  const mayGoOn = expected === 'harmless' || !isLasting;
  const leastAttempts = UTTERANCES_PER_SCRIPT + (expected === 'harmless' ? 0 : 1);
  return mayGoOn && attempts >= leastAttempts && speaker === arrangement.faulty ? undefined : found;
}

function wrongCause(
  { arrangement, expected }: FaultCase,
  failure: AppError | undefined,
  outcomes: readonly RecordedOutcome[],
): string | undefined {
  const outcome = outcomes.find(({ provider }) => provider === arrangement.faulty);
  if (failure?.kind === CAUSE_OF_REFUSAL && outcome?.errorKind === expected) return undefined;
  return `${failure?.kind ?? 'no failure'} told, ${outcome?.errorKind ?? 'nothing'} recorded`;
}

/** What was found, by case, most frequent first. */
export function findingsOf(
  verdicts: readonly ScriptVerdict[],
): readonly { readonly finding: string; readonly scripts: number }[] {
  const findings = verdicts.flatMap(({ faultCase, isMixed, untrueCount, failure, wrongReason }) => [
    ...(isMixed ? [`${describeCase(faultCase)}: two voices`] : []),
    ...(untrueCount > 0 ? [`${describeCase(faultCase)}: speech that is not true`] : []),
    ...(failure !== undefined && faultCase.arrangement.successor !== null
      ? [`${describeCase(faultCase)}: not finished, ${failure}`]
      : []),
    ...(wrongReason === undefined ? [] : [`${describeCase(faultCase)}: ${wrongReason}`]),
  ]);
  return [...Map.groupBy(findings, (finding) => finding)]
    .map(([finding, all]) => ({ finding, scripts: all.length }))
    .toSorted((a, b) => b.scripts - a.scripts);
}
