import { createHash } from 'node:crypto';
import type { Arm } from './canary-call.ts';

/**
 * How many calls count, in the order of their arrival. Failures come in bursts (one dead GPU, one user's odd text), but the
 * test takes calls for independent: with these caps neither one minute nor one user can roll a canary back alone, because
 * that takes three bad calls. What is left out is chosen before its outcome is known, so the test stays fair. Two calls of one bad minute still count as two: where every
 * failure comes in dead minutes, a healthy canary is rolled back more often than the 1 % that independent calls promise.
 */
export const CALLS_PER_MINUTE = { canary: 2, baseline: 38 } as const satisfies Record<Arm, number>;
export const CALLS_PER_USER = 2;
const USER_WINDOW_MINUTES = 10;

const MINUTE_MILLISECONDS = 60_000;

/** What has counted lately. Users are kept as digests, and no longer than their window. */
export type BurstCap = {
  readonly minute: number;
  readonly counted: Readonly<Record<Arm, number>>;
  readonly userWindow: number;
  readonly users: Readonly<Record<string, number>>;
};

export const EMPTY_BURST_CAP: BurstCap = { minute: 0, counted: { canary: 0, baseline: 0 }, userWindow: 0, users: {} };

/** The cap after this call has been counted, or undefined when the call must not count. `at` is in milliseconds. */
export function countCall(cap: BurstCap, call: { arm: Arm; userId: string; at: number }): BurstCap | undefined {
  const minute = Math.floor(call.at / MINUTE_MILLISECONDS);
  const userWindow = Math.floor(minute / USER_WINDOW_MINUTES);
  const counted = minute === cap.minute ? cap.counted : EMPTY_BURST_CAP.counted;
  const users = userWindow === cap.userWindow ? cap.users : {};
  const user = createHash('sha256').update(`${call.arm}/${call.userId}`).digest('base64url').slice(0, 12);
  const ofUser = users[user] ?? 0;
  if (counted[call.arm] >= CALLS_PER_MINUTE[call.arm] || ofUser >= CALLS_PER_USER) return undefined;
  return {
    minute,
    counted: { ...counted, [call.arm]: counted[call.arm] + 1 },
    userWindow,
    users: { ...users, [user]: ofUser + 1 },
  };
}
