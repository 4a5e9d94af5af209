import type { MarkedVoices } from '../marked-voices.ts';
import { spendOnFallback } from '../paid-fallback.ts';
import type { PartOptions, PartReport } from '../../support/part-report.ts';

/** Faults for which the vendor charges, and none. */
const FAULTS = {
  full: [undefined, 'drop-mid-body', 'truncated', 'malformed-json', 'silence'],
  quick: [undefined, 'drop-mid-body'],
} as const;
/**
 * With less the cap would not have been tried. Counted where the paid voice is well: where it fails, a script ends at its
 * first sentence and gives back what was set aside for the others.
 */
const LEAST_USED_SHARE = 0.9;

/** An outage of our own voice must not become a bill, whatever happens to the paid one and however many ask at once. */
export async function reportPaidFallback({
  quick,
  seed,
  voices,
}: PartOptions & { readonly voices: MarkedVoices }): Promise<PartReport> {
  const rows = [];
  let overCapUsd = 0;
  let leastUsedShare = 1;
  let wrongKinds = 0;
  for (const users of ['many', 'one'] as const) {
    for (const fault of FAULTS[quick ? 'quick' : 'full']) {
      const report = await spendOnFallback({ users, seed, ...(fault && { fault }) }, voices);
      overCapUsd = Math.max(overCapUsd, report.chargedUsd - report.capUsd);
      if (fault === undefined) leastUsedShare = Math.min(leastUsedShare, report.chargedUsd / report.capUsd);
      wrongKinds += report.wrongKinds.length;
      rows.push({
        part: 'paid fallback',
        what: `${users === 'many' ? 'cap for all' : 'cap for one user'}, ElevenLabs ${fault ?? 'well'}`,
        scripts: report.scripts,
        measured: `${report.chargedUsd.toFixed(4)} of ${report.capUsd.toFixed(2)} USD charged, ${report.scriptsSpoken} scripts spoken`,
      });
    }
  }
  return {
    rows,
    promised: [
      { figure: 'usdOverTheCap', value: overCapUsd, bound: 'atMost', target: 0 },
      { figure: 'leastShareOfTheCapUsed', value: leastUsedShare, bound: 'atLeast', target: LEAST_USED_SHARE },
      { figure: 'wrongCausesAtTheCap', value: wrongKinds, bound: 'atMost', target: 0 },
    ],
  };
}
