import assert from 'node:assert/strict';
import { test } from 'node:test';
import { huntBug } from '../../chaos/jobs/hunt-bugs.ts';
import { killInOpenRequest } from '../../chaos/jobs/phases/open-requests.ts';
import { sweepKills } from '../../chaos/jobs/phases/kill-sweep.ts';
import { runPhase } from '../../chaos/jobs/phases/phase-result.ts';
import { PLANTED_BUGS } from '../../chaos/jobs/planted-bugs.ts';
import { openStage } from '../../chaos/jobs/stage.ts';
import type { CrashPlan } from '../../chaos/jobs/worker-protocol.ts';

/** One kill at each point of a paid call, in the step that the vendor can be asked about. */
const KILLS: readonly CrashPlan[] = [
  { name: 'job.suspended', hit: 1, action: 'kill' },
  { name: 'call.referred', hit: 1, action: 'kill' },
  { name: 'call.before_intent', hit: 3, action: 'kill' },
  { name: 'call.intended', hit: 3, action: 'kill' },
  { name: 'call.before_send', hit: 2, action: 'kill' },
  { name: 'call.answered', hit: 2, action: 'kill' },
  { name: 'call.ended', hit: 2, action: 'kill' },
];

test('a slice of `npm run chaos -- jobs`: whenever a worker is killed, no job is lost and none is paid for twice', async () => {
  const stage = await openStage({ mode: 'embedded' });
  const result = await runPhase('a slice', stage, async (counts) => {
    await sweepKills(stage, KILLS, counts);
    for (const kind of ['key', 'lookup', 'none'] as const) {
      await killInOpenRequest(stage, { kind, position: 'after_charge', kills: 1, then: 'answered' }, counts);
    }
    await killInOpenRequest(stage, { kind: 'key', position: 'after_charge', kills: 1, then: 'refused' }, counts);
  });
  assert.deepEqual(result.violations, []);
  assert.deepEqual([result.kills, result.unreached, result.jobs], [11, 0, 11]);
  // One for the kill in the request that cannot be asked about: 3 x 11 and the one that was charged again.
  assert.deepEqual([result.charges, result.uncertainRepeats], [34, 1]);
});

test('planted bugs are seen', async () => {
  for (const bug of ['the intent is written after the request', 'a completed call is not reused after a crash']) {
    const planted = PLANTED_BUGS.find((candidate) => candidate.bug === bug);
    assert.ok(planted);
    const result = await huntBug(planted, undefined);
    assert.notDeepEqual(result?.violations, [], bug);
  }
});
