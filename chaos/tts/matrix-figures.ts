import type { ScriptVerdict } from './script-verdict.ts';

export type MatrixFigures = {
  readonly scripts: number;
  readonly finishedPercent: number;
  readonly mixedScripts: number;
  readonly untrueUtterances: number;
  readonly wrongReasons: number;
};

/** Of scripts that somebody could speak, or of those that nobody could. */
export function matrixFigures(verdicts: readonly ScriptVerdict[]): MatrixFigures {
  const total = (valueOf: (verdict: ScriptVerdict) => number): number =>
    verdicts.reduce((sum, verdict) => sum + valueOf(verdict), 0);
  return {
    scripts: verdicts.length,
    finishedPercent:
      (100 * total((verdict) => verdict.utterancesFinished)) / total((verdict) => verdict.utterancesAsked),
    mixedScripts: total(({ isMixed }) => (isMixed ? 1 : 0)),
    untrueUtterances: total(({ untrueCount }) => untrueCount),
    wrongReasons: total(({ wrongReason }) => (wrongReason === undefined ? 0 : 1)),
  };
}
