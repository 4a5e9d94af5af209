import type { Stage, StageResult } from '../stage.ts';

/** What one part of the proof did, and what it found. */
export type PhaseResult = StageResult & {
  readonly phase: string;
  readonly mode: string;
  /** Processes that were killed or frozen, and services that were taken away. */
  readonly kills: number;
  /** Plans whose moment did not come. */
  readonly unreached: number;
};

export type PhaseCounts = { kills: number; unreached: number };

/** Runs `work` on a stage, lets all jobs end, checks, and clears away. */
export async function runPhase(
  phase: string,
  stage: Stage,
  work: (counts: PhaseCounts) => Promise<void>,
): Promise<PhaseResult> {
  const counts = { kills: 0, unreached: 0 };
  try {
    await work(counts).catch((error: unknown) => stage.report(String(error)));
    return { phase, mode: stage.mode, ...counts, ...(await stage.finish()) };
  } finally {
    await stage.close();
  }
}
