import { checkReadings, unreadableMetrics } from './gpu-reading.ts';
import type { GpuReading, GpuReport } from './gpu-reading.ts';

/** What the command is asked for; whoever serves its output over HTTP asks for the same. */
export const NVIDIA_SMI_ARGUMENTS = [
  '--query-gpu=index,uuid,utilization.gpu,memory.used,memory.total,temperature.gpu',
  '--format=csv',
] as const;

const VALUE = /^(-?\d+(?:\.\d+)?)(?: (?:%|MiB|C))?$/;
const ABSENT = /^\[?(?:N\/A|Not Supported|Unknown Error|GPU requires reset|Insufficient Permissions)\]?$/i;

/** Whether a text is the command's CSV: its first line names the columns. */
export function isNvidiaSmiCsv(text: string): boolean {
  return columnsOf(text.trimStart().split('\n', 1)[0]!).some((column) => column === 'utilization.gpu');
}

/**
 * Reads `nvidia-smi --query-gpu=… --format=csv`, with or without `nounits`, columns in any order. Throws AppError
 * `gpu_metrics_unreadable` for a row that does not fit its header, a value that is no number, or no GPU.
 */
export function parseNvidiaSmiCsv(text: string): GpuReport {
  const [header = '', ...rows] = text.trim().split('\n');
  const columns = columnsOf(header);
  const gpus = rows.map((row, index): GpuReading => {
    const cells = row.split(',').map((cell) => cell.trim());
    if (cells.length !== columns.length) {
      throw unreadableMetrics(
        `Row ${index + 1} of the GPU metrics must have ${columns.length} columns like its header; it has ${cells.length}.`,
      );
    }
    const cell = (column: string): string | undefined => cells[columns.indexOf(column)];
    return {
      id: cell('uuid') ?? cell('gpu_uuid') ?? cell('index') ?? String(index),
      loadPercent: readValue(cell('utilization.gpu'), index),
      memoryUsedMb: readValue(cell('memory.used'), index),
      memoryTotalMb: readValue(cell('memory.total'), index),
      temperatureC: readValue(cell('temperature.gpu'), index),
    };
  });
  return { gpus: checkReadings(gpus), measuredAt: null };
}

function columnsOf(header: string): readonly string[] {
  return header.split(',').map((column) => column.replace(/\[.*\]/, '').trim());
}

function readValue(cell: string | undefined, index: number): number | null {
  if (cell === undefined || ABSENT.test(cell)) return null;
  const match = VALUE.exec(cell);
  if (match === null) throw unreadableMetrics(`Row ${index + 1} of the GPU metrics must hold numbers.`);
  return Number(match[1]);
}
