import assert from 'node:assert/strict';
import { test } from 'node:test';
import { describeGpuHealth } from './gpu-health.ts';
import type { GpuFleetSnapshot } from './gpu-fleet.ts';
import type { SourceMetrics } from './gpu-metrics.ts';
import type { ServerState } from './fleet-server.ts';

function fleetOf(states: Readonly<Record<string, ServerState>>, activeStreams = 1): GpuFleetSnapshot {
  const servers = Object.entries(states).map(([id, state]) => ({
    id,
    state,
    active_streams: activeStreams,
    queue_depth: 2,
    speed: 1.23456,
    failures: 0,
  }));
  const healthy = servers.filter((server) => server.state === 'healthy').length;
  return {
    servers,
    active_streams: servers.length * activeStreams,
    queue_depth: servers.length * 2,
    healthy_servers: healthy,
    panicking: healthy < servers.length / 2,
  };
}

const GPU = { id: 'GPU-a', loadPercent: 45, memoryUsedMb: 2048, memoryTotalMb: 15360, temperatureC: 62 };
const metricsOf = (id: string, more: Partial<SourceMetrics> = {}): SourceMetrics => ({
  id,
  gpus: [GPU],
  ageSeconds: 3,
  unchangedSeconds: 0,
  isStale: false,
  error: null,
  ...more,
});
const NEVER_READ = { gpus: null, ageSeconds: null, unchangedSeconds: null, isStale: true, error: 'No connection.' };

test('one healthy server answers as the specification shows', () => {
  assert.deepEqual(describeGpuHealth(fleetOf({ a: 'healthy' }), [metricsOf('a')]), {
    gpu_memory_used_mb: 2048,
    gpu_load_percent: 45,
    gpu_temperature_c: 62,
    active_streams: 1,
    queue_depth: 2,
    status: 'healthy',
    reasons: [],
    servers: [
      {
        id: 'a',
        state: 'healthy',
        active_streams: 1,
        queue_depth: 2,
        speed: 1.235,
        failures: 0,
        gpu_memory_used_mb: 2048,
        gpu_load_percent: 45,
        gpu_temperature_c: 62,
        age_seconds: 3,
        stale: false,
      },
    ],
    age_seconds: 3,
  });
});

test('memory is summed, load is the mean, temperature the hottest, age the oldest', () => {
  const second = { ...GPU, id: 'GPU-b', loadPercent: 90, memoryUsedMb: 1000, temperatureC: 80 };
  const health = describeGpuHealth(fleetOf({ a: 'healthy', b: 'healthy' }), [
    metricsOf('a', { gpus: [GPU, second] }),
    metricsOf('b', { gpus: [{ ...GPU, loadPercent: null, temperatureC: null }], ageSeconds: 7 }),
  ]);
  assert.deepEqual(
    [health.gpu_memory_used_mb, health.gpu_load_percent, health.gpu_temperature_c, health.age_seconds],
    [5096, 67.5, 80, 7],
  );
  assert.deepEqual([health.active_streams, health.queue_depth, health.status], [2, 4, 'healthy']);
});

test('every status by its rule', () => {
  const none = fleetOf({});
  const one = fleetOf({ a: 'healthy' });
  const hot = { gpus: [{ ...GPU, temperatureC: 85 }] };
  const full = { gpus: [{ ...GPU, memoryUsedMb: 14_592 }] };
  const old = { isStale: true, ageSeconds: 16 };
  const cases: readonly (readonly [string, GpuFleetSnapshot, readonly SourceMetrics[], RegExp | null])[] = [
    ['not_configured', none, [], null],
    ['healthy', one, [], null],
    ['healthy', none, [metricsOf('a')], null],
    ['unavailable', none, [metricsOf('a', NEVER_READ)], /never read/],
    ['unavailable', fleetOf({ a: 'last_resort' }), [metricsOf('a')], /Server a is last resort/],
    ['unavailable', fleetOf({ a: 'probing', b: 'ejected' }), [], /Less than half/],
    ['stale', one, [metricsOf('a', NEVER_READ)], /No connection/],
    ['stale', one, [metricsOf('a', old)], /16 seconds old/],
    ['stale', one, [metricsOf('a', { unchangedSeconds: 121 })], /repeat the same values for 121 seconds/],
    ['healthy', fleetOf({ a: 'healthy' }, 0), [metricsOf('a', { unchangedSeconds: 500 })], null],
    ['degraded', fleetOf({ a: 'healthy', b: 'ejected' }), [metricsOf('a')], /Server b is ejected/],
    ['degraded', one, [metricsOf('a'), metricsOf('b', old)], /b are 16 seconds old/],
    ['degraded', one, [metricsOf('a', { error: 'Answered 500.' })], /Answered 500/],
    ['degraded', one, [metricsOf('a', hot)], /below 85 °C; it is at 85/],
    ['degraded', one, [metricsOf('a', full)], /14592 of 15360 MiB/],
  ];
  for (const [status, fleet, sources, reason] of cases) {
    const health = describeGpuHealth(fleet, sources);
    assert.equal(health.status, status, health.reasons.join(' '));
    if (reason === null) assert.deepEqual(health.reasons, []);
    else assert.match(health.reasons.join(' '), reason);
  }
});

test('stale figures count only when there are no others, and say so', () => {
  const old = metricsOf('b', { isStale: true, ageSeconds: 100 });
  const both = describeGpuHealth(fleetOf({ a: 'healthy', b: 'healthy' }), [metricsOf('a'), old]);
  assert.deepEqual([both.gpu_memory_used_mb, both.age_seconds], [2048, 3]);
  assert.deepEqual(
    both.servers.map((server) => [server.stale, server.age_seconds]),
    [
      [false, 3],
      [true, 100],
    ],
  );
  const alone = describeGpuHealth(fleetOf({ b: 'healthy' }), [old]);
  assert.deepEqual([alone.gpu_memory_used_mb, alone.age_seconds, alone.status], [2048, 100, 'stale']);
});
