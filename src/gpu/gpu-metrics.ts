import { createHash } from 'node:crypto';
import type { Clock } from '../core/clock.ts';
import { AppError, toAppError } from '../core/errors.ts';
import type { Timer } from '../core/timer.ts';
import { parseDcgmText } from './dcgm-text.ts';
import { unreadableMetrics } from './gpu-reading.ts';
import type { GpuReading, GpuReport } from './gpu-reading.ts';
import { METRICS_BYTES_LIMIT } from './metrics-source.ts';
import type { MetricsSource } from './metrics-source.ts';
import { isNvidiaSmiCsv, parseNvidiaSmiCsv } from './nvidia-smi-csv.ts';

/** What is known of one server's GPUs. All null until a first reading came. */
export type SourceMetrics = {
  readonly id: string;
  readonly gpus: readonly GpuReading[] | null;
  /** Since the values were measured, or asked for where the exporter does not say. */
  readonly ageSeconds: number | null;
  /** For how long every value of the text has been the same: a working GPU's never are. */
  readonly unchangedSeconds: number | null;
  /** Never read, or older than may be relied on. */
  readonly isStale: boolean;
  /** Why the last reading failed; null when it did not. */
  readonly error: string | null;
};

export type GpuMetrics = {
  snapshot(): readonly SourceMetrics[];
  /** Ends the readings under way; nothing is read after it resolves. */
  stop(): Promise<void>;
};

/** DCGM exporters measure every 30 seconds unless told otherwise; health is to be at most 15 seconds old. */
const DEFAULT_PACE = { intervalSeconds: 5, deadlineSeconds: 3, staleAfterSeconds: 15 };

/** Recognises the format by itself. Throws AppError `gpu_metrics_unreadable`. */
export function parseGpuMetrics(text: string): GpuReport {
  if (text.length > METRICS_BYTES_LIMIT) {
    throw unreadableMetrics(`GPU metrics may have at most ${METRICS_BYTES_LIMIT} bytes; these have ${text.length}.`);
  }
  return isNvidiaSmiCsv(text) ? parseNvidiaSmiCsv(text) : parseDcgmText(text);
}

/** Reads every source at once and then again and again, each at its own pace and never twice at a time. */
export function startGpuMetrics(options: {
  readonly sources: readonly MetricsSource[];
  readonly clock: Clock;
  readonly timer: Timer;
  readonly intervalSeconds?: number;
  readonly deadlineSeconds?: number;
  readonly staleAfterSeconds?: number;
}): GpuMetrics {
  const pace = { ...DEFAULT_PACE, ...options };
  const watches = options.sources.map((source) => watchSource(source, pace));
  return {
    snapshot: () => watches.map((watch) => watch.snapshot()),
    async stop() {
      await Promise.all(watches.map((watch) => watch.stop()));
    },
  };
}

type Pace = typeof DEFAULT_PACE & { readonly clock: Clock; readonly timer: Timer };

function watchSource(source: MetricsSource, pace: Pace): { snapshot(): SourceMetrics; stop(): Promise<void> } {
  const { clock, timer } = pace;
  let latest: { readonly report: GpuReport; readonly measuredAt: number } | undefined;
  let fingerprint: string | undefined;
  let changedAt = 0;
  let error: string | null = null;
  let stopTimer: (() => void) | undefined;
  let abort: AbortController | undefined;
  let stopped = false;
  let reading: Promise<void> = poll();

  async function poll(): Promise<void> {
    const askedAt = clock.now();
    try {
      const text = await readInTime();
      const report = parseGpuMetrics(text);
      const print = createHash('sha256').update(text).digest('base64');
      if (print !== fingerprint) changedAt = askedAt;
      fingerprint = print;
      latest = { report, measuredAt: Math.min(report.measuredAt ?? askedAt, askedAt) };
      error = null;
    } catch (thrown) {
      error = toAppError(thrown).message;
    }
    if (stopped) return;
    stopTimer = timer.start(pace.intervalSeconds * 1000, () => {
      reading = poll();
    });
  }

  /** Does not rely on the source to heed its signal. */
  async function readInTime(): Promise<string> {
    const controller = new AbortController();
    abort = controller;
    const { promise: ended, reject } = Promise.withResolvers<never>();
    controller.signal.addEventListener('abort', () => reject(controller.signal.reason as Error), { once: true });
    const stopDeadline = timer.start(pace.deadlineSeconds * 1000, () => controller.abort(deadlineError(pace)));
    try {
      return await Promise.race([source.read(controller.signal), ended]);
    } finally {
      stopDeadline();
    }
  }

  return {
    snapshot() {
      const now = clock.now();
      const ageSeconds = latest === undefined ? null : Math.max(0, now - latest.measuredAt) / 1000;
      return {
        id: source.id,
        gpus: latest?.report.gpus ?? null,
        ageSeconds,
        unchangedSeconds: latest === undefined ? null : Math.max(0, now - changedAt) / 1000,
        isStale: ageSeconds === null || ageSeconds > pace.staleAfterSeconds,
        error,
      };
    },
    async stop() {
      stopped = true;
      stopTimer?.();
      abort?.abort();
      await reading;
    },
  };
}

function deadlineError(pace: Pace): AppError {
  return new AppError({
    code: 'gpu_metrics_unreachable',
    kind: 'timeout',
    message: `GPU metrics must come within ${pace.deadlineSeconds} seconds; they did not.`,
  });
}
