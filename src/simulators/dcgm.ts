import type { Clock } from '../core/clock.ts';
import { FaultControl } from './fault-control.ts';
import { startHttpSimulator, TRANSPORT_FAULTS } from './http-simulator.ts';
import type { Simulator, SimulatorOptions } from './simulator.ts';

const SCENARIOS = {
  ...TRANSPORT_FAULTS,
  'server-error': 'The exporter answers 500, as when it cannot ask the driver.',
  garbage: 'The answer is a web page instead of metrics.',
  huge: 'The metrics are followed by 8 MiB of comments.',
  'stale-values': 'Every answer repeats the values of the last one, as when the exporter has lost its GPUs.',
} as const;
export type DcgmScenario = keyof typeof SCENARIOS;

/** What a GPU is doing at a moment. */
export type SimulatedLoad = {
  readonly loadPercent: number;
  readonly memoryUsedMb: number;
  readonly temperatureC: number;
};

/** `legacy`: names of exporter 2 to 4.8, MiB and percent. `canonical`: names that carry their unit, bytes and ratios, as since 4.9. */
type DcgmNames = 'legacy' | 'canonical';

export type DcgmSimulatorOptions = SimulatorOptions & {
  readonly gpuCount: number;
  readonly load: (gpuIndex: number, elapsedSeconds: number) => SimulatedLoad;
  readonly clock: Clock;
  readonly names?: DcgmNames;
  /** How long the fault `slow-first-byte` waits. */
  readonly slowSeconds?: number | undefined;
};

const MEMORY_TOTAL_MB = 15_360;
const HUGE_BYTES = 8 * 2 ** 20;

/** A DCGM exporter: `GET /metrics` in the Prometheus text format, for GPUs that do what `load` says. */
export function startDcgmSimulator(options: DcgmSimulatorOptions): Promise<Simulator<DcgmScenario>> {
  const { clock, names = 'legacy', port, keptRequests, slowSeconds = 30 } = options;
  const startedAt = clock.now();
  let lastText: string | undefined;

  function currentText(): string {
    const elapsedSeconds = (clock.now() - startedAt) / 1000;
    const loads = Array.from({ length: options.gpuCount }, (_, index) => options.load(index, elapsedSeconds));
    return exporterText(loads, elapsedSeconds, names);
  }

  return startHttpSimulator<DcgmScenario>({
    port,
    keptRequests,
    faults: new FaultControl(SCENARIOS),
    slowSeconds,
    async answer({ path }, fault) {
      const plain = { 'content-type': 'text/plain' };
      if (path !== '/metrics') return { status: 404, headers: plain, body: 'Not found\n' };
      if (fault === 'server-error') return { status: 500, headers: plain, body: 'Failed to gather metrics\n' };
      if (fault !== 'stale-values' || lastText === undefined) lastText = currentText();
      const headers = { 'content-type': 'text/plain; version=0.0.4; charset=utf-8' };
      if (fault === 'garbage') return { status: 200, headers, body: '<html><body>It works!</body></html>\n' };
      const padding = fault === 'huge' ? '# padding\n'.repeat(HUGE_BYTES / 10) : '';
      return { status: 200, headers, body: `${lastText}${padding}` };
    },
  });
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
