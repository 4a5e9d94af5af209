import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, it } from 'node:test';
import { CRASH_POINT_NAMES } from '../../src/jobs/crash-point.ts';
import type { CrashPlan } from './chaos-process.ts';
import { killAt, killLoop, startProcess } from './job-kills.ts';
import { createRandom } from './seeded-random.ts';

const STEPS = ['script', 'speech', 'render', 'store'];
const SEED = 20_260_101;

describe('jobs under kill -9', () => {
  const root = mkdtempSync(join(tmpdir(), 'job-crash-'));
  after(() => rmSync(root, { recursive: true }));
  let lastFolder = 0;
  function newFolder(): string {
    const folder = join(root, String((lastFolder += 1)));
    mkdirSync(folder);
    return folder;
  }

  it('survives a kill at every moment of a job, and runs again only the step that was cut', async () => {
    const stepNames = STEPS.slice(0, 2);
    const whole = { folder: newFolder(), generation: 0, stepNames, newJobs: 1, stepMilliseconds: 0, crash: null };
    const { report, errors } = await startProcess(whole).ended;
    assert.ok(report, errors);
    const { reached } = report;
    // Jobs that pay and wait are killed by `npm run chaos -- jobs`.
    const names = CRASH_POINT_NAMES.filter((name) => !name.startsWith('call.') && name !== 'job.suspended');
    assert.deepEqual(new Set(reached.map((point) => point.name)), new Set(names));
    assert.ok(reached.length >= 20, `a run reaches ${reached.length} crash points`);
    for (const plan of reached) {
      const violations = await killAt(newFolder(), { plans: [plan], stepNames });
      assert.deepEqual(violations, [], `killed at ${plan.name} ${plan.hit}`);
    }
  });

  it('survives a second kill while it recovers from the first', async () => {
    const first: CrashPlan = { name: 'step.worked', hit: 2 };
    const seconds: readonly CrashPlan[] = [
      { name: 'transaction.before_commit', hit: 1 },
      { name: 'transaction.committed', hit: 1 },
      { name: 'transaction.committed', hit: 2 },
      { name: 'step.worked', hit: 1 },
    ];
    for (const second of seconds) {
      const violations = await killAt(newFolder(), { plans: [first, second], stepNames: STEPS });
      assert.deepEqual(violations, [], `killed at ${second.name} ${second.hit} of the recovery`);
    }
  });

  it('loses no accepted job and repeats no finished step over random kills', async () => {
    const result = await killLoop(newFolder(), { kills: 12, random: createRandom(SEED), stepNames: STEPS });
    assert.deepEqual(result.violations, []);
    assert.ok(result.jobs >= 12, `${result.jobs} jobs are too few to prove anything`);
    assert.ok(result.repeatedExecutions > 0, 'no step was cut: the kills came at the wrong moments');
  });

  it('refuses a second process on the same folder, and lets it in right after a kill', async () => {
    const folder = newFolder();
    const options = { folder, stepNames: STEPS, newJobs: 1_000, stepMilliseconds: 50, crash: null };
    const first = startProcess({ ...options, generation: 0 });
    await first.ready;
    const second = await startProcess({ ...options, generation: 1, newJobs: 0 }).ended;
    assert.equal(second.ready, false);
    assert.equal(second.exitCode, 1);
    assert.match(second.errors, /data_folder_in_use/);
    assert.ok(second.errors.includes(folder), 'the message names the folder');
    first.kill();
    assert.equal((await first.ended).signal, 'SIGKILL');
    const third = startProcess({ ...options, generation: 2, newJobs: 0 });
    await third.ready;
    third.kill();
    const end = await third.ended;
    assert.deepEqual([end.ready, end.errors], [true, '']);
  });
});
