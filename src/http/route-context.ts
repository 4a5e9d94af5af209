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
import type { WebhookOutbox } from '../jobs/webhook-outbox.ts';
import type { Workflow } from '../jobs/workflow.ts';
import type { PresenterCatalogue } from '../pipeline/presenter-catalogue.ts';
import type { CostCaps } from '../jobs/cost-caps.ts';
import type { CostDoor } from '../pipeline/cost-door.ts';
import type { EstimateVideo } from '../pipeline/estimate-cost.ts';
import type { VideoRequest, VideoRequestRules } from '../pipeline/video-request.ts';
import type { CircuitBreakers } from '../core/circuit-breaker.ts';
import type { FailureKind } from '../core/failure-policy.ts';
import type { GpuHealth } from '../gpu/gpu-health.ts';
import type { ServerRotation } from '../gpu/server-rotation.ts';
import type { ObjectStore } from '../storage/object-store.ts';
import type { SpeechAnalytics } from '../tts/analytics.ts';
import type { Canary } from '../tts/canary.ts';
import type { MainProviderChoice } from '../tts/provider-choice.ts';
import type { SpeechGateway } from '../tts/speech-gateway.ts';
import type { SpeechProvider } from '../tts/speech-provider.ts';
import type { SpeechStateStore } from '../tts/speech-state.ts';
import type { Accepted } from './contract.ts';
import type { Links } from './links.ts';

/** What the routes see of the speech gateway. */
export type SpeechFacade = {
  readonly gateway: SpeechGateway;
  /** All that can speak, in no order; the offline voice is always among them. */
  readonly providers: readonly SpeechProvider[];
  readonly mainProvider: MainProviderChoice;
  readonly canary: Canary;
  readonly analytics: SpeechAnalytics;
  readonly breakers: Pick<CircuitBreakers, 'status'>;
  readonly audit: Pick<SpeechStateStore, 'audit' | 'appendAudit'>;
  gpuHealth(): GpuHealth;
  readonly gpuServers: ServerRotation;
  /** Whether a GPU server of this id could be connected to when it was last tried, in the background. */
  isServerReachable(id: string): boolean;
  /** The simulators' faults; undefined outside mock mode. */
  readonly faults: FaultSwitches | undefined;
};

/** Faults that simulators can be told to show; what they throw for a name that they do not know is an AppError. */
export type FaultSwitches = {
  list(): readonly SimulatedVendorFaults[];
  set(vendor: string, scenario: string, options?: { readonly times?: number }): void;
  /** Of one vendor, or of all. */
  clear(vendor?: string): void;
};

export type SimulatedVendorFaults = {
  readonly vendor: string;
  readonly scenarios: readonly { readonly scenario: string; readonly shows: string }[];
  /** `remaining` is null for a fault that stays until it is cleared. */
  readonly active: { readonly scenario: string; readonly remaining: number | null } | null;
};

/** How those who edit, draw and store were when they were last asked. */
export type VendorHealth = {
  readonly video: VendorState & { readonly provider: string; readonly fallback: string | null };
  readonly storage: VendorState & { readonly kind: 'folder' | 'bucket' };
  readonly enhancement: VendorState & { readonly available: boolean };
};

type VendorState = { readonly state: 'unknown' | 'ok' | 'failing'; readonly last_failure: FailureKind | null };

/** A request with a key of its client's: see `JobStore.createOnce`. */
export type VideoOnce = {
  readonly key: string;
  readonly fingerprint: string;
  /** What the client is told when the video gets this id. */
  readonly answer: (videoId: string) => Accepted;
};

export type OnceAnswer = { readonly answer: Accepted; readonly isReplay: boolean };

/** All that the server needs; the composition root hands it in. */
export type ServerDependencies = {
  readonly jobs: Pick<
    JobStore,
    | 'get'
    | 'steps'
    | 'calls'
    | 'answerOf'
    | 'costReport'
    | 'heldUsd'
    | 'statistics'
    | 'list'
    | 'eventsSince'
    | 'requestCancel'
    | 'retry'
  >;
  /** To be told of a job that is to be run, or to be stopped. */
  readonly notifyJob: (jobId: string) => void;
  readonly webhooks: Pick<WebhookOutbox, 'list' | 'replay'>;
  /** To be told of a webhook that is due. */
  readonly notifyWebhooks: () => void;
  /** Takes a delivery of HeyGen, or throws why not. */
  readonly receiveHeyGenWebhook: (request: {
    readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>;
    readonly body: Uint8Array;
  }) => Promise<void>;
  readonly eventHub: Pick<EventHub, 'subscribe'>;
  readonly objects: ObjectStore;
  /** Stores the job and wakes a worker; the job is on disk when the promise resolves. */
  readonly createVideo: (request: VideoRequest) => Promise<Job>;
  /** The same for a request that may come again: then it is the answer of the first time that comes back. */
  readonly createVideoOnce: (request: VideoRequest, once: VideoOnce) => Promise<OnceAnswer>;
  readonly requestRules: VideoRequestRules;
  readonly listPresenters: () => Promise<PresenterCatalogue>;
  readonly estimateVideo: EstimateVideo;
  readonly requireMoney: CostDoor;
  /** What the journal lets calls cost. */
  readonly costCaps: CostCaps;
  readonly workflowSteps: Workflow['steps'];
  readonly mockMode: boolean;
  readonly speech: SpeechFacade;
  /** Guards /admin; null closes it, except to this machine in mock mode. */
  readonly adminApiKey: string | null;
  /** Requests to POST /test/tts that one client address may make in a minute. */
  readonly speechRequestsPerMinute: number;
  /** What `/health` and `/ready` try, by name; each throws when its part does not work. No vendor is asked. */
  readonly healthChecks: Readonly<Record<string, (signal: AbortSignal) => Promise<unknown>>>;
  /** Nobody is asked for these. */
  readonly vendors: {
    describe(): VendorHealth;
    /** True once a vendor was found well after it had refused us. */
    isWellAgain(vendor: string): boolean;
  };
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
  /** 30,000 unless given: an event stream whose client takes nothing for this long is cut. */
  readonly stalledMilliseconds?: number;
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
