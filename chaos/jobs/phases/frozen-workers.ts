import { setTimeout as pause } from 'node:timers/promises';
import type { Stage } from '../stage.ts';
import { type CrashPlan, LEASE_MILLISECONDS } from '../worker-protocol.ts';
import type { PhaseCounts } from './phase-result.ts';

/** How long one that has come back may do what it was about to do, while the other is still at work. */
const RETURN_MILLISECONDS = 300;

/**
 * Moments for a worker to be frozen at. Not the one between the last look at the lease and the request of a call that can only
 * be looked up (see CrashPoints). Not inside a transaction: the frozen worker's locks hold everybody up until the database ends
 * it.
 */
export function freezingPlans(plans: readonly CrashPlan[]): readonly CrashPlan[] {
  const isResidualWindow = ({ name, hit }: CrashPlan) => name === 'call.before_send' && hit === 2;
  return plans
    .filter((plan) => plan.name !== 'transaction.before_commit' && !isResidualWindow(plan))
    .map((plan) => ({ ...plan, action: 'freeze' }));
}

/** A worker is frozen past its lease, another one ends the job, and the first comes back. */
export async function freezePastLease(stage: Stage, plan: CrashPlan, counts: PhaseCounts): Promise<void> {
  const zombie = stage.start();
  await zombie.ready;
  await zombie.arm({ ...plan, action: 'freeze' });
  void stage.submit(zombie);
  if ((await Promise.race([zombie.frozen.then(() => 'frozen'), zombie.idle().then(() => 'idle')])) === 'idle') {
    counts.unreached += 1;
    await zombie.drain();
    return;
  }
  counts.kills += 1;
  const heir = stage.start();
  await heir.ready;
  await pause(LEASE_MILLISECONDS + 100);
  try {
    await heir.idle();
  } catch (error) {
    // SQLite, unlike PostgreSQL, waits for ever for a process that was frozen inside a transaction, and is not meant for this.
    if (stage.mode !== 'shared') throw error;
    counts.unreached += 1;
  }
  zombie.signal('SIGCONT');
  await zombie.idle();
  await Promise.all([zombie.drain(), heir.drain()]);
}

/** The same, but it comes back while the other one is in the middle of the step that is paid for without a key. */
export async function returnInTheMiddle(stage: Stage, plan: CrashPlan, counts: PhaseCounts): Promise<void> {
  const zombie = stage.start();
  await zombie.ready;
  await zombie.arm({ ...plan, action: 'freeze' });
  void stage.submit(zombie);
  await zombie.frozen;
  counts.kills += 1;
  const { opened } = await stage.vendor.hold('none', 'after_charge');
  const heir = stage.start();
  await heir.ready;
  await Promise.race([opened, heir.idle()]);
  zombie.signal('SIGCONT');
  await pause(RETURN_MILLISECONDS);
  await stage.vendor.release();
  await heir.idle();
  await zombie.idle();
  await Promise.all([zombie.drain(), heir.drain()]);
}
