import { randomBytes } from 'node:crypto';
import { existsSync, linkSync, readFileSync, unlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { AppError } from '../core/errors.ts';
import type { Clock } from '../core/clock.ts';
import type { Logger } from '../core/logger.ts';
import { isWebhookSecret } from '../jobs/webhooks/sign-webhook.ts';
import { createWebhookSender, type WebhookSender } from '../jobs/webhooks/webhook-sender.ts';
import type { JobStore } from '../jobs/job-store.ts';
import type { WebhookDelivery, WebhookOutbox } from '../jobs/webhook-outbox.ts';
import { createCallbackClient } from '../net/callback-client.ts';
import { checkCallableUrl } from '../net/url-guard.ts';
import type { CallbackVerdict } from '../pipeline/video-request.ts';

const SECRET_FILE = 'webhook-secret';
const SECRET_BYTES = 32;
/** A receiver that hangs does not hold up a stop; the attempt that is cut off is made again at the next start. */
const LONGEST_GRACE_MILLISECONDS = 5_000;

type WebhookConfig = {
  readonly mockMode: boolean;
  readonly dataDirectory: string;
  readonly webhookSecrets: readonly string[] | null;
};

/** What a `callbackUrl` has to be under this configuration. */
export function createCallbackCheck(
  config: Pick<WebhookConfig, 'mockMode' | 'webhookSecrets'>,
): (url: string) => CallbackVerdict {
  return (text) => {
    if (config.webhookSecrets === null && !config.mockMode) return { isAllowed: false, isConfigured: false };
    const verdict = checkCallableUrl(text, { allowPrivate: config.mockMode });
    if (verdict.url !== null) return { isAllowed: true };
    return { isAllowed: false, isConfigured: true, rule: verdict.rule, value: verdict.value };
  };
}

export type Webhooks = Pick<WebhookSender, 'wake' | 'stop'>;

/**
 * Starts to make the calls that the outbox asks for. In mock mode a secret is made when none is set, and kept in the data folder,
 * which must be this process's. Without any secret nothing is sent; what waits is sent once there is one.
 */
export function startWebhooks(
  config: WebhookConfig,
  options: {
    readonly jobs: Pick<JobStore, 'watchEvents'>;
    readonly outbox: WebhookOutbox;
    readonly render: (delivery: WebhookDelivery) => Promise<string>;
    readonly version: string;
    readonly clock: Clock;
    readonly logger: Logger;
  },
): Webhooks {
  const { jobs, outbox, render, version, clock, logger } = options;
  const secrets = config.webhookSecrets ?? (config.mockMode ? [keepMockSecret(config.dataDirectory)] : []);
  if (secrets.length === 0) return { wake() {}, async stop() {} };
  const client = createCallbackClient({ allowPrivate: config.mockMode });
  const sender = createWebhookSender({
    outbox,
    render,
    post: (request) => client.post(request),
    secrets,
    userAgent: `ai-video-engineer/${version}`,
    clock,
    log: logger,
    random: Math.random,
  });
  const stopWatching = jobs.watchEvents(() => sender.wake());
  sender.start();
  return {
    wake: () => sender.wake(),
    async stop({ graceMilliseconds }) {
      stopWatching();
      await sender.stop({ graceMilliseconds: Math.min(graceMilliseconds, LONGEST_GRACE_MILLISECONDS) });
      await client.close();
    },
  };
}

/** The secret of this data folder, made at the first start; only the owner of the file may read it. */
function keepMockSecret(folder: string): string {
  const path = join(folder, SECRET_FILE);
  if (!existsSync(path)) {
    // Under its name from the first moment whole, and never in the place of one that another process has made meanwhile.
    const unnamed = `${path}.${randomBytes(6).toString('hex')}`;
    writeFileSync(unnamed, `whsec_${randomBytes(SECRET_BYTES).toString('base64')}\n`, { mode: 0o600, flag: 'wx' });
    try {
      linkSync(unnamed, path);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    } finally {
      unlinkSync(unnamed);
    }
  }
  const secret = readFileSync(path, 'utf8').trim();
  if (isWebhookSecret(secret)) return secret;
  throw new AppError({
    code: 'invalid_configuration',
    kind: 'invalid_input',
    message: `${path} must hold "whsec_" and 24 to 64 bytes in base64; what it holds is not shown. Delete it to have a new one made.`,
  });
}
