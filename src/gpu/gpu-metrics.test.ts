import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { createManualTime } from '../../test/fixtures/manual-time.ts';
import { AppError } from '../core/errors.ts';
import { parseGpuMetrics, startGpuMetrics } from './gpu-metrics.ts';
import { metricsFromNvidiaSmi } from './metrics-source.ts';
import type { MetricsSource } from './metrics-source.ts';

const LEGACY = `# HELP DCGM_FI_DEV_GPU_UTIL GPU utilization (in %).
# TYPE DCGM_FI_DEV_GPU_UTIL gauge
DCGM_FI_DEV_GPU_UTIL{gpu="0",UUID="GPU-a",device="nvidia0",modelName="Tesla \\"T4\\", {1}",Hostname="n"} 45
DCGM_FI_DEV_GPU_UTIL{gpu="1", UUID="GPU-b"} 5.5e1
DCGM_FI_DEV_FB_USED{gpu="0",UUID="GPU-a"} 2048
DCGM_FI_DEV_FB_USED{gpu="1",UUID="GPU-b"} 1024
DCGM_FI_DEV_FB_FREE{gpu="0",UUID="GPU-a"} 13312
DCGM_FI_DEV_FB_USED_PERCENT{gpu="0",UUID="GPU-a"} 0.13
DCGM_FI_DEV_GPU_TEMP{gpu="0",UUID="GPU-a"} 62
DCGM_FI_DEV_GPU_TEMP{gpu="1",UUID="GPU-b"} 9223372036854775794
DCGM_FI_DEV_MEMORY_TEMP{gpu="0",UUID="GPU-a"} 9223372036854775794
go_goroutines 12
`;

const reading = (more: object): object => ({
  loadPercent: null,
  memoryUsedMb: null,
  memoryTotalMb: null,
  temperatureC: null,
  ...more,
});

test('several GPUs, labels with escapes, values that DCGM does not know', () => {
  assert.deepEqual(parseGpuMetrics(LEGACY), {
    gpus: [
      { id: 'GPU-a', loadPercent: 45, memoryUsedMb: 2048, memoryTotalMb: 15360, temperatureC: 62 },
      { id: 'GPU-b', loadPercent: 55, memoryUsedMb: 1024, memoryTotalMb: null, temperatureC: null },
    ],
    measuredAt: null,
  });
});

test('the names of older and newer exporters, each in its unit, and times of measurement', () => {
  const canonical = `DCGM_FI_DEV_GPU_UTIL_RATIO{UUID="GPU-a"} 0.45 1700000000500
DCGM_FI_DEV_FB_USED_BYTES{UUID="GPU-a"} 2147483648 1700000000000
DCGM_FI_DEV_FB_CAPACITY_BYTES{UUID="GPU-a"} 16106127360
DCGM_FI_DEV_GPU_TEMP_CELSIUS{UUID="GPU-a"} 62`;
  const old = `dcgm_gpu_utilization{gpu="0",uuid="GPU-a"} 45
dcgm_fb_used{gpu="0",uuid="GPU-a"} 2048
dcgm_fb_free{gpu="0",uuid="GPU-a"} 13312
dcgm_gpu_temp{gpu="0",uuid="GPU-a"} 62\r\n`;
  const gpu = { id: 'GPU-a', loadPercent: 45, memoryUsedMb: 2048, memoryTotalMb: 15360, temperatureC: 62 };
  assert.deepEqual(parseGpuMetrics(canonical), { gpus: [gpu], measuredAt: 1_700_000_000_000 });
  assert.deepEqual(parseGpuMetrics(old).gpus, [gpu]);
});

test('partitions count once, and pods that share a GPU do not double it', () => {
  const shared = ['p1', 'p2'].map((pod) => `DCGM_FI_DEV_FB_USED{UUID="GPU-a",pod="${pod}"} 2048`).join('\n');
  assert.deepEqual(parseGpuMetrics(shared).gpus, [reading({ id: 'GPU-a', memoryUsedMb: 2048 })]);
  const partitions = `DCGM_FI_DEV_FB_USED{UUID="GPU-a",GPU_I_ID="1"} 100
DCGM_FI_PROF_GR_ENGINE_ACTIVE{UUID="GPU-a",GPU_I_ID="1"} 0.5
DCGM_FI_DEV_FB_USED{UUID="GPU-a",GPU_I_ID="2"} 200\n`;
  assert.deepEqual(parseGpuMetrics(partitions).gpus, [
    reading({ id: 'GPU-a/1', memoryUsedMb: 100, loadPercent: 50 }),
    reading({ id: 'GPU-a/2', memoryUsedMb: 200 }),
  ]);
  const both = `${partitions}DCGM_FI_DEV_FB_USED{UUID="GPU-a"} 300`;
  assert.deepEqual(parseGpuMetrics(both).gpus, [reading({ id: 'GPU-a', memoryUsedMb: 300 })]);
});

test('nvidia-smi: with and without units, columns in any order, what a GPU does not support', () => {
  const csv = `index, uuid, utilization.gpu [%], memory.used [MiB], memory.total [MiB], temperature.gpu
0, GPU-a, 45 %, 2048 MiB, 15360 MiB, 62
1, GPU-b, [N/A], 1024 MiB, 15360 MiB, [Not Supported]\r\n`;
  assert.deepEqual(parseGpuMetrics(csv).gpus, [
    { id: 'GPU-a', loadPercent: 45, memoryUsedMb: 2048, memoryTotalMb: 15360, temperatureC: 62 },
    reading({ id: 'GPU-b', memoryUsedMb: 1024, memoryTotalMb: 15360 }),
  ]);
  const bare = 'temperature.gpu, index, utilization.gpu\n62, 0, 45\n';
  assert.deepEqual(parseGpuMetrics(bare).gpus, [reading({ id: '0', loadPercent: 45, temperatureC: 62 })]);
});

test('garbage is refused with the rule and the line', () => {
  const cases: readonly (readonly [string, RegExp])[] = [
    ['', /name at least one GPU/],
    ['go_goroutines 12', /name at least one GPU/],
    ['<html>', /Line 1 of the GPU metrics must be a sample/],
    ['# ok\nDCGM_FI_DEV_GPU_UTIL{UUID="a"} fast', /Line 2/],
    ['DCGM_FI_DEV_GPU_UTIL{UUID="a" 45', /Line 1/],
    ['DCGM_FI_DEV_GPU_UTIL{UUID=a} 45', /Line 1/],
    ['DCGM_FI_DEV_GPU_UTIL 45', /Line 1 of the GPU metrics names no GPU/],
    ['DCGM_FI_DEV_GPU_UTIL{UUID="a"} 101', /loadPercent of a GPU must be from 0 to 100; got 101/],
    ['DCGM_FI_DEV_GPU_TEMP{UUID="a"} -300', /temperatureC .* got -300/],
    ['DCGM_FI_DEV_FB_USED{UUID="a"} -1', /memoryUsedMb/],
    ['index, utilization.gpu\n0', /Row 1 of the GPU metrics must have 2 columns like its header; it has 1/],
    ['index, utilization.gpu\n0, fast', /Row 1 of the GPU metrics must hold numbers/],
    ['index, utilization.gpu', /name at least one GPU/],
    ['#'.repeat(1_048_577), /at most 1048576 bytes; these have 1048577/],
  ];
  for (const [text, message] of cases) {
    assert.throws(
      () => parseGpuMetrics(text),
      { code: 'gpu_metrics_unreadable', kind: 'protocol', message },
      text.slice(0, 80),
    );
  }
});

test('any text is either read or refused', () => {
  const pieces = fc.constantFrom(...LEGACY.split(/(?=["{},\n ])/), 'index, utilization.gpu', ', ', '\\', 'NaN', '+Inf');
  const anyText = fc.oneof(
    fc.string({ unit: 'binary' }),
    fc.array(pieces, { maxLength: 30 }).map((parts) => parts.join('')),
  );
  fc.assert(
    fc.property(anyText, (text) => {
      try {
        assert.ok(parseGpuMetrics(text).gpus.length > 0);
      } catch (error) {
        assert.ok(error instanceof AppError && error.code === 'gpu_metrics_unreadable', String(error));
      }
    }),
    { numRuns: 1000, seed: 5 },
  );
});

/** A source that the test answers by hand. */
function createManualSource(): MetricsSource & {
  readonly asked: {
    readonly signal: AbortSignal;
    readonly answer: (text: string) => void;
    readonly fail: (error: Error) => void;
  }[];
} {
  const asked: ReturnType<typeof createManualSource>['asked'] = [];
  return {
    id: 's',
    asked,
    read(signal) {
      const { promise, resolve, reject } = Promise.withResolvers<string>();
      asked.push({ signal, answer: resolve, fail: reject });
      return promise;
    },
  };
}

test('reads at once and then every five seconds, never twice at a time, and tells the age', async () => {
  const time = createManualTime();
  const source = createManualSource();
  const metrics = startGpuMetrics({ sources: [source], clock: time.clock, timer: time.timer });
  const [before] = metrics.snapshot();
  assert.deepEqual([before!.gpus, before!.ageSeconds, before!.isStale], [null, null, true]);
  await time.advance(2000);
  assert.equal(source.asked.length, 1);
  source.asked[0]!.answer(LEGACY);
  await time.advance(4000);
  assert.equal(source.asked.length, 1);
  const [read] = metrics.snapshot();
  assert.deepEqual([read!.ageSeconds, read!.isStale, read!.error, read!.gpus!.length], [6, false, null, 2]);
  await time.advance(1000);
  assert.equal(source.asked.length, 2);
  source.asked[1]!.fail(
    new AppError({ code: 'gpu_metrics_unreachable', kind: 'unavailable', message: 'No connection.' }),
  );
  await time.advance(0);
  assert.equal(metrics.snapshot()[0]!.error, 'No connection.');
  await time.advance(5000);
  source.asked[2]!.answer(LEGACY);
  await time.advance(0);
  const [again] = metrics.snapshot();
  assert.deepEqual([again!.ageSeconds, again!.unchangedSeconds, again!.error], [0, 12, null]);
  await metrics.stop();
  assert.equal(time.pendingTimers, 0);
});

test('a source that hangs is given up after its deadline; its last values stay, and grow stale', async () => {
  const time = createManualTime();
  const source = createManualSource();
  const metrics = startGpuMetrics({ sources: [source], clock: time.clock, timer: time.timer });
  source.asked[0]!.answer(LEGACY);
  await time.advance(8000);
  assert.equal(source.asked[1]!.signal.aborted, true);
  assert.match(metrics.snapshot()[0]!.error!, /within 3 seconds/);
  await time.advance(6900);
  assert.equal(metrics.snapshot()[0]!.isStale, false);
  await time.advance(200);
  const [stale] = metrics.snapshot();
  assert.deepEqual([stale!.isStale, stale!.gpus!.length], [true, 2]);
  await metrics.stop();
});

test('an exporter that says when it measured is believed, unless its clock is ahead', async () => {
  const time = createManualTime(1_700_000_000_000);
  const source = createManualSource();
  const metrics = startGpuMetrics({ sources: [source], clock: time.clock, timer: time.timer });
  const measuredAt = (seconds: number): string =>
    `DCGM_FI_DEV_GPU_TEMP{UUID="a\\nb"} 50 ${1_700_000_000_000 + seconds * 1000}`;
  source.asked[0]!.answer(measuredAt(-20));
  await time.advance(0);
  const [old] = metrics.snapshot();
  assert.deepEqual([old!.ageSeconds, old!.isStale, old!.gpus![0]!.id], [20, true, 'a\nb']);
  await time.advance(5000);
  source.asked[1]!.answer(measuredAt(3600));
  await time.advance(1000);
  assert.equal(metrics.snapshot()[0]!.ageSeconds, 1);
  await metrics.stop();
});

test('stop ends a reading under way, even one that does not heed its signal', async () => {
  const time = createManualTime();
  const source = createManualSource();
  const metrics = startGpuMetrics({ sources: [source], clock: time.clock, timer: time.timer });
  await metrics.stop();
  assert.equal(source.asked[0]!.signal.aborted, true);
  await time.advance(60_000);
  assert.deepEqual([source.asked.length, time.pendingTimers], [1, 0]);
});

test('a command that is not there is an unreachable source', async () => {
  const source = metricsFromNvidiaSmi('local', '/nonexistent/nvidia-smi');
  await assert.rejects(source.read(new AbortController().signal), {
    code: 'gpu_metrics_unreachable',
    kind: 'unavailable',
  });
});
