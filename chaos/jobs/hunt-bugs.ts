import { killWhenAcknowledged } from './phases/acknowledged.ts';
import { returnInTheMiddle, freezePastLease } from './phases/frozen-workers.ts';
import { killWhilePublishing } from './phases/half-files.ts';
import { sweepKills } from './phases/kill-sweep.ts';
import { killInOpenRequest, type OpenRequest } from './phases/open-requests.ts';
import { type PhaseCounts, type PhaseResult, runPhase } from './phases/phase-result.ts';
import type { BugHunt, PlantedBug } from './sabotage.ts';
import type { Servers } from './services.ts';
import { openStage, type Stage, type StageOptions } from './stage.ts';
import type { CrashPlan } from './worker-protocol.ts';
import { TOO_LATE } from './worker-under-test.ts';

/** A hunt that ends without a finding is begun anew this often. */
const MAXIMUM_ROUNDS = 3;
const IMPATIENT_MILLISECONDS = 8_000;

type Hunt = {
  readonly stage: StageOptions;
  run(stage: Stage, counts: PhaseCounts): Promise<void>;
};

const kill = (name: CrashPlan['name'], hit: number): CrashPlan => ({ name, hit, action: 'kill' });

/** One kill at each kind of moment. */
const TELLING_KILLS: readonly CrashPlan[] = [
  kill('transaction.before_commit', 1),
  kill('transaction.committed', 1),
  kill('call.referred', 1),
  kill('call.ended', 2),
  kill('call.ended', 3),
  kill('step.begun', 6),
  kill('step.before_begin', 4),
  kill('job.finished', 1),
];

const TELLING_REQUESTS: readonly OpenRequest[] = [
  { kind: 'key', position: 'after_charge', kills: 1, next: 'answered' },
  { kind: 'lookup', position: 'after_charge', kills: 1, next: 'answered' },
  { kind: 'none', position: 'after_charge', kills: 3, next: 'answered' },
  { kind: 'none', position: 'after_charge', kills: 1, next: 'answered' },
];

const HUNTS: Readonly<Record<BugHunt, Hunt>> = {
  kills: {
    stage: { mode: 'embedded' },
    run: (stage, counts) => sweepKills(stage, TELLING_KILLS, counts),
  },
  open_requests: {
    stage: { mode: 'embedded' },
    async run(stage, counts) {
      for (const request of TELLING_REQUESTS) await killInOpenRequest(stage, request, counts);
    },
  },
  acknowledged: {
    stage: { mode: 'embedded' },
    run: (stage, counts) => killWhenAcknowledged(stage, { kills: 3 }, counts),
  },
  half_files: {
    stage: { mode: 'embedded' },
    run: (stage, counts) => killWhilePublishing(stage, { kills: 4 }, counts),
  },
  faults: {
    stage: { mode: 'embedded', reportsProgress: true },
    async run(stage) {
      await stage.vendor.setFaults({ refused: 0, failed: 0, lost: 0.5, seed: 1 });
      const worker = stage.start();
      await worker.ready;
      for (let count = 0; count < 8; count += 1) await stage.submit(worker);
      await worker.idle();
      await worker.drain();
    },
  },
  frozen: {
    stage: { mode: 'shared' },
    async run(stage, counts) {
      await freezePastLease(stage, kill('call.intended', 3), counts);
      await returnInTheMiddle(stage, kill('call.answered', 3), counts);
    },
  },
  wake_ups: {
    stage: { mode: 'distributed' },
    async run(stage) {
      const worker = stage.start();
      await worker.ready;
      for (let count = 0; count < 5; count += 1) await stage.submit(worker);
      await worker.drain();
    },
  },
};

/** Runs the kills that can show this bug, until the checker says so or the rounds are over. */
export async function huntBug(
  { bug, hunt }: PlantedBug,
  servers: Servers | undefined,
): Promise<PhaseResult | undefined> {
  const { stage, run } = HUNTS[hunt];
  if (stage.mode === 'distributed' && servers === undefined) return undefined;
  let result: PhaseResult | undefined;
  let kills = 0;
  for (let round = 0; round < MAXIMUM_ROUNDS && (result?.violations.length ?? 0) === 0; round += 1) {
    const place = stage.mode === 'distributed' && servers !== undefined ? { servers } : {};
    const opened = await openStage({ deadlineMilliseconds: IMPATIENT_MILLISECONDS, ...stage, ...place, bug });
    result = await runPhase(bug, opened, (counts) => run(opened, counts));
    kills += result.kills;
  }
  if (result === undefined) return undefined;
  // On a slow machine healthy jobs may be late, too: that proves something only where it is what the bug does.
  const findings = result.violations.filter((violation) => hunt === 'wake_ups' || !violation.includes(TOO_LATE));
  return { ...result, kills, violations: findings };
}
