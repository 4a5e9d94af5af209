import type { Clock } from '../core/clock.ts';
import { isCanaryUser } from './canary/bucket.ts';
import type { Importance } from './speech-state.ts';
import type { Arm, CanaryCall } from './canary/canary-call.ts';
import type { CanaryState } from './canary/canary-state.ts';
import {
  advanceRollback,
  assess,
  type CanaryAssessment,
  initialCanaryState,
  promoteWhenReady,
  recordCall,
  rollBackGradually,
  setPercent,
} from './canary/rollout.ts';

/** Where the rollout is kept, shared by all processes. */
export type CanaryStore = {
  /** Undefined before the first `update`. */
  read(): Promise<CanaryState | undefined>;
  /**
   * Replaces the state by `change` of it, one caller at a time and durably; `change` may run more than once. Nothing need
   * be written when it returns the very object it got. Resolves to the new state.
   */
  update(importance: Importance, change: (state: CanaryState | undefined) => CanaryState): Promise<CanaryState>;
};

export type Canary = {
  /** Which arm a user's speech goes to now: the same one as long as the percentage is. */
  armOf(userId: string): Promise<Arm>;
  /** Takes in how a call ended; resolves to the state, in which a guard-rail may just have rolled back. */
  record(call: CanaryCall): Promise<CanaryState>;
  /** Throws `canary_changed` when `expectedRevision` is no longer the revision. */
  setPercent(order: {
    readonly percent: number;
    readonly by: string;
    readonly why: string;
    readonly expectedRevision?: number;
  }): Promise<CanaryState>;
  rollBackGradually(order: {
    readonly by: string;
    readonly why: string;
    readonly stepMilliseconds: number;
  }): Promise<CanaryState>;
  status(): Promise<{ readonly state: CanaryState; readonly assessment: CanaryAssessment }>;
  /** Does what the clock has made due: steps of a gradual rollback and, where `promotes`, the next phase. */
  tick(): Promise<CanaryState>;
};

/**
 * The rollout of one provider against another. Nothing is kept in memory: every question reads the store, so an order
 * given to one process holds in all of them with the next call and after a restart. `initialPercent` counts only as long
 * as nobody has decided anything. Without `promotes` a person raises the percentage; the guard-rails roll back anyway.
 */
export function createCanary(options: {
  readonly store: CanaryStore;
  readonly clock: Clock;
  readonly salt: string;
  readonly initialPercent: number;
  readonly promotes?: boolean;
}): Canary {
  const { store, clock, salt, promotes = false } = options;
  const initial = initialCanaryState(options.initialPercent, clock.now());
  /** Evidence may have been stored under another configuration; only a decision is stronger than this one. */
  const decided = (state: CanaryState | undefined): CanaryState => {
    if (state === undefined) return initial;
    if (state.revision > 0 || state.percent === initial.percent) return state;
    return { ...state, percent: initial.percent, stage: initial.stage };
  };
  const change = (
    importance: Importance,
    next: (state: CanaryState, now: number) => CanaryState,
  ): Promise<CanaryState> =>
    store.update(importance, (state) => {
      const now = clock.now();
      return next(advanceRollback(decided(state), now), now);
    });
  const current = async (): Promise<CanaryState> => advanceRollback(decided(await store.read()), clock.now());

  return {
    async armOf(userId) {
      const { percent } = await current();
      return isCanaryUser(salt, userId, percent) ? 'canary' : 'baseline';
    },
    record: (call) => change('observation', (state, now) => recordCall(state, call, now)),
    setPercent: (order) => change('order', (state, at) => setPercent(state, { ...order, at })),
    rollBackGradually: (order) => change('order', (state, at) => rollBackGradually(state, { ...order, at })),
    async status() {
      const state = await current();
      return { state, assessment: assess(state, clock.now()) };
    },
    tick: () => change('order', (state, now) => (promotes ? promoteWhenReady(state, now) : state)),
  };
}
