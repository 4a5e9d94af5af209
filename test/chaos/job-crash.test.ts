import assert from 'node:assert/strict';
import { before, describe, it } from 'node:test';
import { huntBug } from '../../chaos/jobs/hunt-bugs.ts';
import { killRecoveries, sweepKills } from '../../chaos/jobs/phases/kill-sweep.ts';
import { killInOpenRequest } from '../../chaos/jobs/phases/open-requests.ts';
import { type PhaseCounts, type PhaseResult, runPhase } from '../../chaos/jobs/phases/phase-result.ts';
import { killAtRandom, RANDOM_FAULTS } from '../../chaos/jobs/phases/random-kills.ts';
import { PLANTED_BUGS } from '../../chaos/jobs/planted-bugs.ts';
import { recordedPlans } from '../../chaos/jobs/proof.ts';
import { openStage, type Stage } from '../../chaos/jobs/stage.ts';
import type { CrashPlan } from '../../chaos/jobs/worker-protocol.ts';
import { CRASH_POINT_NAMES } from '../../src/jobs/crash-point.ts';
import { createRandom } from './seeded-random.ts';

const SEED = 1;
/** Of the moments of a job that one after the other is killed at; `npm run chaos -- jobs` takes more of them. */
const STRIDE = 24;

/** One kill at each point of a paid call, in the step that the vendor can be asked about. */
const KILLS_OF_A_PAID_CALL: readonly CrashPlan[] = [
  { name: 'job.suspended', hit: 1, action: 'kill' },
  { name: 'call.referred', hit: 1, action: 'kill' },
  { name: 'call.intended', hit: 3, action: 'kill' },
  { name: 'call.answered', hit: 2, action: 'kill' },
  { name: 'call.ended', hit: 2, action: 'kill' },
];

describe('a slice of `npm run chaos -- jobs`: whenever a worker is killed, no job is lost and none is paid for twice', () => {
  let plans: readonly CrashPlan[];
  before(async () => {
    plans = await recordedPlans({ mode: 'embedded' });
  });

  async function prove(work: (stage: Stage, counts: PhaseCounts) => Promise<void>): Promise<PhaseResult> {
    const stage = await openStage({ mode: 'embedded' });
    const result = await runPhase('a slice', stage, (counts) => work(stage, counts));
    assert.deepEqual(result.violations, []);
    return result;
  }

  it('at every kind of moment that a job has', async () => {
    // Only a recovery repeats a call.
    const names = CRASH_POINT_NAMES.filter((name) => name !== 'call.repeated');
    assert.deepEqual(new Set(plans.map(({ name }) => name)), new Set(names));
    const some = plans.filter((_plan, index) => index % STRIDE === 0);
    const { kills, unreached, jobs } = await prove((stage, counts) => sweepKills(stage, some, counts));
    assert.deepEqual([kills + unreached, jobs], [some.length, some.length]);
    assert.ok(kills > some.length / 2, `only ${kills} of ${some.length} moments came`);
  });

  it('around a paid call, and inside its open request', async () => {
    const result = await prove(async (stage, counts) => {
      await sweepKills(stage, KILLS_OF_A_PAID_CALL, counts);
      for (const kind of ['key', 'lookup', 'none'] as const) {
        await killInOpenRequest(stage, { kind, position: 'after_charge', kills: 1, next: 'answered' }, counts);
      }
      await killInOpenRequest(stage, { kind: 'key', position: 'after_charge', kills: 1, next: 'refused' }, counts);
    });
    assert.deepEqual([result.kills, result.unreached, result.jobs], [9, 0, 9]);
    // One for the kill in the request that cannot be asked about: 3 x 9 and the one that was charged again.
    assert.deepEqual([result.charges, result.uncertainRepeats], [28, 1]);
  });

  it('while it recovers from a kill', async () => {
    const rounds = 3;
    const { kills, unreached } = await prove((stage, counts) =>
      killRecoveries(stage, { plans, rounds, random: createRandom(SEED) }, counts),
    );
    assert.equal(kills + unreached, 2 * rounds);
    assert.ok(kills >= rounds, `only ${kills} of ${2 * rounds} moments came`);
  });

  it('at random, with a vendor that fails now and then', async () => {
    const { jobs } = await prove(async (stage, counts) => {
      await stage.vendor.setFaults({ ...RANDOM_FAULTS, seed: SEED });
      await killAtRandom(stage, { kills: 5, random: createRandom(SEED) }, counts);
    });
    assert.ok(jobs > 0, 'no job came before a kill');
  });

  it('and planted bugs are seen', async () => {
    const bugs = ['the intent is written after the request', 'a job is acknowledged before it is on disk'];
    const planted = PLANTED_BUGS.filter(({ bug }) => bugs.includes(bug));
    assert.equal(planted.length, bugs.length);
    const results = await Promise.all(planted.map((bug) => huntBug(bug, undefined)));
    for (const result of results) assert.notDeepEqual(result?.violations, [], result?.phase);
  });
});
