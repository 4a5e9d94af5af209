import type { BenchOptions, BenchResult } from '../bench/bench-result.ts';
import { createDrawnVideos } from './production/drawn-videos.ts';
import type { BatchSummary } from './production/batch-summary.ts';
import { runBatchesInParallel } from './production/parallel-batches.ts';
import { killServers } from './production/kill-servers.ts';
import { planAlone, planTogether, SCRIPTS } from './production/plan.ts';
import { huntBug, PLANTED_BUGS } from './production/planted-bugs.ts';
import { recordCases } from './production/record.ts';
import { reportProduction, type HuntedBug } from './production/report-production.ts';
import { createMarkedVoices } from './tts/marked-voices.ts';

/** Each fault alone, and 19 times more among others. */
const REPETITIONS = 19;
/** Of a `--quick` run: every so many cases. */
const QUICK_STRIDE = 30;
const QUICK_GROUP_STRIDE = 12;
const TOLD_EVERY = 100;
const KILLS = 12;
const QUICK_KILLS = 2;

/**
 * The proof of production mode: whole videos, every vendor a simulator with its own books, and every fault that they know at every
 * call that a video makes; then the server itself, killed while it makes videos. Every job ends completed or failed with the true cause, nothing is charged twice, nothing is left
 * behind, and nothing can be seen by halves. And the proof of the proof: planted bugs, each of which must be seen.
 */
export async function run({ quick, seed }: BenchOptions): Promise<BenchResult> {
  const startedAt = performance.now();
  const tellProgress = (what: string): void =>
    console.error(`${Math.round((performance.now() - startedAt) / 1000)} s: ${what}`);
  const studio = { voices: createMarkedVoices(), drawn: createDrawnVideos() };
  try {
    await studio.voices.prepare(SCRIPTS);
    const cases = await recordCases(studio);
    tellProgress(`${cases.length} cases in a video without faults`);
    const alone = planAlone(cases, seed);
    const together = Array.from({ length: quick ? 1 : REPETITIONS }, (_, repetition) =>
      planTogether(cases, seed * 1000 + repetition),
    ).flat();
    const chosen = quick ? [every(QUICK_STRIDE, alone), every(QUICK_GROUP_STRIDE, together)] : [alone, together];
    const parts: { readonly part: string; readonly summaries: readonly BatchSummary[] }[] = [];
    for (const [index, part] of ['alone', 'among others'].entries()) {
      const batches = chosen[index] ?? [];
      let done = 0;
      const tell = ({ violations }: BatchSummary): void => {
        done += 1;
        for (const violation of violations) console.log(violation);
        if (done % TOLD_EVERY === 0) tellProgress(`${done} of ${batches.length} batches, ${part}`);
      };
      parts.push({ part, summaries: await runBatchesInParallel(batches, { voices: studio.voices, tell }) });
      tellProgress(`${part}: done`);
    }
    const killed = await killServers(studio, { kills: quick ? QUICK_KILLS : KILLS, seed });
    for (const violation of killed.violations) console.log(violation);
    parts.push({ part: 'killed', summaries: [killed] });
    tellProgress('killed: done');
    const bugs: HuntedBug[] = [];
    for (const planted of PLANTED_BUGS) bugs.push({ bug: planted.bug, finding: await huntBug(planted, studio) });
    return reportProduction({
      seed,
      parts,
      bugs,
      skipped: quick
        ? [`all but one case in ${QUICK_STRIDE} alone and one batch in ${QUICK_GROUP_STRIDE} among others (--quick).`]
        : [],
    });
  } finally {
    await Promise.all([studio.voices.close(), studio.drawn.close()]);
  }
}

function every<T>(stride: number, values: readonly T[]): readonly T[] {
  return values.filter((_, index) => index % stride === 0);
}
