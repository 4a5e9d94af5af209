import { join } from 'node:path';
import manifest from '../../package.json' with { type: 'json' };
import type { Config } from '../config/schema.ts';
import type { CircuitBreakers } from '../core/circuit-breaker.ts';
import type { Clock } from '../core/clock.ts';
import { createId } from '../core/ids.ts';
import type { Logger } from '../core/logger.ts';
import type { VendorRecord } from '../core/vendor-record.ts';
import { createLinks } from '../http/links.ts';
import type { ServerDependencies } from '../http/route-context.ts';
import { describeVideo, requireJob } from '../http/routes/videos.ts';
import { createServer } from '../http/server.ts';
import { toWebhookEvent } from '../http/views/webhook-event.ts';
import type { JobStore } from '../jobs/job-store.ts';
import type { WebhookOutbox } from '../jobs/webhook-outbox.ts';
import { GENERATE_VIDEO_STEPS } from '../pipeline/generate-video.ts';
import { createHeyGenWebhook } from './heygen-webhook.ts';
import { capsOf } from './jobs.ts';
import { ABSENT_KEY } from '../storage/content-key.ts';
import { hasBucket } from './objects.ts';
import { describeVendors } from './vendor-health.ts';
import { BUCKET } from './vendor-watch.ts';
import { startWebhooks } from './webhooks.ts';

/** What the world sees of the jobs: the HTTP server once it listens, and the calls to those who asked to be called. */
export type Serving = {
  /** Starts the HTTP server and resolves with its address, such as `http://localhost:5000`. */
  listen(): Promise<string>;
  closeServer(): Promise<void>;
  stopWebhooks(options: { readonly graceMilliseconds: number }): Promise<void>;
};

type Parts = Pick<
  ServerDependencies,
  | 'eventHub'
  | 'objects'
  | 'notifyJob'
  | 'createVideo'
  | 'createVideoOnce'
  | 'requestRules'
  | 'listPresenters'
  | 'estimateVideo'
  | 'requireMoney'
  | 'speech'
> & {
  readonly jobs: JobStore;
  readonly outbox: WebhookOutbox;
  /** How vendors were when they were last asked. */
  readonly record: VendorRecord;
  /** Undefined when nobody improves scripts. */
  readonly editorBreakers: CircuitBreakers | undefined;
  readonly startedAt: number;
  readonly clock: Clock;
  readonly logger: Logger;
};

export function openServing(config: Config, { outbox, record, editorBreakers, ...parts }: Parts): Serving {
  const { jobs, objects, clock, logger } = parts;
  const { version } = manifest;
  const views = { jobs, clock, links: createLinks(config.publicUrl), workflowSteps: GENERATE_VIDEO_STEPS };
  const webhooks = startWebhooks(config, {
    jobs,
    outbox,
    render: async (delivery) =>
      JSON.stringify(toWebhookEvent(delivery, await describeVideo(views, await requireJob(views, delivery.jobId)))),
    version,
    clock,
    logger,
  });
  let closeServer = async (): Promise<void> => undefined;
  return {
    async listen() {
      const server = await createServer({
        ...parts,
        webhooks: outbox,
        receiveHeyGenWebhook: createHeyGenWebhook(config, { jobs, notifyJob: parts.notifyJob, clock, logger }),
        notifyWebhooks: () => webhooks.wake(),
        workflowSteps: GENERATE_VIDEO_STEPS,
        mockMode: config.mockMode,
        costCaps: capsOf(config),
        adminApiKey: config.adminApiKey,
        speechRequestsPerMinute: config.speechRequestsPerMinute,
        healthChecks: {
          journal: async () => jobs.list({ limit: 1 }),
          storage: async () => (hasBucket(config) ? sayHowBucketIs(record) : objects.head(ABSENT_KEY)),
        },
        vendors: {
          describe: () => describeVendors(config, { record, editorBreakers }),
          isWellAgain: (vendor) => record.read(vendor).state === 'ok',
        },
        publicUrl: config.publicUrl,
        version,
        createRequestId: () => createId('req', clock.now()),
        webFolder: join(import.meta.dirname, '../../.assets/web'),
      });
      closeServer = () => server.close();
      await server.listen({ host: config.host, port: config.port });
      return addressOf(server.server.address(), config.host);
    },
    closeServer: () => closeServer(),
    stopWebhooks: (options) => webhooks.stop(options),
  };
}

/** Whoever asks for our health must not have to wait for a vendor. Throws what the bucket was last met with. */
function sayHowBucketIs(record: VendorRecord): void {
  const { error } = record.read(BUCKET);
  if (error !== null) throw error;
}

function addressOf(address: string | { readonly port: number } | null, host: string): string {
  const port = address === null || typeof address === 'string' ? 0 : address.port;
  const isLocal = ['127.0.0.1', '::1', '0.0.0.0', '::', 'localhost'].includes(host);
  return `http://${isLocal ? 'localhost' : host}:${port}`;
}
