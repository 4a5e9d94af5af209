/**
 * A named moment at which a crash is interesting. Code calls it just before or just after something becomes durable;
 * the chaos tests pass one that kills the process, everyone else passes none.
 */
export type CrashPoint = (name: CrashPointName) => void;

export const CRASH_POINT_NAMES = [
  'job.claimed',
  'step.before_begin',
  'step.begun',
  'step.worked',
  'step.completed',
  'call.before_intent',
  'call.intended',
  'call.repeated',
  'call.before_send',
  'call.referred',
  'call.answered',
  'call.ended',
  'job.suspended',
  'job.before_finish',
  'job.finished',
  'transaction.before_commit',
  'transaction.committed',
] as const;

export type CrashPointName = (typeof CRASH_POINT_NAMES)[number];

export const noCrash: CrashPoint = () => {};
