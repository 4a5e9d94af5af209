import type { BenchResult, BenchRow } from '../../bench/bench-result.ts';
import { joinReports } from '../support/part-report.ts';
import type { PhaseResult } from './phases/phase-result.ts';
import { RANDOM_PHASE } from './proof.ts';

export type BugResult = {
  readonly bug: string;
  readonly kills: number;
  /** What the checker said first; undefined when it saw nothing. */
  readonly finding: string | undefined;
};

/** Fewer would prove little of the harness. */
const LEAST_PLANTED_BUGS = 12;

export function reportJobs(options: {
  readonly seed: number;
  readonly results: readonly PhaseResult[];
  readonly bugs: readonly BugResult[];
  readonly skipped: readonly string[];
}): BenchResult {
  const { seed, bugs, skipped } = options;
  const results = mergeLanes(options.results);
  const violations = results.flatMap((result) => result.violations);
  const sum = (pick: (result: PhaseResult) => number) => results.reduce((total, result) => total + pick(result), 0);
  const having = (what: string) => violations.filter((violation) => violation.includes(what)).length;
  const rows: BenchRow[] = [
    ...results.map((result) => ({
      what: result.phase,
      mode: result.mode,
      kills: result.kills,
      unreached: result.unreached,
      jobs: result.jobs,
      charges: result.charges,
      uncertain: result.uncertainRepeats,
      violations: result.violations.length,
    })),
    ...bugs.map(({ bug, kills, finding }) => ({
      what: `planted: ${bug}`,
      mode: finding === undefined ? 'MISSED' : 'caught',
      kills,
    })),
  ];
  return joinReports('jobs', [
    {
      rows,
      promised: [
        { figure: 'violations', value: violations.length, bound: 'atMost', target: 0 },
        { figure: 'lostJobs', value: having('is lost'), bound: 'atMost', target: 0 },
        { figure: 'doubleCharges', value: having(': charged '), bound: 'atMost', target: 0 },
        { figure: 'plantedBugs', value: bugs.length, bound: 'atLeast', target: LEAST_PLANTED_BUGS },
        {
          figure: 'plantedBugsMissed',
          value: bugs.filter(({ finding }) => finding === undefined).length,
          bound: 'atMost',
          target: 0,
        },
      ],
      told: {
        seed,
        kills: sum(({ kills }) => kills),
        randomKills: sum(({ phase, kills }) => (phase === RANDOM_PHASE ? kills : 0)),
        jobs: sum(({ jobs }) => jobs),
        charges: sum(({ charges }) => charges),
        uncertainRepeats: sum(({ uncertainRepeats }) => uncertainRepeats),
      },
      skipped,
    },
  ]);
}

/** Stages that worked side by side, or one after the other, on one thing. */
function mergeLanes(results: readonly PhaseResult[]): readonly PhaseResult[] {
  const merged = Map.groupBy(results, ({ phase, mode }) => `${mode}/${phase}`);
  return [...merged.values()].map((lanes) => {
    const sum = (pick: (result: PhaseResult) => number) => lanes.reduce((total, lane) => total + pick(lane), 0);
    return {
      phase: lanes[0]?.phase ?? '',
      mode: lanes[0]?.mode ?? '',
      kills: sum(({ kills }) => kills),
      unreached: sum(({ unreached }) => unreached),
      jobs: sum(({ jobs }) => jobs),
      charges: sum(({ charges }) => charges),
      uncertainRepeats: sum(({ uncertainRepeats }) => uncertainRepeats),
      violations: lanes.flatMap(({ violations }) => violations),
    };
  });
}
