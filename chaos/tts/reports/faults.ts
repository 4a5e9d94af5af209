import type { BenchRow } from '../../../bench/bench-result.ts';
import { openApplication } from '../application-under-test.ts';
import { allFaultCases, ARRANGEMENTS, type FaultCase } from '../fault-cases.ts';
import { planMatrix, runMatrix } from '../fault-matrix.ts';
import type { MarkedVoices } from '../marked-voices.ts';
import { matrixFigures } from '../matrix-figures.ts';
import { runMatrixInParallel } from '../parallel-matrix.ts';
import type { PartOptions, PartReport } from '../../support/part-report.ts';
import { findingsOf, type ScriptVerdict } from '../script-verdict.ts';
import { LEAST_FINISHED_PERCENT } from '../targets.ts';

const REPETITIONS = 20;
/** Alone, and beside others: each fault twice. */
const QUICK_POSITIONS = new Set([1, 3]);
/** Each opens two databases; more at once would only wait for the disk. */
const APPLICATION_LANES = 6;
const SHOWN_FINDINGS = 40;

/**
 * Every fault at every request of a script, once and lasting. Speech is held to what the simulators truly say: not a sample
 * more, less or other, apart from the pace that a seed changes.
 */
export async function reportFaults({
  quick,
  seed,
  voices,
}: PartOptions & { readonly voices: MarkedVoices }): Promise<PartReport> {
  const cases = allFaultCases().filter(({ position }) => !quick || QUICK_POSITIONS.has(position));
  const assembled = await runMatrixInParallel(planMatrix(cases, quick ? 1 : REPETITIONS, seed), voices);
  const application = await runMatrix(planMatrix(casesOfApplication(cases, quick), 1, seed), {
    lanes: APPLICATION_LANES,
    voices,
    open: ({ environment, timeouts }) => openApplication(environment, timeouts),
  });
  const all = [...assembled, ...application];
  const mislabelled = matrixFigures(all.filter(isMislabelled));
  const speakable = matrixFigures(
    all.filter((verdict) => verdict.faultCase.arrangement.successor !== null && !isMislabelled(verdict)),
  );
  const hopeless = matrixFigures(all.filter(({ faultCase }) => faultCase.arrangement.successor === null));
  const none = (figure: string, value: number) => ({ figure, value, bound: 'atMost', target: 0 }) as const;
  return {
    rows: [
      ...ARRANGEMENTS.map(({ name }) =>
        row(
          name,
          assembled.filter(({ faultCase }) => faultCase.arrangement.name === name),
        ),
      ),
      row('all of them, by the application itself', application),
      ...findingsOf(all)
        .slice(0, SHOWN_FINDINGS)
        .map(({ finding, scripts }) => ({ part: 'finding', what: finding, scripts })),
    ],
    promised: [
      {
        figure: 'utterancesFinishedPercent',
        value: speakable.finishedPercent,
        bound: 'atLeast',
        target: LEAST_FINISHED_PERCENT,
      },
      none('mixedVoiceScripts', speakable.mixedScripts),
      none('untrueUtterances', speakable.untrueUtterances),
      none('wrongReasons', speakable.wrongReasons),
      none('wrongReasonsWhenAllAreDown', hopeless.wrongReasons),
    ],
    told: {
      scripts: speakable.scripts,
      scriptsWhenAllAreDown: hopeless.scripts,
      mislabelledScripts: mislabelled.scripts,
      mislabelledUtterancesReturned: mislabelled.untrueUtterances,
    },
    skipped: [
      'through the application itself: faults of HTTP vendors that only waiting shows, since its timeouts are a minute.',
      ...(quick ? ['requests 2 and 4 of a script, and most faults through the application itself (--quick).'] : []),
    ],
  };
}

/**
 * A server that is wrong about its own sample rate speaks one and a half times as fast as it should, which is no faster than
 * some people speak, so a short sentence cannot be told from a hasty one. Told, not promised.
 */
function isMislabelled({ faultCase }: ScriptVerdict): boolean {
  return faultCase.scenario === 'mislabelled-sample-rate';
}

function casesOfApplication(cases: readonly FaultCase[], quick: boolean): FaultCase[] {
  return cases
    .filter(({ arrangement, expected }) => arrangement.faulty === 'vibevoice' || expected !== 'timeout')
    .filter(({ position, isLasting }) => !quick || (position === 3 && isLasting))
    .filter(({ arrangement }) => !quick || (arrangement.vibevoicePath === 'tts' && arrangement.refused.length === 0));
}

function row(what: string, verdicts: readonly ScriptVerdict[]): BenchRow {
  const { scripts, finishedPercent, mixedScripts, untrueUtterances, wrongReasons } = matrixFigures(verdicts);
  return {
    part: 'faults',
    what,
    scripts,
    'finished %': Number(finishedPercent.toFixed(2)),
    'two voices': mixedScripts,
    'not true': untrueUtterances,
    'wrong reason': wrongReasons,
  };
}
