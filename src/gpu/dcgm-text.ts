import { checkReadings, unreadableMetrics } from './gpu-reading.ts';
import type { GpuReading, GpuReport } from './gpu-reading.ts';

type Field = 'load' | 'memoryUsed' | 'memoryFree' | 'memoryTotal' | 'temperature';
type Sample = {
  readonly name: string;
  readonly labels: ReadonlyMap<string, string>;
  readonly value: number;
  readonly measuredAt: number | null;
};

const METRIC_NAME = /^[a-zA-Z_:][\w:]*/;
const TIMESTAMP = /^-?\d{1,16}$/;
const LABEL = /\s*([a-zA-Z_]\w*)\s*=\s*"((?:[^"\\]|\\.)*)"\s*(?:,|$)/y;
const NUMBER = /^[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?$/;

/**
 * The names of one quantity: `dcgm_fb_used` (exporter 1), `DCGM_FI_DEV_FB_USED` (2 to 4.8), and the canonical names of
 * 4.9, which carry their unit: utilization became a ratio, memory bytes. A suffix that a quantity does not know, such as
 * the `_PERCENT` of memory, makes another metric of it.
 */
const NAME =
  /^(?:DCGM_FI_DEV|DCGM)_(GPU_UTIL(?:IZATION)?|FB_USED|FB_FREE|FB_TOTAL|FB_CAPACITY|GPU_TEMP(?:ERATURE)?)(?:_([A-Z]+))?$/;
const FIELDS: Readonly<Record<string, Field>> = {
  GPU_UTIL: 'load',
  GPU_UTILIZATION: 'load',
  FB_USED: 'memoryUsed',
  FB_FREE: 'memoryFree',
  FB_TOTAL: 'memoryTotal',
  FB_CAPACITY: 'memoryTotal',
  GPU_TEMP: 'temperature',
  GPU_TEMPERATURE: 'temperature',
};
const MEMORY_UNITS: Readonly<Record<string, number>> = { '': 1, BYTES: 1 / 2 ** 20 };
const UNITS: Readonly<Record<Field, Readonly<Record<string, number>>>> = {
  load: { '': 1, PERCENT: 1, RATIO: 100 },
  memoryUsed: MEMORY_UNITS,
  memoryFree: MEMORY_UNITS,
  memoryTotal: MEMORY_UNITS,
  temperature: { '': 1, CELSIUS: 1 },
};
/** A ratio that partitions report, for which the exporter has no utilization. */
const PARTITION_LOAD = 'DCGM_FI_PROF_GR_ENGINE_ACTIVE';

/** DCGM writes "no value" as a number near the top of its type: 32-bit, double and 64-bit (dcgm_structs.h). */
function isBlank(value: number): boolean {
  return Number.isNaN(value) || (value >= 2_147_483_632 && value <= 2_147_483_640) || value >= 140_737_488_355_328;
}

/**
 * Reads what a DCGM exporter serves (Prometheus text format 0.0.4). Other metrics are passed over; a line that is not of
 * the format, or a text without a GPU, throws AppError `gpu_metrics_unreadable`.
 */
export function parseDcgmText(text: string): GpuReport {
  const gpus = new Map<string, { readonly uuid: string; readonly isPartition: boolean; values: Map<Field, number> }>();
  const partitionLoads = new Map<string, number>();
  let measuredAt: number | null = null;
  for (const [index, rawLine] of text.split('\n').entries()) {
    const line = rawLine.trim();
    if (line === '' || line.startsWith('#')) continue;
    const sample = parseSample(line, index + 1);
    const meaning = meaningOf(sample.name);
    if (meaning === undefined && sample.name !== PARTITION_LOAD) continue;
    const uuid = firstLabel(sample, ['UUID', 'uuid', 'device', 'gpu']);
    if (uuid === undefined) throw unreadableMetrics(`Line ${index + 1} of the GPU metrics names no GPU.`);
    const partition = sample.labels.get('GPU_I_ID') ?? '';
    const id = partition === '' ? uuid : `${uuid}/${partition}`;
    const gpu = gpus.get(id) ?? { uuid, isPartition: partition !== '', values: new Map<Field, number>() };
    gpus.set(id, gpu);
    if (isBlank(sample.value)) continue;
    if (meaning === undefined) partitionLoads.set(id, sample.value * 100);
    else gpu.values.set(meaning.field, sample.value * meaning.unit);
    if (sample.measuredAt !== null) measuredAt = Math.min(measuredAt ?? Infinity, sample.measuredAt);
  }
  const whole = new Set([...gpus.values()].filter((gpu) => !gpu.isPartition).map((gpu) => gpu.uuid));
  const readings = [...gpus]
    // A GPU and its partitions report the same memory.
    .filter(([, gpu]) => !(gpu.isPartition && whole.has(gpu.uuid)))
    .map(([id, { values }]) => toReading(id, values, partitionLoads.get(id)));
  return { gpus: checkReadings(readings), measuredAt };
}

function toReading(id: string, values: ReadonlyMap<Field, number>, partitionLoad: number | undefined): GpuReading {
  const used = values.get('memoryUsed');
  const free = values.get('memoryFree');
  return {
    id,
    loadPercent: values.get('load') ?? partitionLoad ?? null,
    memoryUsedMb: used ?? null,
    memoryTotalMb: values.get('memoryTotal') ?? (used !== undefined && free !== undefined ? used + free : null),
    temperatureC: values.get('temperature') ?? null,
  };
}

function meaningOf(name: string): { readonly field: Field; readonly unit: number } | undefined {
  const match = NAME.exec(name.toUpperCase());
  const field = match === null ? undefined : FIELDS[match[1]!];
  const unit = field === undefined ? undefined : UNITS[field][match?.[2] ?? ''];
  return field === undefined || unit === undefined ? undefined : { field, unit };
}

function firstLabel(sample: Sample, names: readonly string[]): string | undefined {
  return names.map((name) => sample.labels.get(name)).find((value) => value !== undefined && value !== '');
}

/** In linear time whatever the line is: a label's text may hold braces, so the last one ends the labels. */
function parseSample(line: string, lineNumber: number): Sample {
  const name = METRIC_NAME.exec(line)?.[0];
  const afterName = line.slice(name?.length ?? 0).trimStart();
  const labelsEnd = afterName.startsWith('{') ? afterName.lastIndexOf('}') : -1;
  const labels = parseLabels(labelsEnd < 0 ? '' : afterName.slice(1, labelsEnd));
  const [valueText = '', timestamp, ...more] = afterName
    .slice(labelsEnd + 1)
    .trim()
    .split(/\s+/);
  const value = parseNumber(valueText);
  const isTimed = timestamp !== undefined;
  const isWhole = more.length === 0 && (!isTimed || TIMESTAMP.test(timestamp));
  if (name === undefined || labels === undefined || value === undefined || !isWhole) {
    throw unreadableMetrics(`Line ${lineNumber} of the GPU metrics must be a sample of the Prometheus text format.`);
  }
  return { name, labels, value, measuredAt: isTimed ? Number(timestamp) : null };
}

function parseNumber(text: string): number | undefined {
  if (NUMBER.test(text)) return Number(text);
  if (/^nan$/i.test(text)) return Number.NaN;
  return /^[+-]?inf$/i.test(text) ? (text.startsWith('-') ? -Infinity : Infinity) : undefined;
}

function parseLabels(text: string): ReadonlyMap<string, string> | undefined {
  const labels = new Map<string, string>();
  if (text.trim() === '') return labels;
  LABEL.lastIndex = 0;
  while (LABEL.lastIndex < text.length) {
    const match = LABEL.exec(text);
    if (match === null) return undefined;
    labels.set(
      match[1]!,
      match[2]!.replaceAll(/\\(.)/g, (_, escaped: string) => (escaped === 'n' ? '\n' : escaped)),
    );
  }
  return labels;
}
