import { CALL_BUGS } from './planted-bugs/call-bugs.ts';
import { JOB_BUGS } from './planted-bugs/job-bugs.ts';
import { JOURNAL_BUGS } from './planted-bugs/journal-bugs.ts';
import type { PlantedBug, Sabotage } from './sabotage.ts';

/** A harness that does not see them all proves nothing. */
export const PLANTED_BUGS: readonly PlantedBug[] = [...CALL_BUGS, ...JOURNAL_BUGS, ...JOB_BUGS];

export function sabotageOf(bug: string | null): Sabotage {
  if (bug === null) return {};
  const planted = PLANTED_BUGS.find((candidate) => candidate.bug === bug);
  if (planted === undefined) throw new Error(`There is no planted bug "${bug}".`);
  return planted.sabotage;
}
