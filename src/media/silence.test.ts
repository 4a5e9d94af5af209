import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as fc from 'fast-check';
import { findSpeech, trimSilence } from './silence.ts';

const RATE = 16_000;

function recording(leadSeconds: number, tailSeconds: number, noise: number): Float32Array {
  const speechSeconds = 1;
  const length = Math.round((leadSeconds + speechSeconds + tailSeconds) * RATE);
  return Float32Array.from({ length }, (_, index) => {
    const seconds = index / RATE - leadSeconds;
    // A pause of 300 ms inside must survive.
    const speaks = seconds >= 0 && seconds < speechSeconds && (seconds < 0.4 || seconds > 0.7);
    const hiss = noise * Math.sin(index * index);
    return hiss + (speaks ? 0.3 * Math.sin(2 * Math.PI * 180 * seconds) : 0);
  });
}

test('what is kept begins and ends 80 ms outside the speech', () => {
  fc.assert(
    fc.property(
      fc.double({ min: 0, max: 1.5, noNaN: true }),
      fc.double({ min: 0, max: 1.5, noNaN: true }),
      fc.constantFrom(0, 0.0005, 0.003),
      (leadSeconds, tailSeconds, noise) => {
        const samples = recording(leadSeconds, tailSeconds, noise);
        const { pcm, span } = trimSilence({ samples, sampleRateHz: RATE });
        assert.ok(Math.abs(span.startSeconds - Math.max(0, leadSeconds - 0.08)) < 0.025, `starts ${span.startSeconds}`);
        const end = leadSeconds + 1 + Math.min(tailSeconds, 0.08);
        assert.ok(Math.abs(span.endSeconds - end) < 0.025, `ends ${span.endSeconds}, not ${end}`);
        const start = Math.round(span.startSeconds * RATE);
        assert.ok(pcm.samples.every((sample, index) => sample === samples[start + index]));
      },
    ),
    { numRuns: 40 },
  );
});

test('silence has no speech and comes back as it is', () => {
  const pcm = { samples: new Float32Array(RATE), sampleRateHz: RATE };
  assert.equal(findSpeech(pcm), undefined);
  assert.equal(trimSilence(pcm).pcm.samples.length, RATE);
  assert.equal(trimSilence({ samples: new Float32Array(0), sampleRateHz: RATE }).pcm.samples.length, 0);
});
