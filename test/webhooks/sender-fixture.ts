import { rmSync } from 'node:fs';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { openSqliteJournalDatabase } from '../../src/app/journal.ts';
import { createSqlJobStore } from '../../src/jobs/sql/sql-job-store.ts';
import { createSqlWebhookOutbox } from '../../src/jobs/sql/webhook-outbox.ts';
import { createWebhookSender, type WebhookSender } from '../../src/jobs/webhooks/webhook-sender.ts';
import type { WebhookOutbox } from '../../src/jobs/webhook-outbox.ts';
import type { SqlDatabase } from '../../src/sql/sql-database.ts';
import { createCallbackClient } from '../../src/net/callback-client.ts';
import { createRecordingLog } from '../fixtures/job-run.ts';
import { createManualTime, type ManualTime } from '../fixtures/manual-time.ts';
import { createScratchFolder } from '../fixtures/scratch-folder.ts';

export const SECRET = `whsec_${Buffer.alloc(32, 1).toString('base64')}`;
export const HOUR = 3_600_000;

/** A journal with its outbox under manual time, and senders that make real calls. */
export function openStage(
  context: Pick<TestContext, 'after'>,
  options: { readonly start?: number; readonly database?: SqlDatabase; readonly time?: ManualTime } = {},
) {
  const { time = createManualTime(options.start) } = options;
  const folder = createScratchFolder('webhooks');
  const path = join(folder, 'journal.sqlite');
  const database = options.database ?? openSqliteJournalDatabase({ path, clock: time.clock });
  const jobs = createSqlJobStore(database);
  const outbox = createSqlWebhookOutbox(database);
  const client = createCallbackClient({ allowPrivate: true });
  const log = createRecordingLog();
  const senders: WebhookSender[] = [];
  let lastId = 0;
  context.after(async () => {
    await Promise.all(senders.map((sender) => stopNow(sender)));
    await client.close();
    await jobs.close();
    rmSync(folder, { recursive: true });
  });

  async function stopNow(sender: WebhookSender): Promise<void> {
    const stopped = sender.stop({ graceMilliseconds: 0 });
    await time.advance(0);
    await stopped;
  }

  return {
    time,
    jobs,
    outbox,
    log,
    stopNow,
    startSender(
      changes: { readonly secrets?: readonly string[]; readonly outbox?: WebhookOutbox } = {},
    ): WebhookSender {
      const sender = createWebhookSender({
        outbox,
        render: async (delivery) => JSON.stringify({ job: delivery.jobId, status: delivery.jobStatus }),
        post: (request) => client.post(request),
        secrets: [SECRET],
        userAgent: 'test',
        clock: time.clock,
        timer: time.timer,
        log,
        random: () => 0.5,
        pollMilliseconds: HOUR,
        ...changes,
      });
      senders.push(sender);
      sender.start();
      return sender;
    },
    /** A job that has ended, with its delivery. */
    async endJob(callbackUrl: string | null): Promise<string> {
      const id = `job-${(lastId += 1)}`;
      const now = time.clock.now();
      await jobs.create({ id, userId: 'ada', input: null, priority: 0, runAt: now, callbackUrl });
      const claim = await jobs.claimNext({ workerId: 'w', leaseMilliseconds: 60_000 });
      if (claim?.jobId !== id) throw new Error('The new job must be the only one that can run.');
      await jobs.finish(claim, null);
      return id;
    },
    async delivery(jobId: string) {
      const [history] = await outbox.list(jobId);
      if (history === undefined) throw new Error(`Job ${jobId} has no delivery.`);
      return history;
    },
  };
}

/** Lets real sockets do their work until something is so. The runner's time limit is the deadline. */
export async function until(isSo: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await isSo())) await new Promise((resolve) => setTimeout(resolve, 2));
}
