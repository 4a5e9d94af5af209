import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as fc from 'fast-check';
import { peaksBetweenSamples, truePeakDb } from './true-peak.ts';

function tone(frequencyHz: number, phase: number, sampleRateHz: number): Float32Array {
  // Faded in and out, since a tone that starts at once has overshoot of its own.
  const length = sampleRateHz / 4;
  return Float32Array.from(
    { length },
    (_, index) =>
      0.5 *
      Math.sin((2 * Math.PI * frequencyHz * index) / sampleRateHz + phase) *
      Math.min(1, index / 1_000, (length - index) / 1_000),
  );
}

test('a tone whose samples miss its peaks is measured at its true peak', () => {
  // At a quarter of the rate and 45 degrees every sample lies 3.01 dB below the peak.
  const samples = tone(6_000, Math.PI / 4, 24_000);
  assert.ok(Math.abs(20 * Math.log10(Math.max(...samples)) - -9.03) < 0.02);
  assert.ok(Math.abs(truePeakDb({ samples, sampleRateHz: 24_000 }) - -6.02) < 0.1);
});

test('tones of any phase measure their amplitude within 0.3 dB', () => {
  fc.assert(
    fc.property(
      fc.double({ min: 0.02, max: 0.45, noNaN: true }),
      fc.double({ min: 0, max: 6.28, noNaN: true }),
      fc.constantFrom(16_000, 24_000, 48_000),
      (share, phase, sampleRateHz) => {
        const measured = truePeakDb({ samples: tone(share * sampleRateHz, phase, sampleRateHz), sampleRateHz });
        assert.ok(Math.abs(measured - -6.02) < 0.3, `${measured} dBTP`);
      },
    ),
    { numRuns: 40 },
  );
});

test('leaving out what surely lies below the threshold leaves out nothing above it', () => {
  fc.assert(
    fc.property(
      fc.float32Array({ min: -1, max: 1, noNaN: true, minLength: 1, maxLength: 80 }),
      fc.double({ min: 0.05, max: 1.5, noNaN: true }),
      (samples, threshold) => {
        const all = peaksBetweenSamples({ samples, sampleRateHz: 24_000 }, 0);
        const some = peaksBetweenSamples({ samples, sampleRateHz: 24_000 }, threshold);
        for (const [index, peak] of all.entries()) {
          if (peak > threshold) assert.equal(some[index], peak);
          else assert.ok((some[index] as number) <= threshold);
        }
      },
    ),
  );
});

test('silence and nothing have no peak', () => {
  assert.equal(truePeakDb({ samples: new Float32Array(100), sampleRateHz: 24_000 }), -Infinity);
  assert.equal(truePeakDb({ samples: new Float32Array(0), sampleRateHz: 24_000 }), -Infinity);
});
