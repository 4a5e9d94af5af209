import type { BenchResult, BenchRow } from '../../bench/bench-result.ts';

/** A figure that is promised: `atLeast` or `atMost` that much. */
export type Promised = {
  readonly figure: string;
  readonly value: number;
  readonly bound: 'atLeast' | 'atMost';
  readonly target: number;
};

/** What one part of the proof found. */
export type PartReport = {
  readonly rows: readonly BenchRow[];
  readonly promised: readonly Promised[];
  /** Figures that are only told. */
  readonly told?: Readonly<Record<string, number>>;
  readonly skipped?: readonly string[];
};

export type PartOptions = { readonly quick: boolean; readonly seed: number };

export function joinReports(name: string, reports: readonly PartReport[]): BenchResult {
  const promised = reports.flatMap((report) => report.promised);
  const told = reports.flatMap((report) => Object.entries(report.told ?? {}));
  const figures = [...told, ...promised.map(({ figure, value }) => [figure, value] as const)];
  return {
    name,
    rows: reports.flatMap((report) => report.rows),
    figures: Object.fromEntries(figures.map(([figure, value]) => [figure, rounded(value)])),
    targets: Object.fromEntries(
      promised.map(({ figure, bound, target }) => [figure, `${bound === 'atLeast' ? '>=' : '<='} ${target}`]),
    ),
    pass: promised.every(isKept),
    skipped: reports.flatMap((report) => report.skipped ?? []),
  };
}

function isKept({ value, bound, target }: Promised): boolean {
  return bound === 'atLeast' ? value >= target : value <= target;
}

/** To thousandths; JSON knows no Infinity. */
function rounded(value: number): number {
  return Number.isFinite(value) ? Math.round(value * 1000) / 1000 : Number.MAX_SAFE_INTEGER;
}
