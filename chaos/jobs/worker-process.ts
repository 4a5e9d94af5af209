import { randomUUID } from 'node:crypto';
import { writeSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as pause } from 'node:timers/promises';
import { toAppError } from '../../src/core/errors.ts';
import type { Dispatcher } from '../../src/jobs/dispatcher.ts';
import type { JobStore } from '../../src/jobs/job-store.ts';
import { createCrashPoints, type CrashPoints } from './crash-points.ts';
import { openLineLedger } from '../support/line-ledger.ts';
import { openDispatcher, openJournal } from './journal-under-test.ts';
import { createPaidWorkflow } from './paid-workflow.ts';
import { sabotageOf } from './planted-bugs.ts';
import type { Sabotage } from './sabotage.ts';
import { createVendorClient } from './vendor-client.ts';
import type { WorkEntry, WorkerMessage, WorkerOptions, WorkerQuestion } from './worker-protocol.ts';

const IDLE_POLL_MILLISECONDS = 10;
const USERS = 3;

/** At once, and whole: what was said before a kill was said. */
function say(message: WorkerMessage): void {
  writeSync(1, `${JSON.stringify(message)}\n`);
}

/** What the application does with the job engine, end to end, over a workflow that pays. */
async function runWorker(options: WorkerOptions): Promise<void> {
  const { folder, bug } = options;
  const points = createCrashPoints(options.crash);
  const sabotage = sabotageOf(bug);
  const publishFolder = join(folder, 'published');
  const work = openLineLedger<WorkEntry>(join(folder, 'work.jsonl'));
  const journal = await openJournal(options, points.crashPoint);
  const store = sabotage.store?.(journal.store, { folder }) ?? journal.store;
  const client = createVendorClient(options.vendorUrl, points);
  const workflow = createPaidWorkflow({ ...options, client, work, publishFolder, sabotage });
  const dispatcher = await openDispatcher(options, { store, workflow, lock: journal.lock, points, sabotage });
  await dispatcher.start();
  say({ type: 'ready' });

  const answering = new Set<Promise<void>>();
  for await (const line of createInterface({ input: process.stdin })) {
    const question = JSON.parse(line) as WorkerQuestion & { readonly id: number };
    if (question.ask === 'drain') break;
    const answered = answer(question, { store, dispatcher, points, sabotage })
      .then((value) => say({ type: 'answer', id: question.id, value }))
      .catch((error: unknown) => say({ type: 'refusal', id: question.id, code: toAppError(error).code }))
      .finally(() => answering.delete(answered));
    answering.add(answered);
  }
  await dispatcher.drain({ graceMilliseconds: 1_000 });
  await client.close();
  await journal.store.close();
  journal.lock?.release();
  work.close();
}

async function answer(
  question: WorkerQuestion,
  parts: {
    readonly store: JobStore;
    readonly dispatcher: Dispatcher;
    readonly points: CrashPoints;
    readonly sabotage: Sabotage;
  },
): Promise<unknown> {
  const { store, dispatcher, points, sabotage } = parts;
  switch (question.ask) {
    case 'submit': {
      const { key } = question;
      const early = sabotage.acknowledgesFirst === true;
      const jobId = `${key}-${early ? 'early' : randomUUID().slice(0, 8)}`;
      const userId = `user-${(key.codePointAt(key.length - 1) ?? 0) % USERS}`;
      const accepted = store
        .createOnce(
          { id: jobId, userId, input: { key }, priority: 0, runAt: Date.now() },
          { key, fingerprint: key, answer: jobId },
        )
        .then(({ answer }) => {
          dispatcher.notify(answer as string);
          return answer;
        });
      return early ? jobId : accepted;
    }
    case 'cancel':
      await store.requestCancel(question.jobId);
      dispatcher.notify(question.jobId);
      return null;
    case 'arm':
      points.arm(question.plan);
      return null;
    case 'record':
      points.arm(null);
      return null;
    case 'reached':
      return points.reached;
    case 'idle':
      while (await hasWork(store)) await pause(IDLE_POLL_MILLISECONDS);
      return null;
    case 'position':
      return store.lastEventSequence();
    default:
      return null;
  }
}

async function hasWork(store: JobStore): Promise<boolean> {
  for (const status of ['queued', 'running', 'waiting'] as const) {
    if ((await store.list({ status, limit: 1 })).jobs.length > 0) return true;
  }
  return false;
}

/** As a program: WorkerOptions as JSON in the first argument. */
if (import.meta.main && process.argv[2] !== undefined) {
  try {
    await runWorker(JSON.parse(process.argv[2]) as WorkerOptions);
    process.exit(0);
  } catch (error) {
    console.error(error);
    process.exit(1);
  }
}
