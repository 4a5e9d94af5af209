import type { Job, StepRecord } from '../../src/jobs/job.ts';
import type { JobStore } from '../../src/jobs/job-store.ts';
import type { ProviderCall } from '../../src/jobs/provider-call.ts';
import { type Charge, PRICE_USD } from './vendor-protocol.ts';
import { PAID_STEPS } from './worker-protocol.ts';

/** A call that may be charged with every sending is sent twice at most. */
const MOST_UNCERTAIN_CHARGES = 2;

/** What the vendor was paid for one job, against what the journal says of its calls. */
export function checkCharges(
  job: Job,
  evidence: {
    readonly steps: readonly StepRecord[];
    readonly calls: readonly ProviderCall[];
    readonly charges: readonly Charge[];
  },
): readonly string[] {
  const violations: string[] = [];
  for (const [step, kind] of Object.entries(PAID_STEPS)) {
    const charges = evidence.charges.filter((charge) => charge.step === step);
    const calls = evidence.calls.filter((call) => call.step === step);
    const say = (what: string) => violations.push(`${job.id}/${step}: ${what}`);
    const repeats = calls.reduce((sum, call) => sum + call.uncertainRepeats, 0);
    const most = kind === 'none' ? Math.min(1 + repeats, MOST_UNCERTAIN_CHARGES) : 1;
    if (charges.length > most) say(`charged ${charges.length} times, ${repeats} uncertain repeats are counted`);
    if (kind !== 'none' && repeats > 0) say(`${repeats} repeats are called uncertain`);
    if (charges.length > 0 && calls.length === 0) say('charged, and no call is written');
    for (const call of calls) if (call.sends < 1) say(`sent ${call.sends} times`);

    const record = evidence.steps.find(({ name }) => name === step);
    if (record?.status !== 'completed') continue;
    const completed = calls.filter(({ state }) => state === 'completed');
    if (completed.length !== 1) say(`${completed.length} calls are completed`);
    const { chargeId } = record.output as { readonly chargeId: string };
    if (!charges.some((charge) => charge.chargeId === chargeId)) say(`${chargeId} was not paid for by this step`);
    for (const { result, costUsd } of completed) {
      if ((result as { readonly chargeId: string }).chargeId !== chargeId) say('the call brought another result');
      if (costUsd !== PRICE_USD) say(`cost ${costUsd} USD and was charged ${PRICE_USD}`);
    }
  }
  return violations;
}

/**
 * The sums: what the journal says was spent is what the vendor charged, apart from repeats that are counted as uncertain and
 * calls whose end nobody knows.
 */
export async function checkSpending(
  store: JobStore,
  jobs: readonly Job[],
  charges: readonly Charge[],
): Promise<readonly string[]> {
  const violations: string[] = [];
  const rows = await store.spending({ userId: null });
  const calls: ProviderCall[] = [];
  // One after the other: there are thousands, and a handful of connections.
  for (const job of jobs) calls.push(...(await store.calls(job.id)));
  for (const [step, kind] of Object.entries(PAID_STEPS)) {
    const ofStep = rows.filter((row) => row.step === step);
    const spentUsd = ofStep.reduce((sum, row) => sum + row.costUsd, 0);
    const chargedUsd = charges.filter((charge) => charge.step === step).length * PRICE_USD;
    const own = calls.filter((call) => call.step === step);
    const counted = ofStep.reduce((sum, row) => sum + row.uncertainRepeats, 0);
    const open = own.filter((call) => call.state !== 'completed').length;
    if (counted !== own.reduce((sum, call) => sum + call.uncertainRepeats, 0)) {
      violations.push(`${step}: the sum of uncertain repeats is not the sum of its calls`);
    }
    const mostUsd = spentUsd + (open + (kind === 'none' ? counted : 0)) * PRICE_USD;
    if (chargedUsd < spentUsd || chargedUsd > mostUsd) {
      violations.push(`${step}: ${chargedUsd} USD were charged and ${spentUsd} to ${mostUsd} are in the journal`);
    }
  }
  return violations;
}
