import type { Clock } from '../../src/core/clock.ts';
import type { Json } from '../../src/jobs/job.ts';
import type { JobStore } from '../../src/jobs/job-store.ts';
import type { PaidCall } from '../../src/jobs/paid-call.ts';

/** What a planted bug changes in a worker; our own code is wrapped, never edited. */
export type Sabotage = {
  readonly store?: (store: JobStore, place: { readonly folder: string }) => JobStore;
  readonly call?: <T extends Json>(call: PaidCall<T>) => PaidCall<T>;
  readonly clock?: Clock;
  readonly acknowledgesFirst?: boolean;
  readonly publishesInPlace?: boolean;
  readonly losesWakeUps?: boolean;
};

/** Which kills can show it; see `hunt-bugs.ts`. */
export type BugHunt = 'kills' | 'acknowledged' | 'open_requests' | 'half_files' | 'faults' | 'frozen' | 'wake_ups';

export type PlantedBug = { readonly bug: string; readonly hunt: BugHunt; readonly sabotage: Sabotage };
