import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox';
import type {
  FastifyBaseLogger,
  FastifyInstance,
  RawReplyDefaultExpression,
  RawRequestDefaultExpression,
  RawServerDefault,
} from 'fastify';
import type { Clock } from '../core/clock.ts';
import type { Logger } from '../core/logger.ts';
import type { EventHub } from '../jobs/event-hub.ts';
import type { Job } from '../jobs/job.ts';
import type { JobStore } from '../jobs/job-store.ts';
import type { Workflow } from '../jobs/workflow.ts';
import type { VideoRequest, VideoRequestRules } from '../pipeline/video-request.ts';
import type { ObjectStore } from '../storage/object-store.ts';
import type { Health } from './contract.ts';
import type { Links } from './links.ts';

/** All that the server needs; the composition root hands it in. */
export type ServerDependencies = {
  readonly jobs: Pick<JobStore, 'get' | 'steps' | 'list' | 'eventsSince'>;
  readonly eventHub: Pick<EventHub, 'subscribe'>;
  readonly objects: ObjectStore;
  /** Stores the job and wakes a worker; the job is on disk when the promise resolves. */
  readonly createVideo: (request: VideoRequest) => Promise<Job>;
  readonly requestRules: VideoRequestRules;
  readonly workflowSteps: Workflow['steps'];
  readonly speech: Pick<Health, 'mock_mode' | 'tts_provider' | 'vibevoice_available' | 'elevenlabs_fallback'>;
  /** What `/health` tries, by name; each throws when its part does not work. */
  readonly healthChecks: Readonly<Record<string, (signal: AbortSignal) => Promise<unknown>>>;
  /** Null: links are relative to the host that was asked. */
  readonly publicUrl: string | null;
  readonly version: string;
  /** Milliseconds since the epoch. */
  readonly startedAt: number;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly createRequestId: () => string;
  /** The built page (`.assets/web`); a folder that is not there leaves `/` without one. */
  readonly webFolder: string;
  /** 15,000 unless given: proxies commonly cut a connection that is silent for 30 to 60 seconds. */
  readonly heartbeatMilliseconds?: number;
};

/** What every route works with. */
export type RouteContext = ServerDependencies & {
  readonly links: Links;
  /** Aborts when the server begins to close. */
  readonly closing: AbortSignal;
};

/** A Fastify instance whose routes take their types from the contract. */
export type ContractServer = FastifyInstance<
  RawServerDefault,
  RawRequestDefaultExpression,
  RawReplyDefaultExpression,
  FastifyBaseLogger,
  TypeBoxTypeProvider
>;
