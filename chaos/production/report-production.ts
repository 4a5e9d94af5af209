import type { BenchResult, BenchRow } from '../../bench/bench-result.ts';
import { joinReports, type Promised } from '../support/part-report.ts';
import type { BatchSummary } from './batch-summary.ts';

export type HuntedBug = {
  readonly bug: string;
  /** What the oracle said first; undefined when it saw nothing. */
  readonly finding: string | undefined;
};

/** Fewer would prove little of the harness. */
const LEAST_PLANTED_BUGS = 8;

export function reportProduction(options: {
  readonly seed: number;
  readonly parts: readonly { readonly part: string; readonly summaries: readonly BatchSummary[] }[];
  readonly bugs: readonly HuntedBug[];
  readonly skipped: readonly string[];
}): BenchResult {
  const { seed, parts, bugs, skipped } = options;
  const all = parts.flatMap(({ summaries }) => summaries);
  const violations = all.flatMap((summary) => summary.violations);
  const having = (what: string): number => violations.filter((violation) => violation.includes(what)).length;
  const none = (figure: string, value: number): Promised => ({ figure, value, bound: 'atMost', target: 0 });
  return joinReports('production', [
    {
      rows: [
        ...parts.flatMap(({ part, summaries }) =>
          [...Map.groupBy(summaries, ({ arrangement }) => arrangement)].map(([name, own]) => row(part, name, own)),
        ),
        ...bugs.map(({ bug, finding }) => ({
          part: 'planted bug',
          what: bug,
          jobs: finding === undefined ? 'MISSED' : 'caught',
        })),
      ],
      promised: [
        none('violations', violations.length),
        none(
          'jobsWithoutTrueEnd',
          having(': wrong cause') + having(': a job hangs') + having(': not ended') + having(': a job is lost'),
        ),
        none('doubleCharges', sum(all, 'doubleCharges')),
        none('orphanObjects', sum(all, 'orphans')),
        none('halfFilesSeen', sum(all, 'halfFiles')),
        { figure: 'plantedBugs', value: bugs.length, bound: 'atLeast', target: LEAST_PLANTED_BUGS },
        none('plantedBugsMissed', bugs.filter(({ finding }) => finding === undefined).length),
      ],
      told: {
        seed,
        jobs: sum(all, 'jobs'),
        faults: sum(all, 'faults') - sum(all, 'unmet'),
        faultsUnmet: sum(all, 'unmet'),
        completed: sum(all, 'completed'),
        stoodIn: sum(all, 'stoodIn'),
        failed: sum(all, 'failed'),
        charges: sum(all, 'charges'),
        uncertainRepeats: sum(all, 'uncertainRepeats'),
      },
      skipped,
    },
  ]);
}

type Count = { [Field in keyof BatchSummary]: BatchSummary[Field] extends number ? Field : never }[keyof BatchSummary];

function sum(summaries: readonly BatchSummary[], field: Count): number {
  return summaries.reduce((total, summary) => total + summary[field], 0);
}

function row(part: string, what: string, summaries: readonly BatchSummary[]): BenchRow {
  return {
    part,
    what,
    jobs: sum(summaries, 'jobs'),
    faults: sum(summaries, 'faults') - sum(summaries, 'unmet'),
    completed: sum(summaries, 'completed'),
    'stood in': sum(summaries, 'stoodIn'),
    failed: sum(summaries, 'failed'),
    charges: sum(summaries, 'charges'),
    uncertain: sum(summaries, 'uncertainRepeats'),
    violations: summaries.flatMap(({ violations }) => violations).length,
  };
}
