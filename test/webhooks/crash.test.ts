import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { openSqliteJournalDatabase } from '../../src/app/journal.ts';
import { systemClock } from '../../src/core/clock.ts';
import { createSqlJobStore } from '../../src/jobs/sql/sql-job-store.ts';
import { createSqlWebhookOutbox } from '../../src/jobs/sql/webhook-outbox.ts';

const ENDS = {
  completed: 'store.finish(claim, null)',
  failed: `store.fail(claim, { code: 'x', kind: 'internal', message: 'x', step: null })`,
  cancelled: 'store.markCancelled(claim)',
} as const;

/** A process that is killed around the commit with which a job ends. */
function endAndDie(path: string, end: string, moment: string): void {
  const source = (file: string): string => JSON.stringify(join(import.meta.dirname, '../../src', file));
  const program = `
    import { openSqliteJournal } from ${source('app/journal.ts')};
    let armed = false;
    const store = openSqliteJournal({
      path: ${JSON.stringify(path)},
      clock: { now: () => 1 },
      crashPoint(name) {
        if (armed && name === 'transaction.${moment}') process.kill(process.pid, 'SIGKILL');
      },
    });
    await store.create({ id: 'a', userId: 'u', input: null, priority: 0, runAt: 0, callbackUrl: 'https://example.com/' });
    const claim = await store.claimNext({ workerId: 'w', leaseMilliseconds: 1000 });
    armed = true;
    await ${end};`;
  const child = spawnSync(process.execPath, ['--input-type=module-typescript', '-e', program], {
    encoding: 'utf8',
    timeout: 20_000,
  });
  assert.deepEqual([child.signal, child.stderr], ['SIGKILL', '']);
}

test('a kill around the end of a job leaves the end and its delivery, or neither', async (context) => {
  const folder = mkdtempSync(join(tmpdir(), 'webhook-crash-'));
  context.after(() => rmSync(folder, { recursive: true }));
  for (const [status, end] of Object.entries(ENDS)) {
    for (const moment of ['before_commit', 'committed']) {
      const path = join(folder, `${status}-${moment}.sqlite`);
      endAndDie(path, end, moment);
      const database = openSqliteJournalDatabase({ path, clock: systemClock });
      const job = await createSqlJobStore(database).get('a');
      const deliveries = await createSqlWebhookOutbox(database).list('a');
      const found = [job?.status, ...deliveries.map(({ delivery }) => `${delivery.state} ${delivery.jobStatus}`)];
      const expected = moment === 'committed' ? [status, `pending ${status}`] : ['running'];
      assert.deepEqual(found, expected, `${status}, killed at ${moment}`);
      await database.close();
    }
  }
});
