import assert from 'node:assert/strict';
import { test } from 'node:test';
import { computeEnergy } from './energy.ts';

const RATE = 24_000;

function burst(level: number, fromSeconds: number, toSeconds: number, totalSeconds: number): Float32Array {
  return Float32Array.from({ length: Math.round(totalSeconds * RATE) }, (_, index) => {
    const seconds = index / RATE;
    return seconds >= fromSeconds && seconds < toSeconds ? level * Math.sin(2 * Math.PI * 200 * seconds) : 0;
  });
}

test('there is one value for every started 10 ms', () => {
  for (const [length, count] of [
    [0, 0],
    [1, 1],
    [240, 1],
    [241, 2],
    [24_000, 100],
  ] as const) {
    const energy = computeEnergy({ samples: new Float32Array(length), sampleRateHz: RATE });
    assert.equal(energy.values.length, count);
    assert.equal(energy.stepSeconds, 0.01);
  }
});

test('it is 1 while the loud part sounds, 0 in the silence, and changes at the right time', () => {
  const { values } = computeEnergy({ samples: burst(0.3, 0.5, 1, 1.5), sampleRateHz: RATE });
  assert.ok(values.subarray(52, 98).every((value) => value > 0.95));
  assert.ok(values.subarray(0, 48).every((value) => value === 0));
  assert.ok(values.subarray(102).every((value) => value === 0));
});

test('it does not depend on the gain', () => {
  const weak = burst(0.04, 0.5, 0.7, 0.8);
  const speech = burst(0.4, 0.1, 0.4, 0.8).map((sample, index) => sample + (weak[index] as number));
  const loud = computeEnergy({ samples: speech, sampleRateHz: RATE }).values;
  const soft = computeEnergy({ samples: speech.map((sample) => sample / 50), sampleRateHz: RATE }).values;
  for (const [index, value] of loud.entries()) assert.ok(Math.abs(value - (soft[index] as number)) < 0.001);
  const quieter = loud[60] as number;
  assert.ok(quieter > 0.35 && quieter < 0.5, `20 dB of 35 below the loud part leave ${quieter}`);
});

test('one loud click does not make the speech quiet', () => {
  const samples = burst(0.1, 0.1, 0.9, 1);
  samples[12_000] = 1;
  assert.ok((computeEnergy({ samples, sampleRateHz: RATE }).values[30] as number) > 0.9);
});

test('silence and rounding noise are 0', () => {
  const noise = Float32Array.from({ length: RATE }, (_, index) => (index % 2 === 0 ? 1 : -1) / 65_536);
  assert.ok(computeEnergy({ samples: noise, sampleRateHz: RATE }).values.every((value) => value === 0));
  assert.ok(
    computeEnergy({ samples: new Float32Array(RATE), sampleRateHz: RATE }).values.every((value) => value === 0),
  );
});
