import type { Clock } from '../core/clock.ts';
import { AppError } from '../core/errors.ts';
import { startDcgmSimulator } from './dcgm.ts';
import { startElevenLabsSimulator } from './elevenlabs.ts';
import { createFaultBoard } from './fault-board.ts';
import type { FaultBoard } from './fault-board.ts';
import type { FaultControl } from './fault-control.ts';
import { startFaultServer } from './fault-server.ts';
import { startOpenAiChatSimulator } from './openai-chat.ts';
import type { SimulatedWriter } from './openai-chat.ts';
import { startOpenAiSpeechSimulator } from './openai-speech.ts';
import type { S3Account } from './s3-signature.ts';
import { SimulatedGpu } from './simulated-gpu.ts';
import type { Simulator, SimulatorVoice } from './simulator.ts';
import { startVibeVoiceSimulator } from './vibevoice.ts';

/** Simulators of every vendor, running. */
export type SimulatedVendors = {
  /** ws:// addresses with their path, one for each simulated GPU server. */
  readonly vibevoiceEndpoints: readonly string[];
  readonly elevenlabs: { readonly baseUrl: string; readonly apiKey: string; readonly voiceIds: readonly string[] };
  /** Chat completions. `baseUrl` ends in /v1. */
  readonly openai: { readonly baseUrl: string; readonly apiKey: string };
  /** `baseUrl` ends in /v1. */
  readonly openaiSpeech: { readonly baseUrl: string; readonly apiKey: string };
  /** DCGM exporters, one for each GPU server, in the order of `vibevoiceEndpoints`. */
  readonly gpuMetricsUrls: readonly string[];
  /** A bucket; null without a port for it, because in mock mode files stay in a folder. */
  readonly s3: (S3Account & { readonly endpoint: string; readonly bucket: string }) | null;
  /** Null without somebody who starts it. */
  readonly heygen: StartedHeyGen['account'] | null;
  readonly faults: FaultBoard;
  /** Where faults are switched over HTTP; null without a port for it. */
  readonly faultsUrl: string | null;
  close(): Promise<void>;
};

/** HeyGen is started by whoever can draw its clips. */
export type StartedHeyGen = {
  readonly simulator: Simulator;
  readonly account: { readonly baseUrl: string; readonly apiKey: string };
};

/** 0 is a free one. Of VibeVoice and DCGM this is the first server's; the others follow it. */
export type SimulatorPorts = {
  readonly vibevoice: number;
  readonly elevenlabs: number;
  readonly openaiSpeech: number;
  readonly openai: number;
  readonly s3: number;
  /** Used where HeyGen is started. */
  readonly heygen?: number;
  readonly dcgm: number;
  readonly faults: number;
};

export type SimulatedVendorsOptions = {
  readonly voice: SimulatorVoice;
  readonly writer: SimulatedWriter;
  /** On a free port without one. */
  readonly startHeyGen?: ((port: number | undefined) => Promise<StartedHeyGen>) | undefined;
  readonly clock: Clock;
  /** How many VibeVoice servers there are, each with one GPU. */
  readonly gpuServers?: number;
  /** Free ones without it, and none for faults and S3. */
  readonly ports?: SimulatorPorts;
  /** Which of its two protocols VibeVoice is pointed at by: our own, or that of the upstream server. */
  readonly vibevoicePath?: 'tts' | 'stream';
  readonly voiceIds?: readonly string[];
  /** For vendors that hear the language from the text. */
  readonly detectLanguage?: (text: string) => string;
  /** Seconds from one frame of VibeVoice to the next; as fast as it is read without it. */
  readonly frameSeconds?: number;
  /** How long the faults `slow-first-byte` wait. */
  readonly slowSeconds?: number;
};

/** The default of ELEVENLABS_VOICE_ID. */
const DEFAULT_VOICE_IDS = ['21m00Tcm4TlvDq8ikWAM'];
const ELEVENLABS_KEY = 'simulated-elevenlabs-key';
const OPENAI_KEY = 'simulated-openai-key';
/** Region and bucket are the defaults of WASABI_REGION and WASABI_BUCKET_NAME. */
const S3_ACCOUNT = {
  accessKey: 'simulated-wasabi-access-key',
  secretKey: 'simulated-wasabi-secret-key',
  region: 'us-east-1',
  bucket: 'ai-videos',
};
/** They run for days, so what clients asked for is not kept for long. */
const KEPT_REQUESTS = 100;

/**
 * Starts all simulators on loopback. Throws AppError `port_unavailable` when one of them cannot have its port; those that
 * had started are closed then.
 */
export async function startSimulatedVendors(options: SimulatedVendorsOptions): Promise<SimulatedVendors> {
  const { voice, writer, clock, gpuServers = 2, ports, vibevoicePath = 'tts', voiceIds = DEFAULT_VOICE_IDS } = options;
  const { detectLanguage, frameSeconds, slowSeconds } = options;
  const common = { voice, clock, detectLanguage, slowSeconds, keptRequests: KEPT_REQUESTS };
  const controls = new Map<string, FaultControl>();
  await using starting = new AsyncDisposableStack();
  const keep = async (name: string, start: Promise<Simulator>): Promise<string> => {
    const simulator = await start.catch((thrown: unknown) => rethrow(name, thrown));
    starting.defer(() => simulator.close());
    controls.set(name, simulator.faults);
    return simulator.url;
  };

  const gpus = Array.from({ length: gpuServers }, () => new SimulatedGpu(clock));
  const vibevoiceEndpoints: string[] = [];
  for (const [index, gpu] of gpus.entries()) {
    const port = portOf(ports?.vibevoice, index);
    const onSpeaking = (count: number): void => gpu.setStreamCount(count);
    const start = startVibeVoiceSimulator({ ...common, port, frameSeconds, onSpeaking });
    const url = await keep(`vibevoice-${index + 1}`, start);
    vibevoiceEndpoints.push(`${url.replace('http', 'ws')}/${vibevoicePath}`);
  }
  const elevenlabsUrl = await keep(
    'elevenlabs',
    startElevenLabsSimulator({ ...common, port: ports?.elevenlabs, apiKey: ELEVENLABS_KEY, voiceIds }),
  );
  const openaiUrl = await keep(
    'openai-speech',
    startOpenAiSpeechSimulator({ ...common, port: ports?.openaiSpeech, apiKey: OPENAI_KEY }),
  );
  const chatUrl = await keep(
    'openai',
    startOpenAiChatSimulator({ ...common, port: ports?.openai, apiKey: OPENAI_KEY, writer }),
  );
  const gpuMetricsUrls: string[] = [];
  for (const [index, gpu] of gpus.entries()) {
    const port = portOf(ports?.dcgm, index);
    const start = startDcgmSimulator({ ...common, port, gpuCount: 1, load: () => gpu.load() });
    gpuMetricsUrls.push(`${await keep(`dcgm-${index + 1}`, start)}/metrics`);
  }
  let s3: SimulatedVendors['s3'] = null;
  if (ports !== undefined) {
    const { startS3Simulator } = await import('./s3.ts');
    const endpoint = await keep('s3', startS3Simulator({ ...common, ...S3_ACCOUNT, port: ports.s3 }));
    s3 = { ...S3_ACCOUNT, endpoint };
  }
  let heygen: SimulatedVendors['heygen'] = null;
  if (options.startHeyGen !== undefined) {
    const started = options.startHeyGen(ports?.heygen);
    await keep(
      'heygen',
      started.then(({ simulator }) => simulator),
    );
    heygen = (await started).account;
  }
  const faults = createFaultBoard(controls);
  let faultsUrl: string | null = null;
  if (ports !== undefined) {
    const server = await startFaultServer({ board: faults, port: ports.faults }).catch((thrown: unknown) =>
      rethrow('faults', thrown),
    );
    starting.defer(() => server.close());
    faultsUrl = server.url;
  }
  const running = starting.move();
  return {
    vibevoiceEndpoints,
    elevenlabs: { baseUrl: elevenlabsUrl, apiKey: ELEVENLABS_KEY, voiceIds },
    openai: { baseUrl: `${chatUrl}/v1`, apiKey: OPENAI_KEY },
    openaiSpeech: { baseUrl: `${openaiUrl}/v1`, apiKey: OPENAI_KEY },
    gpuMetricsUrls,
    s3,
    heygen,
    faults,
    faultsUrl,
    close: () => running.disposeAsync(),
  };
}

function portOf(first: number | undefined, index: number): number {
  return first === undefined || first === 0 ? 0 : first + index;
}

function rethrow(name: string, thrown: unknown): never {
  if (!(thrown instanceof AppError)) throw thrown;
  const { code, kind, message } = thrown;
  throw new AppError({ code, kind, message: `The simulator ${name} cannot start: ${message}`, cause: thrown });
}
