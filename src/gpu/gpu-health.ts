import type { ServerState } from './fleet-server.ts';
import type { GpuFleetSnapshot } from './gpu-fleet.ts';
import type { SourceMetrics } from './gpu-metrics.ts';

export type GpuHealthStatus = 'healthy' | 'degraded' | 'stale' | 'unavailable' | 'not_configured';

/** The answer of `GET /tts/gpu-health`. Its numbers are null where nothing reports them. */
export type GpuHealth = {
  /** MiB, summed over all GPUs. */
  readonly gpu_memory_used_mb: number | null;
  /** The mean over all GPUs. */
  readonly gpu_load_percent: number | null;
  /** Of the hottest GPU. */
  readonly gpu_temperature_c: number | null;
  readonly active_streams: number;
  readonly queue_depth: number;
  readonly status: GpuHealthStatus;
  /** Why the status is not `healthy`, one sentence each. */
  readonly reasons: readonly string[];
  readonly servers: readonly GpuServerHealth[];
  /** Of the oldest reading in these figures. */
  readonly age_seconds: number | null;
};

export type GpuServerHealth = {
  readonly id: string;
  /** null for a server that only reports metrics. */
  readonly state: ServerState | null;
  readonly active_streams: number;
  readonly queue_depth: number;
  readonly speed: number | null;
  readonly failures: number;
  readonly gpu_memory_used_mb: number | null;
  readonly gpu_load_percent: number | null;
  readonly gpu_temperature_c: number | null;
  readonly age_seconds: number | null;
  readonly stale: boolean;
};

/** NVIDIA's data-centre GPUs slow down a few degrees above this. */
const HOT_C = 85;
/** The rest does not hold one more utterance's working memory: the next one may end in "out of memory". */
const FULL_SHARE = 0.95;
/** A GPU that speaks changes some figure at every measurement; after this long its exporter repeats old ones. */
const FROZEN_SECONDS = 120;

type Figures = Pick<GpuServerHealth, 'gpu_memory_used_mb' | 'gpu_load_percent' | 'gpu_temperature_c' | 'age_seconds'>;

/**
 * The read model of GPU health. The first rule that holds gives the status:
 * - `not_configured`: there is neither a server nor a metrics source.
 * - `unavailable`: there are servers and none is healthy, or there are only sources and none was ever read.
 * - `stale`: there are sources and none has a reading that may be relied on.
 * - `degraded`: a server is not healthy, some source is stale or failing, or a GPU is at 85 °C, or 95 % full.
 * - `healthy`: none of these.
 * Figures come from the sources that may be relied on; when there are none, from the last ones known, with their age.
 */
export function describeGpuHealth(fleet: GpuFleetSnapshot, sources: readonly SourceMetrics[]): GpuHealth {
  const isFrozen = (source: SourceMetrics): boolean => isRepeating(source, fleet);
  const current = sources.filter((source) => !source.isStale && !isFrozen(source));
  const figures = figuresOf(current.length > 0 ? current : sources);
  const reasons = reasonsOf(fleet, sources, isFrozen);
  return {
    ...figures,
    active_streams: fleet.active_streams,
    queue_depth: fleet.queue_depth,
    status: statusOf(fleet, sources, current.length, reasons.length),
    reasons,
    servers: describeServers(fleet, sources, isFrozen),
  };
}

function statusOf(
  fleet: GpuFleetSnapshot,
  sources: readonly SourceMetrics[],
  currentSources: number,
  reasons: number,
): GpuHealthStatus {
  const hasServers = fleet.servers.length > 0;
  if (!hasServers && sources.length === 0) return 'not_configured';
  if (hasServers && fleet.healthy_servers === 0) return 'unavailable';
  if (!hasServers && sources.every((source) => source.gpus === null)) return 'unavailable';
  if (sources.length > 0 && currentSources === 0) return 'stale';
  return reasons > 0 ? 'degraded' : 'healthy';
}

function isRepeating(source: SourceMetrics, fleet: GpuFleetSnapshot): boolean {
  const isSpeaking = fleet.servers.some((server) => server.id === source.id && server.active_streams > 0);
  return isSpeaking && (source.unchangedSeconds ?? 0) > FROZEN_SECONDS;
}

function reasonsOf(
  fleet: GpuFleetSnapshot,
  sources: readonly SourceMetrics[],
  isFrozen: (source: SourceMetrics) => boolean,
): readonly string[] {
  const reasons: string[] = [];
  for (const { id, state } of fleet.servers) {
    if (state !== 'healthy') reasons.push(`Server ${id} is ${state.replace('_', ' ')}.`);
  }
  if (fleet.panicking)
    reasons.push('Less than half of the servers are healthy: what finds none free is spoken elsewhere.');
  for (const source of sources) {
    if (source.error !== null) reasons.push(`Metrics of ${source.id}: ${source.error}`);
    if (source.gpus === null) reasons.push(`Metrics of ${source.id} were never read.`);
    else if (source.isStale)
      reasons.push(`Metrics of ${source.id} are ${Math.round(source.ageSeconds ?? 0)} seconds old.`);
    if (isFrozen(source)) {
      reasons.push(
        `Metrics of ${source.id} repeat the same values for ${Math.round(source.unchangedSeconds ?? 0)} seconds.`,
      );
    }
    for (const gpu of source.gpus ?? []) {
      const { temperatureC, memoryUsedMb, memoryTotalMb } = gpu;
      if (temperatureC !== null && temperatureC >= HOT_C) {
        reasons.push(`A GPU of ${source.id} must stay below ${HOT_C} °C; it is at ${temperatureC} °C.`);
      }
      if (memoryUsedMb !== null && memoryTotalMb !== null && memoryUsedMb >= FULL_SHARE * memoryTotalMb) {
        reasons.push(`A GPU of ${source.id} uses ${memoryUsedMb} of ${memoryTotalMb} MiB.`);
      }
    }
  }
  return reasons;
}

function describeServers(
  fleet: GpuFleetSnapshot,
  sources: readonly SourceMetrics[],
  isFrozen: (source: SourceMetrics) => boolean,
): readonly GpuServerHealth[] {
  const ids = new Set([...fleet.servers, ...sources].map((entry) => entry.id));
  return [...ids].map((id) => {
    const server = fleet.servers.find((candidate) => candidate.id === id);
    const source = sources.find((candidate) => candidate.id === id);
    return {
      id,
      state: server?.state ?? null,
      active_streams: server?.active_streams ?? 0,
      queue_depth: server?.queue_depth ?? 0,
      speed: server === undefined ? null : Math.round(server.speed * 1000) / 1000,
      failures: server?.failures ?? 0,
      ...figuresOf(source === undefined ? [] : [source]),
      stale: source !== undefined && (source.isStale || isFrozen(source)),
    };
  });
}

function figuresOf(sources: readonly SourceMetrics[]): Figures {
  const gpus = sources.flatMap((source) => source.gpus ?? []);
  const memory = gpus.flatMap((gpu) => gpu.memoryUsedMb ?? []);
  const load = gpus.flatMap((gpu) => gpu.loadPercent ?? []);
  const temperature = gpus.flatMap((gpu) => gpu.temperatureC ?? []);
  const ages = sources.flatMap((source) => source.ageSeconds ?? []);
  const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);
  return {
    gpu_memory_used_mb: memory.length > 0 ? Math.round(sum(memory)) : null,
    gpu_load_percent: load.length > 0 ? Math.round((sum(load) / load.length) * 10) / 10 : null,
    gpu_temperature_c: temperature.length > 0 ? Math.max(...temperature) : null,
    age_seconds: ages.length > 0 ? Math.round(Math.max(...ages) * 10) / 10 : null,
  };
}
