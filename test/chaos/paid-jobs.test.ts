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
  { name: 'call.intended', hit: 3, action: 'kill' },
  { name: 'call.answered', hit: 2, action: 'kill' },
  { name: 'call.ended', hit: 2, action: 'kill' },
];

test('a slice of `npm run chaos -- jobs`: whenever a worker is killed, no job is lost and none is paid for twice', async () => {
  const stage = await openStage({ mode: 'embedded' });
  const result = await runPhase('a slice', stage, async (counts) => {
    await sweepKills(stage, KILLS, counts);
    for (const kind of ['key', 'lookup', 'none'] as const) {
      await killInOpenRequest(stage, { kind, position: 'after_charge', kills: 1, next: 'answered' }, counts);
    }
    await killInOpenRequest(stage, { kind: 'key', position: 'after_charge', kills: 1, next: 'refused' }, counts);
  });
  assert.deepEqual(result.violations, []);
  assert.deepEqual([result.kills, result.unreached, result.jobs], [9, 0, 9]);
  // One for the kill in the request that cannot be asked about: 3 x 9 and the one that was charged again.
  assert.deepEqual([result.charges, result.uncertainRepeats], [28, 1]);
});

test('planted bugs are seen', async () => {
  const bugs = ['the intent is written after the request', 'a job is acknowledged before it is on disk'];
  const planted = PLANTED_BUGS.filter(({ bug }) => bugs.includes(bug));
  assert.equal(planted.length, bugs.length);
  const results = await Promise.all(planted.map((bug) => huntBug(bug, undefined)));
  for (const result of results) assert.notDeepEqual(result?.violations, [], result?.phase);
});
