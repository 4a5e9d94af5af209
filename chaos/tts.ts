import type { BenchResult } from '../bench/bench-result.ts';
import { createMarkedVoices } from './tts/marked-voices.ts';
import { joinReports } from './support/part-report.ts';
import { reportDeadGpu } from './tts/reports/dead-gpu.ts';
import { reportFalseOpenings } from './tts/reports/false-openings.ts';
import { reportFaults } from './tts/reports/faults.ts';
import { reportFullOutage } from './tts/reports/full-outage.ts';
import { reportPaidFallback } from './tts/reports/paid-fallback.ts';
import { reportPlantedBugs } from './tts/reports/planted-bugs.ts';
import { SENTENCES } from './tts/sentences.ts';

/** Decides every choice that is made by chance. */
const SEED = 1;

/**
 * The proof that speech never fails its user: every fault of every simulated vendor; a GPU server that dies and comes back;
 * a vendor that only stumbles; an outage of everybody; and one that is paid for. And the proof of the proof: bugs that are
 * planted, each of which must be seen.
 */
export async function run({ quick }: { readonly quick: boolean }): Promise<BenchResult> {
  const voices = createMarkedVoices();
  try {
    await voices.prepare(SENTENCES);
    const options = { quick, seed: SEED, voices };
    return joinReports('tts', [
      { rows: [], promised: [], told: { seed: SEED } },
      await reportFaults(options),
      await reportDeadGpu(options),
      await reportFalseOpenings(options),
      await reportFullOutage(options),
      await reportPaidFallback(options),
      await reportPlantedBugs(options),
    ]);
  } finally {
    await voices.close();
  }
}
