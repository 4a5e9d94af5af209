import { setTimeout as pause } from 'node:timers/promises';
import type { CallRecovery } from '../../../src/jobs/provider-call.ts';
import type { Stage } from '../stage.ts';
import type { HoldPosition } from '../vendor-protocol.ts';
import type { PhaseCounts } from './phase-result.ts';

export type OpenRequest = {
  readonly kind: CallRecovery;
  readonly position: HoldPosition;
  /** One process after the other is killed in a request of the same step. */
  readonly kills: number;
  /** What becomes of the next request: nothing unusual, a refusal, or it meets the first one, which is still at work. */
  readonly next: 'answered' | 'refused' | 'still_working';
};

export const OPEN_REQUESTS: readonly OpenRequest[] = (['key', 'lookup', 'none'] as const).flatMap((kind) =>
  (['before_charge', 'after_charge'] as const).flatMap(
    (position) =>
      [
        { kind, position, kills: 1, next: 'answered' },
        { kind, position, kills: 1, next: 'refused' },
        { kind, position, kills: 1, next: 'still_working' },
        { kind, position, kills: 3, next: 'answered' },
      ] as const,
  ),
);

const STILL_WORKING_MILLISECONDS = 150;

/** Kills workers from outside while the vendor has their request and withholds its reply. */
export async function killInOpenRequest(stage: Stage, request: OpenRequest, counts: PhaseCounts): Promise<void> {
  const { kind, position, next } = request;
  const { vendor } = stage;
  for (let kill = 0; kill < request.kills; kill += 1) {
    const { opened } = await vendor.hold(kind, position);
    const worker = stage.start();
    await worker.ready;
    if (kill === 0) await stage.submit(worker);
    await Promise.race([opened, worker.idle()]);
    worker.signal('SIGKILL');
    await worker.ended;
    counts.kills += 1;
    if (next === 'answered') await vendor.release();
  }
  if (next === 'refused') {
    await vendor.release();
    await vendor.refuse(kind, 1);
  }
  const heir = stage.start();
  await heir.ready;
  if (next === 'still_working') {
    await pause(STILL_WORKING_MILLISECONDS);
    await vendor.release();
  }
  await heir.idle();
  await heir.drain();
}
