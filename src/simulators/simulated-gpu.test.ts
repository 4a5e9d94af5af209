import assert from 'node:assert/strict';
import { test } from 'node:test';
import { SimulatedGpu } from './simulated-gpu.ts';

test('a GPU is loaded at once, warm after minutes, and both end', () => {
  let now = 0;
  const gpu = new SimulatedGpu({ now: () => now });
  const after = (seconds: number): readonly [number, number, number] => {
    now += seconds * 1000;
    const { loadPercent, memoryUsedMb, temperatureC } = gpu.load();
    return [loadPercent, memoryUsedMb, temperatureC];
  };
  const idle = [1, 4100, 38];
  assert.deepEqual(after(600), idle);
  gpu.setStreamCount(1);
  const [load, memory, temperature] = after(2);
  assert.ok(load > 90 && load <= 94, `${load} %`);
  assert.equal(memory, 4550);
  assert.ok(temperature < 42, `${temperature} C`);
  assert.deepEqual(after(600), [94, 4550, 73]);
  gpu.setStreamCount(0);
  const [fading, free, cooling] = after(5);
  assert.ok(fading > 10 && fading < 60, `${fading} %`);
  assert.equal(free, 4100);
  assert.ok(cooling > 65, `${cooling} C`);
  assert.deepEqual(after(600), idle);
});

test('a clock that goes back changes nothing', () => {
  let now = 1000;
  const gpu = new SimulatedGpu({ now: () => now });
  gpu.setStreamCount(1);
  now = 0;
  assert.equal(gpu.load().loadPercent, 1);
});
