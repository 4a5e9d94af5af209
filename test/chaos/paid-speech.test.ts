import assert from 'node:assert/strict';
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { test } from 'node:test';
import { withTemporaryFolder } from '../fixtures/temporary-folder.ts';
import { openSqliteJournal } from '../../src/app/journal.ts';
import { createPaidSpending } from '../../src/app/paid-spending.ts';
import { openSqliteSpeechLedger } from '../../src/app/speech-stores.ts';
import { systemClock } from '../../src/core/clock.ts';
import { createSpeechAnalytics } from '../../src/tts/analytics.ts';

const COST_USD = 0.25;

test('the analytics tell what was paid, also by an operation that kill -9 cut off', async () => {
  await withTemporaryFolder(async (folder) => {
    const killed = { requests: 0, cost_usd: COST_USD, uncertain_repeats: 0 };
    const finished = { requests: 1, cost_usd: COST_USD, uncertain_repeats: 0 };
    const repeated = { requests: 1, cost_usd: COST_USD, uncertain_repeats: 1 };
    // Behind the last write of a call, then before it: only there nobody knows whether it was charged.
    for (const [crash, beforeRestart, afterRestart] of [
      ['call.ended', killed, finished],
      ['call.answered', { ...killed, cost_usd: 0 }, repeated],
    ] as const) {
      const userId = crash;
      await speakIn(folder, { userId, crash });
      assert.deepEqual(await figuresOf(folder, userId), beforeRestart, crash);
      await speakIn(folder, { userId, crash: null });
      assert.deepEqual(await figuresOf(folder, userId), afterRestart, `${crash}, after a restart`);
    }
    assert.equal((await figuresOf(folder, null)).cost_usd, 2 * COST_USD);
  });
});

/** Runs the job of a user until it is over, or the process is killed. */
async function speakIn(folder: string, options: { readonly userId: string; readonly crash: string | null }) {
  const program = fork(join(import.meta.dirname, 'paid-speech-process.ts'), [
    JSON.stringify({ folder, costUsd: COST_USD, ...options }),
  ]);
  const [code, signal] = (await once(program, 'exit')) as [number | null, string | null];
  assert.deepEqual([code, signal], options.crash === null ? [0, null] : [null, 'SIGKILL']);
}

async function figuresOf(folder: string, userId: string | null) {
  const jobs = openSqliteJournal({ path: join(folder, 'journal.sqlite'), clock: systemClock });
  const ledger = openSqliteSpeechLedger({ path: join(folder, 'speech-ledger.sqlite') });
  try {
    const analytics = createSpeechAnalytics({ ledger, paidForVideos: createPaidSpending(jobs) });
    const { requests, cost_usd, uncertain_repeats } = (await analytics.report({ userId })).totals;
    return { requests, cost_usd, uncertain_repeats };
  } finally {
    await Promise.all([jobs.close(), ledger.close()]);
  }
}
