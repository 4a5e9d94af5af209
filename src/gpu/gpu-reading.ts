import { AppError } from '../core/errors.ts';

/** What one GPU, or one partition of it, reported. null is what it does not report. */
export type GpuReading = {
  /** Its UUID where one is given, else its index; stable between readings. */
  readonly id: string;
  readonly loadPercent: number | null;
  /** In MiB, as NVIDIA's tools count. */
  readonly memoryUsedMb: number | null;
  readonly memoryTotalMb: number | null;
  readonly temperatureC: number | null;
};

export type GpuReport = {
  readonly gpus: readonly GpuReading[];
  /** When the exporter says it measured, milliseconds since the epoch; most do not say. */
  readonly measuredAt: number | null;
};

/** What no GPU can report: such a value means that we misread the text, and a misread value must not look healthy. */
const RANGES = {
  loadPercent: [0, 100],
  memoryUsedMb: [0, 16_777_216],
  memoryTotalMb: [0, 16_777_216],
  temperatureC: [-60, 200],
} as const satisfies Readonly<Record<Exclude<keyof GpuReading, 'id'>, readonly [number, number]>>;

/** Throws AppError `gpu_metrics_unreadable` when there is no GPU, or a value that no GPU can have. */
export function checkReadings(gpus: readonly GpuReading[]): readonly GpuReading[] {
  if (gpus.length === 0) throw unreadableMetrics('GPU metrics must name at least one GPU; these name none.');
  for (const gpu of gpus) {
    for (const [field, [least, most]] of Object.entries(RANGES)) {
      const value = gpu[field as keyof typeof RANGES];
      if (value !== null && !(value >= least && value <= most)) {
        throw unreadableMetrics(`${field} of a GPU must be from ${least} to ${most}; got ${value}.`);
      }
    }
  }
  return gpus;
}

export function unreadableMetrics(message: string): AppError {
  return new AppError({ code: 'gpu_metrics_unreadable', kind: 'protocol', message });
}
