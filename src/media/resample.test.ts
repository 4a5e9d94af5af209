import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as fc from 'fast-check';
import { resample } from './resample.ts';

const RATES = [8_000, 16_000, 22_050, 24_000, 44_100, 48_000];

function tone(frequencyHz: number, sampleRateHz: number, seconds: number): Float32Array {
  return Float32Array.from({ length: Math.round(seconds * sampleRateHz) }, (_, index) =>
    Math.cos((2 * Math.PI * frequencyHz * index) / sampleRateHz),
  );
}

function levelDb(samples: Float32Array): number {
  const middle = samples.subarray(Math.floor(samples.length / 4), Math.floor((3 * samples.length) / 4));
  const power = middle.reduce((sum, sample) => sum + sample * sample, 0) / middle.length;
  return 10 * Math.log10(2 * power);
}

test('the length is that of the same duration at the new rate', () => {
  fc.assert(
    fc.property(fc.nat(2_000), fc.constantFrom(...RATES), fc.constantFrom(...RATES), (length, from, to) => {
      const { samples, sampleRateHz } = resample({ samples: new Float32Array(length), sampleRateHz: from }, to);
      assert.equal(sampleRateHz, to);
      assert.equal(samples.length, Math.ceil((length * to) / from));
    }),
  );
});

test('what lies below 0.8 of both Nyquist frequencies keeps its level and its time', () => {
  fc.assert(
    fc.property(
      fc.double({ min: 0.01, max: 0.8, noNaN: true }),
      fc.constantFrom(...RATES),
      fc.constantFrom(...RATES),
      (share, from, to) => {
        const frequencyHz = (share * Math.min(from, to)) / 2;
        const { samples } = resample({ samples: tone(frequencyHz, from, 0.1), sampleRateHz: from }, to);
        const wanted = tone(frequencyHz, to, 0.1);
        for (let index = Math.floor(samples.length / 4); index < (3 * samples.length) / 4; index++) {
          const error = Math.abs((samples[index] as number) - (wanted[index] as number));
          assert.ok(error < 0.003, `${frequencyHz} Hz, ${from} -> ${to}: error ${error} at ${index}`);
        }
      },
    ),
    { numRuns: 60 },
  );
});

test('what the new rate cannot hold is 75 dB down instead of folding back', () => {
  for (const [from, to] of [
    [48_000, 24_000],
    [44_100, 16_000],
    [24_000, 16_000],
  ] as const) {
    for (const share of [1.01, 1.1, 1.3, 1.45]) {
      const { samples } = resample({ samples: tone((share * to) / 2, from, 0.2), sampleRateHz: from }, to);
      assert.ok(levelDb(samples) < -75, `${share} of Nyquist, ${from} -> ${to}: ${levelDb(samples)} dB`);
    }
  }
});

test('no image of a low tone appears above the old Nyquist frequency', () => {
  const { samples } = resample({ samples: tone(6_000, 16_000, 0.2), sampleRateHz: 16_000 }, 48_000);
  const wanted = tone(6_000, 48_000, 0.2);
  const middle = samples.map((sample, index) => sample - (wanted[index] as number)).subarray(2_000, 7_000);
  assert.ok(levelDb(middle) < -75);
});

test('a click keeps its place', () => {
  const samples = new Float32Array(1_600);
  samples[800] = 1;
  const result = resample({ samples, sampleRateHz: 16_000 }, 24_000).samples;
  assert.equal(result.indexOf(Math.max(...result)), 1_200);
});

test('a constant stays constant', () => {
  const result = resample({ samples: new Float32Array(2_000).fill(0.5), sampleRateHz: 22_050 }, 24_000).samples;
  for (const value of result.subarray(200, -200)) assert.ok(Math.abs(value - 0.5) < 1e-6);
});

test('the same rate gives the same sound', () => {
  const pcm = { samples: new Float32Array([1, 2, 3]), sampleRateHz: 24_000 };
  assert.equal(resample(pcm, 24_000), pcm);
});

test('rates that are not whole numbers above 0 are refused', () => {
  for (const rate of [0, -1, 22_050.5, Number.NaN, Infinity]) {
    assert.throws(() => resample({ samples: new Float32Array(1), sampleRateHz: 24_000 }, rate), RangeError);
    assert.throws(() => resample({ samples: new Float32Array(1), sampleRateHz: rate }, 24_000), RangeError);
  }
});
