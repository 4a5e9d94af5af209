import { collectDefaultMetrics, Gauge, Registry } from 'prom-client';
import type { JournalStatistics } from '../jobs/journal-statistics.ts';

/** There is one queue until there are workers of several kinds. */
const QUEUE = 'videos';

/**
 * What the journal says about its jobs; scaling reads these (docs/reference/metrics.md). Users never are labels: they would make
 * as many series.
 */
export const JOB_METRICS = {
  jobs_ready: {
    help: 'Jobs that could run now: queued, waiting past their time, or left behind by a dead worker.',
    value: ({ ready }) => ready,
  },
  jobs_running: { help: 'Jobs that a worker holds.', value: ({ running }) => running },
  jobs_waiting: {
    help: 'Jobs whose time has not come: delayed, between retries, or waiting for a provider.',
    value: ({ waiting }) => waiting,
  },
  jobs_oldest_ready_seconds: {
    help: 'How long the oldest ready job has been ready; 0 without one.',
    value: ({ oldestReadySeconds }) => oldestReadySeconds,
  },
} as const satisfies Readonly<
  Record<string, { readonly help: string; readonly value: (statistics: JournalStatistics) => number }>
>;

export type Metrics = {
  readonly contentType: string;
  /** The Prometheus text format. Rejects when the journal cannot be read. */
  render(): Promise<string>;
};

/** The same numbers from every process on the same journal, whoever dispatches its jobs; `process_*` and `nodejs_*` are of this one. */
export function createMetrics(jobs: { statistics(): Promise<JournalStatistics> }): Metrics {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  const gauges = Object.entries(JOB_METRICS).map(([name, { help, value }]) => ({
    gauge: new Gauge({ name, help, labelNames: ['queue'], registers: [registry] }),
    value,
  }));
  return {
    contentType: registry.contentType,
    async render() {
      const statistics = await jobs.statistics();
      for (const { gauge, value } of gauges) gauge.set({ queue: QUEUE }, value(statistics));
      return registry.metrics();
    },
  };
}
