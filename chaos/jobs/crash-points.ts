import { writeSync } from 'node:fs';
import { AppError } from '../../src/core/errors.ts';
import type { CrashPoint, CrashPointName } from '../../src/jobs/crash-point.ts';
import type { CrashPlan, WorkerMessage } from './worker-protocol.ts';

export type CrashPoints = {
  readonly crashPoint: CrashPoint;
  /** Counts anew, and carries the plan out. */
  arm(plan: CrashPlan | null): void;
  /**
   * While a request is on its way out that can only be looked up, between the last look at the lease and the first byte: whoever
   * is frozen there past the lease may have it charged twice, and nothing can help. A freeze that is due comes at the next point.
   */
  isOnItsWay: boolean;
  /** Points in the order in which they were reached since the last `arm`. */
  readonly reached: readonly { readonly name: CrashPointName; readonly hit: number }[];
};

/** Carries a plan out in the process that calls it. */
export function createCrashPoints(firstPlan: CrashPlan | null): CrashPoints {
  let plan = firstPlan;
  let isDue = false;
  let hits = new Map<CrashPointName, number>();
  let reached: { name: CrashPointName; hit: number }[] = [];
  const points: CrashPoints = {
    isOnItsWay: false,
    arm(next) {
      plan = next;
      isDue = false;
      hits = new Map();
      reached = [];
    },
    get reached() {
      return reached;
    },
    crashPoint(name) {
      const hit = (hits.get(name) ?? 0) + 1;
      hits.set(name, hit);
      reached.push({ name, hit });
      isDue ||= plan?.name === name && plan.hit === hit;
      if (plan === null || !isDue || (plan.action === 'freeze' && points.isOnItsWay)) return;
      const { action } = plan;
      plan = null;
      if (action === 'refuse') {
        throw new AppError({ code: 'storage_failed', kind: 'storage', message: 'The disk is full.' });
      }
      if (action === 'freeze') {
        const message: WorkerMessage = { type: 'frozen' };
        writeSync(1, `${JSON.stringify(message)}\n`);
      }
      process.kill(process.pid, action === 'kill' ? 'SIGKILL' : 'SIGSTOP');
    },
  };
  return points;
}
