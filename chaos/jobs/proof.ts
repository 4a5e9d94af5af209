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
import type { KeptResults } from './kept-results.ts';
import type { ProofSize } from './proof-size.ts';
import type { Servers } from './services.ts';
import { openStage, type Stage, type StageOptions } from './stage.ts';
import type { CrashPlan } from './worker-protocol.ts';

const WORKERS = 3;
/** Leases that have to end cost time, not work: so many stages wait side by side. */
const LANES = 3;

/** Many small stages say more than a large one: each ends with a check of all that it has seen. */
const RANDOM_KILLS_OF_A_STAGE = 125;

type Telling = { readonly tell: (result: PhaseResult) => void; readonly kept: KeptResults };
type ProofOptions = Telling & { readonly size: ProofSize; readonly seed: number };

export const RANDOM_PHASE = 'random kills';

/** `part` tells apart those that do the same thing. */
async function prove(
  phase: string,
  options: StageOptions & Telling & { readonly part?: number },
  work: (stage: Stage, counts: PhaseCounts) => Promise<void>,
): Promise<void> {
  const { mode, part = 0, kept, tell } = options;
  const name = `${mode}/${phase}/${part}`;
  let result = kept.read(name);
  if (result === undefined) {
    const stage = await openStage(options);
    result = await runPhase(phase, stage, (counts) => work(stage, counts));
    await kept.keep(name, result);
  }
  tell(result);
}

/** Another seed, other ones. */
const everyNth = <T>(all: readonly T[], n: number, seed: number): readonly T[] =>
  all.filter((_, index) => index % n === seed % n);

async function proveInLanes<T>(
  phase: string,
  options: StageOptions & Telling,
  cases: readonly T[],
  work: (stage: Stage, one: T, counts: PhaseCounts) => Promise<void>,
): Promise<void> {
  const lanes = Array.from({ length: LANES }, (_, lane) => cases.filter((_one, index) => index % LANES === lane));
  await Promise.all(
    lanes.map((own, part) =>
      prove(phase, { ...options, part }, async (stage, counts) => {
        for (const one of own) await work(stage, one, counts);
      }),
    ),
  );
}

/** Kills at random moments while the vendor fails now and then, in stages of their own, a few side by side. */
async function proveRandomKills(
  options: StageOptions & Telling & { readonly kills: number; readonly seed: number },
  kill: (
    stage: Stage,
    options: { readonly kills: number; readonly random: () => number },
    counts: PhaseCounts,
  ) => Promise<void>,
): Promise<void> {
  const { kills, seed } = options;
  const stages = Array.from({ length: Math.ceil(kills / RANDOM_KILLS_OF_A_STAGE) }, (_, part) => ({
    part,
    kills: Math.min(RANDOM_KILLS_OF_A_STAGE, kills - part * RANDOM_KILLS_OF_A_STAGE),
  }));
  const left = stages.values();
  const lane = async (): Promise<void> => {
    for (const { part, kills: own } of left) {
      await prove(RANDOM_PHASE, { ...options, reportsProgress: true, part }, async (stage, counts) => {
        await stage.vendor.setFaults({ ...RANDOM_FAULTS, seed: seed + part });
        await kill(stage, { kills: own, random: createRandom(seed + part) }, counts);
      });
    }
  };
  await Promise.all(Array.from({ length: LANES }, lane));
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
export async function proveEmbedded({ size, seed, tell, kept, kills }: ProofOptions & { readonly kills: number }) {
  const embedded = { mode: 'embedded', tell, kept } as const;
  const plans = await recordedPlans({ mode: 'embedded' });
  const some = everyNth(plans, size.sweepStride, seed);
  for (let part = 0; part < size.sweeps; part += 1) {
    await prove('a kill at each crash point', { ...embedded, part }, (stage, counts) =>
      sweepKills(stage, some, counts),
    );
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
  await proveRandomKills({ ...embedded, kills, seed }, killAtRandom);
  await prove('a disk that refuses each write', { ...embedded, diskRefuses: true }, (stage, counts) =>
    refuseEveryWrite(
      stage,
      { writes: plans.filter(({ name }) => name === 'transaction.before_commit').length },
      counts,
    ),
  );
  await proveFreezing({ size, seed, tell, kept }, plans, { mode: 'shared' });
}

/** Several processes, PostgreSQL and Redis. Gives what could not be proved, and why. */
export async function proveDistributed({
  size,
  seed,
  tell,
  kept,
  kills,
  servers,
}: ProofOptions & { readonly kills: number; readonly servers: Servers }): Promise<readonly string[]> {
  const distributed = { mode: 'distributed', servers, tell, kept } as const;
  const plans = await recordedPlans({ mode: 'distributed', servers });
  const some = everyNth(plans, size.distributedSweepStride, seed);
  // Side by side: most of their time they wait for leases to end.
  await Promise.all(
    Array.from({ length: size.sweeps }, (_, part) =>
      prove('a kill at each crash point', { ...distributed, part }, (stage, counts) => sweepKills(stage, some, counts)),
    ),
  );
  const requests = OPEN_REQUESTS.filter(({ position }) => position === 'after_charge');
  const rounds = Array.from({ length: size.openRounds }, () => requests).flat();
  await proveInLanes('kills inside an open request', distributed, rounds, killInOpenRequest);
  await proveRandomKills({ ...distributed, kills, seed }, (stage, options, counts) =>
    killOneOfMany(stage, { ...options, workers: WORKERS }, counts),
  );
  await proveFreezing({ size, seed, tell, kept }, plans, { mode: 'distributed', servers });
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
  { size, seed, tell, kept }: ProofOptions,
  plans: readonly CrashPlan[],
  options: StageOptions,
): Promise<void> {
  const chosen = everyNth(freezingPlans(plans), size.freezeStride, seed);
  await proveInLanes('frozen past the lease', { ...options, tell, kept }, chosen, freezePastLease);
  await prove('back in the middle of another one', { ...options, tell, kept }, (stage, counts) =>
    returnInTheMiddle(stage, { name: 'call.answered', hit: 3, action: 'freeze' }, counts),
  );
}
