import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as fc from 'fast-check';
import { integratedLoudnessLufs } from './loudness.ts';

/** A sine in one channel measures its peak level in dBFS less 3.01 dB (ITU-R BS.1770-4), here for 997 Hz. */
function sine(peakDb: number, seconds: number, sampleRateHz: number): Float32Array {
  const peak = 10 ** (peakDb / 20);
  return Float32Array.from(
    { length: Math.round(seconds * sampleRateHz) },
    (_, index) => peak * Math.sin((2 * Math.PI * 997 * index) / sampleRateHz),
  );
}

function joined(...parts: readonly Float32Array[]): Float32Array {
  const samples = new Float32Array(parts.reduce((sum, part) => sum + part.length, 0));
  let position = 0;
  for (const part of parts) {
    samples.set(part, position);
    position += part.length;
  }
  return samples;
}

function assertLufs(samples: Float32Array, sampleRateHz: number, expected: number): void {
  const measured = integratedLoudnessLufs({ samples, sampleRateHz });
  assert.ok(Math.abs(measured - expected) <= 0.1, `expected ${expected} LUFS, measured ${measured.toFixed(2)}`);
}

test('a sine of 997 Hz measures 3.01 LU below its peak level, at every rate', () => {
  for (const sampleRateHz of [16_000, 24_000, 44_100, 48_000]) {
    assertLufs(sine(0, 3, sampleRateHz), sampleRateHz, -3.01);
    assertLufs(sine(-19.99, 3, sampleRateHz), sampleRateHz, -23);
    assertLufs(sine(-29.99, 3, sampleRateHz), sampleRateHz, -33);
  }
});

// EBU Tech 3341 gives these for two equal channels, which measure 3.01 LU more than one does.
test('EBU Tech 3341 case 3: the relative gate removes passages 10 LU below', () => {
  assertLufs(joined(sine(-32.99, 10, 24_000), sine(-19.99, 60, 24_000), sine(-32.99, 10, 24_000)), 24_000, -23);
});

test('EBU Tech 3341 case 4: the absolute gate removes what lies below -70 LUFS', () => {
  const quietest = sine(-68.99, 10, 24_000);
  const quiet = sine(-32.99, 10, 24_000);
  assertLufs(joined(quietest, quiet, sine(-19.99, 60, 24_000), quiet, quietest), 24_000, -23);
});

test('what lies below -70 LUFS alone has no loudness', () => {
  assert.equal(integratedLoudnessLufs({ samples: sine(-67.5, 1, 24_000), sampleRateHz: 24_000 }), -Infinity);
  assert.ok(integratedLoudnessLufs({ samples: sine(-66.5, 1, 24_000), sampleRateHz: 24_000 }) > -70);
});

test('EBU Tech 3341 case 5: passages within the gate count', () => {
  assertLufs(joined(sine(-22.99, 20, 24_000), sine(-16.99, 20.1, 24_000), sine(-22.99, 20, 24_000)), 24_000, -23);
});

test('a low hum counts less, a hiss more', () => {
  const rate = 24_000;
  const at = (frequencyHz: number): number =>
    integratedLoudnessLufs({
      samples: Float32Array.from(
        { length: rate * 2 },
        (_, i) => 0.1 * Math.sin((2 * Math.PI * frequencyHz * i) / rate),
      ),
      sampleRateHz: rate,
    });
  assert.ok(at(40) < at(997) - 4);
  assert.ok(at(4_000) > at(997) + 2.5);
});

test('silence and sounds shorter than a block have no loudness', () => {
  assert.equal(integratedLoudnessLufs({ samples: new Float32Array(48_000), sampleRateHz: 24_000 }), -Infinity);
  assert.equal(integratedLoudnessLufs({ samples: sine(0, 0.39, 24_000), sampleRateHz: 24_000 }), -Infinity);
  assert.equal(integratedLoudnessLufs({ samples: new Float32Array(0), sampleRateHz: 24_000 }), -Infinity);
  assert.ok(Number.isFinite(integratedLoudnessLufs({ samples: sine(0, 0.41, 24_000), sampleRateHz: 24_000 })));
});

test('a gain of x dB changes the loudness by x LU', () => {
  const samples = joined(sine(-10, 1, 16_000), sine(-16, 1, 16_000));
  const original = integratedLoudnessLufs({ samples, sampleRateHz: 16_000 });
  fc.assert(
    fc.property(fc.double({ min: -30, max: 20, noNaN: true }), (gainDb) => {
      const amplified = samples.map((sample) => sample * 10 ** (gainDb / 20));
      const loudness = integratedLoudnessLufs({ samples: amplified, sampleRateHz: 16_000 });
      assert.ok(Math.abs(loudness - original - gainDb) < 0.01);
    }),
    { numRuns: 30 },
  );
});
