import type { Config } from '../config/schema.ts';
import type { Clock } from '../core/clock.ts';
import { AppError } from '../core/errors.ts';
import type { Logger } from '../core/logger.ts';
import type { JobStore } from '../jobs/job-store.ts';
import { readHeyGenWebhook, type WebhookRequest } from '../video/providers/heygen/webhook.ts';

/** Deliveries are repeated for up to a day. Forgetting one costs one question to HeyGen. */
const REMEMBERED_EVENTS = 10_000;

/**
 * Takes deliveries of HeyGen: the job that waits for that video looks at once, and believes only what it is told then. Throws
 * AppError `webhook_refused`, and `webhooks_not_configured` without HEYGEN_WEBHOOK_SECRET.
 */
export function createHeyGenWebhook(
  config: Pick<Config, 'heygenWebhookSecrets'>,
  options: {
    readonly jobs: Pick<JobStore, 'wake'>;
    readonly notifyJob: (jobId: string) => void;
    readonly clock: Clock;
    readonly logger: Logger;
  },
): (request: WebhookRequest) => Promise<void> {
  const { jobs, notifyJob, clock, logger } = options;
  const secrets = config.heygenWebhookSecrets;
  const seen = new Set<string>();
  return async (request) => {
    if (secrets === null) {
      throw new AppError({
        code: 'webhooks_not_configured',
        kind: 'invalid_input',
        message: 'Deliveries of HeyGen need HEYGEN_WEBHOOK_SECRET, and this server has none.',
      });
    }
    const { eventId, callbackId } = readHeyGenWebhook(request, { secrets, now: clock.now() });
    if (seen.has(eventId) || callbackId === undefined) return;
    const isWoken = await jobs.wake(callbackId);
    seen.add(eventId);
    const [oldest] = seen;
    if (seen.size > REMEMBERED_EVENTS && oldest !== undefined) seen.delete(oldest);
    logger.info({ eventId, isWoken }, 'HeyGen has told of a video');
    if (isWoken) notifyJob(callbackId);
  };
}
