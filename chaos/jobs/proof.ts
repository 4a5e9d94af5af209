import { createRandom } from '../../test/chaos/seeded-random.ts';
import { killWhenAcknowledged } from './phases/acknowledged.ts';
import { freezePastLease, freezingPlans, returnInTheMiddle } from './phases/frozen-workers.ts';
import { killWhilePublishing } from './phases/half-files.ts';
import { killRecoveries, recordPlans, sweepKills } from './phases/kill-sweep.ts';
import { flushRedisOf, loseService } from './phases/lost-services.ts';
import { killInOpenRequest, OPEN_REQUESTS } from './phases/open-requests.ts';
import { type PhaseCounts, type PhaseResult, runPhase } from './phases/phase-result.ts';
import { killAtRandom, killOneOfMany, RANDOM_FAULTS } from './phases/random-kills.ts';
import { refuseEveryWrite } from './phases/refusing-disk.ts';
import { startPostgres } from './postgres-server.ts';
import type { ProofSize } from './proof-size.ts';
import type { Servers } from './services.ts';
import { openStage, type Stage, type StageOptions } from './stage.ts';
import type { CrashPlan } from './worker-protocol.ts';

const WORKERS = 3;
/** Leases that have to end cost time, not work: so many stages wait side by side. */
const LANES = 3;

type Tell = (result: PhaseResult) => void;
type ProofOptions = { readonly size: ProofSize; readonly seed: number; readonly tell: Tell };

export const RANDOM_PHASE = 'random kills';

async function prove(
  phase: string,
  options: StageOptions & { readonly tell: Tell },
  work: (stage: Stage, counts: PhaseCounts) => Promise<void>,
): Promise<void> {
  const stage = await openStage(options);
  options.tell(await runPhase(phase, stage, (counts) => work(stage, counts)));
}

/** Another seed, other ones. */
const everyNth = <T>(all: readonly T[], n: number, seed: number): readonly T[] =>
  all.filter((_, index) => index % n === seed % n);

async function proveInLanes<T>(
  phase: string,
  options: StageOptions & { readonly tell: Tell },
  cases: readonly T[],
  work: (stage: Stage, one: T, counts: PhaseCounts) => Promise<void>,
): Promise<void> {
  const lanes = Array.from({ length: LANES }, (_, lane) => cases.filter((_one, index) => index % LANES === lane));
  await Promise.all(
    lanes.map((own) =>
      prove(phase, options, async (stage, counts) => {
        for (const one of own) await work(stage, one, counts);
      }),
    ),
  );
}

/** Every crash point that one job reaches. */
export async function recordedPlans(options: StageOptions): Promise<readonly CrashPlan[]> {
  let plans: readonly CrashPlan[] = [];
  const stage = await openStage(options);
  await runPhase('record', stage, async () => {
    plans = await recordPlans(stage);
  });
  return plans;
}

/** One process, SQLite: all that can be done to it. */
export async function proveEmbedded({ size, seed, tell, kills }: ProofOptions & { readonly kills: number }) {
  const embedded = { mode: 'embedded', tell } as const;
  const plans = await recordedPlans({ mode: 'embedded' });
  const some = everyNth(plans, size.sweepStride, seed);
  for (let sweep = 0; sweep < size.sweeps; sweep += 1) {
    await prove('a kill at each crash point', embedded, (stage, counts) => sweepKills(stage, some, counts));
  }
  await prove('kills during recovery', embedded, (stage, counts) =>
    killRecoveries(stage, { plans, rounds: size.recoveries, random: createRandom(seed) }, counts),
  );
  await prove('kills inside an open request', embedded, async (stage, counts) => {
    for (let round = 0; round < size.openRounds; round += 1) {
      for (const request of OPEN_REQUESTS) await killInOpenRequest(stage, request, counts);
    }
  });
  await prove('kills right after the acknowledgement', embedded, (stage, counts) =>
    killWhenAcknowledged(stage, { kills: size.halfFiles }, counts),
  );
  await prove('kills while a file is written', embedded, (stage, counts) =>
    killWhilePublishing(stage, { kills: size.halfFiles }, counts),
  );
  await prove(RANDOM_PHASE, { ...embedded, reportsProgress: true }, async (stage, counts) => {
    await stage.vendor.setFaults({ ...RANDOM_FAULTS, seed });
    await killAtRandom(stage, { kills, random: createRandom(seed) }, counts);
  });
  await prove('a disk that refuses each write', { ...embedded, diskRefuses: true }, (stage, counts) =>
    refuseEveryWrite(
      stage,
      { writes: plans.filter(({ name }) => name === 'transaction.before_commit').length },
      counts,
    ),
  );
  await proveFreezing({ size, seed, tell }, plans, { mode: 'shared' });
}

/** Several processes, PostgreSQL and Redis. Gives what could not be proved, and why. */
export async function proveDistributed({
  size,
  seed,
  tell,
  kills,
  servers,
}: ProofOptions & { readonly kills: number; readonly servers: Servers }): Promise<readonly string[]> {
  const distributed = { mode: 'distributed', servers, tell } as const;
  const plans = await recordedPlans({ mode: 'distributed', servers });
  const some = everyNth(plans, size.distributedSweepStride, seed);
  // Side by side: most of their time they wait for leases to end.
  await Promise.all(
    Array.from({ length: size.sweeps }, () =>
      prove('a kill at each crash point', distributed, (stage, counts) => sweepKills(stage, some, counts)),
    ),
  );
  const requests = OPEN_REQUESTS.filter(({ position }) => position === 'after_charge');
  const rounds = Array.from({ length: size.openRounds }, () => requests).flat();
  await proveInLanes('kills inside an open request', distributed, rounds, killInOpenRequest);
  await prove(RANDOM_PHASE, { ...distributed, reportsProgress: true }, async (stage, counts) => {
    await stage.vendor.setFaults({ ...RANDOM_FAULTS, seed });
    await killOneOfMany(stage, { kills, workers: WORKERS, random: createRandom(seed) }, counts);
  });
  await proveFreezing({ size, seed, tell }, plans, { mode: 'distributed', servers });
  const losing = { times: size.lostServices, workers: WORKERS, random: createRandom(seed) };
  await prove('Redis loses everything', distributed, (stage, counts) =>
    loseService(stage, { ...losing, lose: flushRedisOf(stage) }, counts),
  );

  const postgres = await startPostgres(servers.databaseUrl);
  if ('missing' in postgres) return [`PostgreSQL restarts: ${postgres.missing}`];
  try {
    const own = { ...distributed, servers: { ...servers, databaseUrl: postgres.databaseUrl } };
    for (const shutdown of ['fast', 'immediate'] as const) {
      await prove(`PostgreSQL restarts (${shutdown})`, own, (stage, counts) =>
        loseService(stage, { ...losing, lose: () => postgres.restart(shutdown) }, counts),
      );
    }
  } finally {
    await postgres.close();
  }
  return [];
}

async function proveFreezing(
  { size, seed, tell }: Pick<ProofOptions, 'size' | 'seed' | 'tell'>,
  plans: readonly CrashPlan[],
  options: StageOptions,
): Promise<void> {
  const chosen = everyNth(freezingPlans(plans), size.freezeStride, seed);
  await proveInLanes('frozen past the lease', { ...options, tell }, chosen, freezePastLease);
  await prove('back in the middle of another one', { ...options, tell }, (stage, counts) =>
    returnInTheMiddle(stage, { name: 'call.answered', hit: 3, action: 'freeze' }, counts),
  );
}
