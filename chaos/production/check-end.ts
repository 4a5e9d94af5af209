import type { Arrangement } from './arrangements.ts';
import type { FinishedJob } from './batch.ts';
import type { AcceptableEnds } from './ends.ts';

/** Completed, by those whom the policy allows and with a word about it, or failed with the true cause. */
export function checkEnd(
  { job, status, steps }: FinishedJob,
  arrangement: Arrangement,
  ends: AcceptableEnds,
): readonly string[] {
  const { error } = job;
  if (job.status === 'failed' && error !== null) {
    const told = `failed with ${error.kind} (${error.code}) in ${error.step ?? 'no step'}`;
    return ends.mayFailWith.has(error.kind) && isTrue(error, ends)
      ? []
      : [`wrong cause: ${told}, and may only ${described(ends)}`];
  }
  if (job.status !== 'completed') return [`not ended: ${job.status}`];
  const violations: string[] = [];
  if (!ends.mayComplete) violations.push(`wrong cause: completed, and may only ${described(ends)}`);
  const maker = steps.find(({ name }) => name === 'render')?.provider;
  const { maker: wanted, engineStandsIn } = arrangement;
  const warnings = status.warnings.join('\n');
  if (maker !== wanted && !(maker === 'engine' && engineStandsIn)) violations.push(`made by ${maker}, not ${wanted}`);
  if (maker !== wanted && !warnings.includes(`${wanted} could not make this video, so ${maker} did: `)) {
    violations.push(`no warning says that ${maker} stood in for ${wanted}`);
  }
  if (maker === wanted && warnings.includes('could not make this video'))
    violations.push('a warning of a fallback that was none');
  const speaker = status.tts?.provider;
  if (speaker !== arrangement.speaker && speaker !== arrangement.secondSpeaker) violations.push(`spoken by ${speaker}`);
  if (status.tts?.fallback_used !== (speaker !== arrangement.speaker))
    violations.push(`fallback_used is wrong of ${speaker}`);
  const fellBack = status.enhancement?.status === 'fell_back';
  if (fellBack !== /^The script is spoken as it was written, because /m.test(warnings)) {
    violations.push('the warning about the script is not what became of it');
  }
  return violations;
}

/** A storage that refuses us is not a voice that does. */
function isTrue(
  error: { readonly kind: string; readonly code: string; readonly step: string | null },
  ends: AcceptableEnds,
): boolean {
  return ends.codes.some((pattern) => pattern.test(`${error.step} ${error.code}`));
}

function described({ mayComplete, mayFailWith }: AcceptableEnds): string {
  return [...(mayComplete ? ['complete'] : []), ...[...mayFailWith].map((kind) => `fail with ${kind}`)].join(' or ');
}
