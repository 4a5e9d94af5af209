import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { TestContext } from 'node:test';
import { parseGpuMetrics } from '../gpu/gpu-metrics.ts';
import type { GpuReport } from '../gpu/gpu-reading.ts';
import { metricsFromUrl } from '../gpu/metrics-source.ts';
import { createHttpClient } from '../net/http-client.ts';
import { startDcgmSimulator } from './dcgm.ts';
import type { DcgmScenario } from './dcgm.ts';
import type { Simulator } from './simulator.ts';

type Rig = {
  readonly simulator: Simulator<DcgmScenario>;
  readonly read: (signal?: AbortSignal) => Promise<GpuReport>;
  readonly advance: (seconds: number) => void;
};

async function startRig(t: TestContext, names?: 'legacy' | 'canonical'): Promise<Rig> {
  let now = 0;
  const simulator = await startDcgmSimulator({
    gpuCount: 2,
    load: (index, elapsed) => ({ loadPercent: elapsed, memoryUsedMb: 1024 * (index + 1), temperatureC: 40 + elapsed }),
    clock: { now: () => now },
    ...(names === undefined ? {} : { names }),
  });
  const limits = { connectSeconds: 5, headersSeconds: 5, bodyGapSeconds: 5, totalSeconds: 5, responseBytes: 1_048_576 };
  const client = createHttpClient(limits);
  t.after(() => client.close());
  t.after(() => simulator.close());
  const source = metricsFromUrl('s', `${simulator.url}/metrics`, client);
  return {
    simulator,
    read: async (signal = new AbortController().signal) => parseGpuMetrics(await source.read(signal)),
    advance: (seconds) => (now += seconds * 1000),
  };
}

for (const names of ['legacy', 'canonical'] as const) {
  test(`exporter text with ${names} names follows the load`, async (t) => {
    const { simulator, read, advance } = await startRig(t, names);
    advance(25);
    const { gpus } = await read();
    assert.deepEqual(
      gpus.map(({ loadPercent, memoryUsedMb, memoryTotalMb, temperatureC }) => [
        loadPercent,
        memoryUsedMb,
        memoryTotalMb,
        temperatureC,
      ]),
      [
        [25, 1024, 15360, 65],
        [25, 2048, 15360, 65],
      ],
    );
    advance(5);
    assert.equal((await read()).gpus[0]!.loadPercent, 30);
    assert.deepEqual(
      simulator.requests.map((request) => `${request.method} ${request.target}`),
      ['GET /metrics', 'GET /metrics'],
    );
  });
}

test('each fault is met once, and what it looks like to the reader', async (t) => {
  const { simulator, read, advance } = await startRig(t);
  const seen: Readonly<Record<Exclude<DcgmScenario, 'hang' | 'slow-first-byte' | 'stale-values'>, object>> = {
    refuse: { code: 'gpu_metrics_unreachable', kind: 'unavailable' },
    'server-error': { code: 'gpu_metrics_unreachable', message: /answered 500/ },
    'drop-mid-body': { code: 'gpu_metrics_unreachable', kind: 'unavailable' },
    'lose-answer': { code: 'gpu_metrics_unreachable', kind: 'unavailable' },
    garbage: { code: 'gpu_metrics_unreadable', kind: 'protocol' },
    huge: { code: 'gpu_metrics_unreadable', kind: 'protocol', message: /at most 1048576 bytes/ },
  };
  for (const [scenario, error] of Object.entries(seen)) {
    simulator.faults.set(scenario as DcgmScenario, { times: 1 });
    await assert.rejects(read(), error, scenario);
    assert.equal((await read()).gpus.length, 2);
  }
  simulator.faults.set('stale-values', { times: 1 });
  advance(50);
  assert.equal((await read()).gpus[0]!.loadPercent, 0);
  assert.equal((await read()).gpus[0]!.loadPercent, 50);
});

for (const scenario of ['hang', 'slow-first-byte'] as const) {
  test(`an exporter with ${scenario} is left by the reader’s signal, and closes at once`, async (t) => {
    const { simulator, read } = await startRig(t);
    simulator.faults.set(scenario);
    const abort = new AbortController();
    const reading = read(abort.signal);
    const refused = assert.rejects(reading, { code: 'gpu_metrics_unreachable' });
    while (simulator.requests.length === 0) await new Promise(setImmediate);
    abort.abort();
    await refused;
  });
}
