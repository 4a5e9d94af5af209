import type { MarkedVoices } from '../marked-voices.ts';
import type { PartOptions, PartReport } from '../../support/part-report.ts';
import { PLANTED_BUGS } from '../planted-bugs.ts';

export async function reportPlantedBugs({
  seed,
  voices,
}: PartOptions & { readonly voices: MarkedVoices }): Promise<PartReport> {
  const rows = [];
  let missed = 0;
  for (const { bug, isCaught } of PLANTED_BUGS) {
    const caught = await isCaught({ seed, voices });
    if (!caught) missed += 1;
    rows.push({ part: 'planted bug', what: bug, measured: caught ? 'caught' : 'MISSED' });
  }
  return {
    rows,
    promised: [{ figure: 'plantedBugsMissed', value: missed, bound: 'atMost', target: 0 }],
    told: { plantedBugs: PLANTED_BUGS.length },
  };
}
