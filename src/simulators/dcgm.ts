import { createServer } from 'node:http';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Clock } from '../core/clock.ts';
import { FaultControl } from './fault-control.ts';
import type { RecordedRequest, Simulator } from './simulator.ts';

export type DcgmScenario = 'refuse' | 'server-error' | 'hang' | 'garbage' | 'huge' | 'stale-values';

/** What a GPU is doing at a moment. */
export type SimulatedLoad = {
  readonly loadPercent: number;
  readonly memoryUsedMb: number;
  readonly temperatureC: number;
};

/** `legacy`: names of exporter 2 to 4.8, MiB and percent. `canonical`: names that carry their unit, bytes and ratios, as since 4.9. */
type DcgmNames = 'legacy' | 'canonical';

const MEMORY_TOTAL_MB = 15_360;
const SCENARIOS = ['refuse', 'server-error', 'hang', 'garbage', 'huge', 'stale-values'] as const;
const HUGE_BYTES = 8 * 2 ** 20;

/**
 * A DCGM exporter on a loopback port: `GET /metrics` in the Prometheus text format, for GPUs that do what `load` says.
 * Faults: `refuse` resets the connection, `server-error` answers 500, `hang` never answers, `garbage` is not metrics,
 * `huge` sends 8 MiB, `stale-values` repeats what it served last.
 */
export async function startDcgmSimulator(options: {
  readonly gpuCount: number;
  readonly load: (gpuIndex: number, elapsedSeconds: number) => SimulatedLoad;
  readonly clock: Clock;
  readonly names?: DcgmNames;
}): Promise<Simulator<DcgmScenario>> {
  const { clock, names = 'legacy' } = options;
  const faults = new FaultControl<DcgmScenario>(SCENARIOS);
  const requests: RecordedRequest[] = [];
  const startedAt = clock.now();
  let lastText: string | undefined;

  function currentText(): string {
    const elapsedSeconds = (clock.now() - startedAt) / 1000;
    const loads = Array.from({ length: options.gpuCount }, (_, index) => options.load(index, elapsedSeconds));
    return exporterText(loads, elapsedSeconds, names);
  }

  function answer(request: IncomingMessage, response: ServerResponse): void {
    requests.push({
      method: request.method ?? '',
      target: request.url ?? '',
      headers: Object.fromEntries(Object.entries(request.headers).map(([name, value]) => [name, String(value)])),
      body: '',
    });
    if (request.url !== '/metrics') {
      response.writeHead(404).end();
      return;
    }
    const fault = faults.take();
    if (fault === 'hang') return;
    if (fault === 'refuse') {
      response.destroy();
      return;
    }
    if (fault === 'server-error') {
      response.writeHead(500, { 'content-type': 'text/plain' }).end('Failed to gather metrics\n');
      return;
    }
    if (fault !== 'stale-values' || lastText === undefined) lastText = currentText();
    response.writeHead(200, { 'content-type': 'text/plain; version=0.0.4; charset=utf-8' });
    if (fault === 'garbage') response.end('<html><body>It works!</body></html>\n');
    else if (fault === 'huge') response.end(`${lastText}${'# padding\n'.repeat(HUGE_BYTES / 10)}`);
    else response.end(lastText);
  }

  const server = createServer(answer);
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', resolve);
  });
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    faults,
    requests,
    async close() {
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      server.closeAllConnections();
      await closed;
    },
  };
}

function exporterText(loads: readonly SimulatedLoad[], elapsedSeconds: number, names: DcgmNames): string {
  const bytes = 2 ** 20;
  const families: readonly (readonly [name: string, help: string, value: (load: SimulatedLoad) => number])[] =
    names === 'legacy'
      ? [
          ['DCGM_FI_DEV_GPU_TEMP', 'GPU temperature (in C).', (load) => load.temperatureC],
          ['DCGM_FI_DEV_GPU_UTIL', 'GPU utilization (in %).', (load) => load.loadPercent],
          ['DCGM_FI_DEV_FB_FREE', 'Framebuffer memory free (in MiB).', (load) => MEMORY_TOTAL_MB - load.memoryUsedMb],
          ['DCGM_FI_DEV_FB_USED', 'Framebuffer memory used (in MiB).', (load) => load.memoryUsedMb],
        ]
      : [
          ['DCGM_FI_DEV_GPU_TEMP', 'GPU temperature.', (load) => load.temperatureC],
          ['DCGM_FI_DEV_GPU_UTIL_RATIO', 'GPU utilization.', (load) => load.loadPercent / 100],
          ['DCGM_FI_DEV_FB_CAPACITY_BYTES', 'Framebuffer memory.', () => MEMORY_TOTAL_MB * bytes],
          ['DCGM_FI_DEV_FB_USED_BYTES', 'Framebuffer memory used.', (load) => load.memoryUsedMb * bytes],
        ];
  // What a real exporter never repeats; in millijoules, at some 70 W.
  const energy = Math.round(elapsedSeconds * 70_000);
  const all = [...families, ['DCGM_FI_DEV_TOTAL_ENERGY_CONSUMPTION', 'Total energy.', () => energy] as const];
  return all
    .map(([name, help, value]) => {
      const samples = loads.map((load, index) => `${name}{${labelsOf(index)}} ${value(load)}\n`);
      return `# HELP ${name} ${help}\n# TYPE ${name} gauge\n${samples.join('')}`;
    })
    .join('');
}

function labelsOf(gpuIndex: number): string {
  const uuid = `GPU-00000000-0000-4000-8000-${String(gpuIndex).padStart(12, '0')}`;
  return `gpu="${gpuIndex}",UUID="${uuid}",device="nvidia${gpuIndex}",modelName="Tesla T4",Hostname="speech-gpu"`;
}
