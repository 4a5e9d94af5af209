import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { AppError } from '../core/errors.ts';
import { HttpFailure } from '../net/http-client.ts';
import type { HttpClient } from '../net/http-client.ts';
import { NVIDIA_SMI_ARGUMENTS } from './nvidia-smi-csv.ts';
import { unreadableMetrics } from './gpu-reading.ts';

/** Where the metrics of one server come from. `id` is the server's in the fleet. `read` throws AppError only. */
export type MetricsSource = {
  readonly id: string;
  read(signal: AbortSignal): Promise<string>;
};

/** Eight GPUs with every field that the exporter knows come to some hundred kilobytes. */
export const METRICS_BYTES_LIMIT = 1_048_576;

/** A DCGM exporter, or anything that serves its text or nvidia-smi's CSV over HTTP. The client's own size limit holds too. */
export function metricsFromUrl(id: string, url: string, client: HttpClient): MetricsSource {
  return {
    id,
    async read(signal) {
      let response;
      try {
        response = await client.send({ method: 'GET', url, headers: { accept: 'text/plain, text/csv' }, signal });
      } catch (thrown) {
        throw toMetricsError(thrown);
      }
      if (response.status !== 200)
        throw unreachable(`The GPU metrics must answer 200; they answered ${response.status}.`);
      if (response.bytes.length > METRICS_BYTES_LIMIT) {
        throw unreadableMetrics(
          `GPU metrics may have at most ${METRICS_BYTES_LIMIT} bytes; these have ${response.bytes.length}.`,
        );
      }
      return new TextDecoder().decode(response.bytes);
    },
  };
}

/** The GPUs of this machine, by NVIDIA's own command. */
export function metricsFromNvidiaSmi(id: string, command: string): MetricsSource {
  return {
    id,
    async read(signal) {
      try {
        const { stdout } = await promisify(execFile)(command, [...NVIDIA_SMI_ARGUMENTS], {
          signal,
          maxBuffer: METRICS_BYTES_LIMIT,
        });
        return stdout;
      } catch (thrown) {
        throw unreachable('The command that reports the GPUs failed.', thrown);
      }
    },
  };
}

function toMetricsError(thrown: unknown): AppError {
  if (!(thrown instanceof HttpFailure)) return unreachable('The GPU metrics could not be read.', thrown);
  if (thrown.fact === 'response_too_large' || thrown.fact === 'response_malformed') {
    return unreadableMetrics(thrown.message);
  }
  return unreachable(thrown.message, thrown);
}

function unreachable(message: string, cause?: unknown): AppError {
  return new AppError({ code: 'gpu_metrics_unreachable', kind: 'unavailable', message, cause });
}
