import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { openSqliteJournal } from '../../src/app/journal.ts';
import { openSqliteSpeechLedger } from '../../src/app/speech-stores.ts';
import { systemClock } from '../../src/core/clock.ts';
import type { CrashPoint } from '../../src/jobs/crash-point.ts';
import { createEmbeddedDispatcher } from '../../src/jobs/dispatchers/embedded.ts';
import { lockDataFolder } from '../../src/jobs/instance-lock.ts';
import type { JobContext } from '../../src/jobs/workflow.ts';
import { speechOperation } from '../../src/tts/speech-operation.ts';

/* One job that pays for speech and then keeps the book of it, as the gateway does; killed at `crash` unless that is null. */

type Options = {
  readonly folder: string;
  readonly userId: string;
  readonly costUsd: number;
  readonly crash: string | null;
};

const { folder, userId, costUsd, crash } = JSON.parse(process.argv[2] ?? '') as Options;
const crashPoint: CrashPoint = (name) => void (name === crash && process.kill(process.pid, 'SIGKILL'));
const instanceLock = lockDataFolder(folder, { clock: systemClock });
const store = openSqliteJournal({ path: join(folder, 'journal.sqlite'), clock: systemClock, crashPoint });
const ledger = openSqliteSpeechLedger({ path: join(folder, 'speech-ledger.sqlite') });

async function run({ job, step }: JobContext) {
  return step('speech', async ({ paidCall }) => {
    const startedAt = Date.now();
    const result = await paidCall({
      provider: 'elevenlabs',
      requestHash: '0'.repeat(64),
      recovery: 'none',
      estimatedUsd: costUsd,
      send: async () => ({ result: 'spoken', costUsd }),
    });
    await ledger.append(
      speechOperation({
        provider: 'elevenlabs',
        fallbackUsed: false,
        startedAt,
        endedAt: Date.now(),
        audioSeconds: 1,
        script: { userId: job.userId, videoId: job.id },
        isCached: false,
        costUsd: 0,
        error: undefined,
        language: 'en',
        characters: 6,
        savedUsd: 0,
        fallbackCostUsd: 0,
        outcomes: [],
      }),
    );
    return result;
  });
}

const dispatcher = createEmbeddedDispatcher({
  store,
  workflow: { steps: [{ name: 'speech', weight: 1 }], run },
  instanceLock,
  concurrency: 1,
  clock: systemClock,
  log: { info() {}, warn() {}, error: console.error },
  crashPoint,
});
await store.create({ id: userId, userId, input: null, priority: 0, runAt: 0 });
await dispatcher.start();
while ((await store.get(userId))?.status !== 'completed') await pause(5);
await dispatcher.drain({ graceMilliseconds: 1_000 });
await Promise.all([store.close(), ledger.close()]);
instanceLock.release();
