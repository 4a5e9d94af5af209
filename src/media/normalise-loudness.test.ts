import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as fc from 'fast-check';
import { integratedLoudnessLufs } from './loudness.ts';
import { normaliseLoudness } from './normalise-loudness.ts';
import type { Pcm } from './pcm.ts';
import { PeakLimiter } from './peak-limiter.ts';
import { truePeakDb } from './true-peak.ts';

/** Pulses of a decaying resonance at syllable rate: peaky like speech. `crest` shortens the pulses. */
function pulses(amplitude: number, pitchHz: number, crest: number): Pcm {
  const sampleRateHz = 24_000;
  const samples = Float32Array.from({ length: sampleRateHz * 3 }, (_, index) => {
    const seconds = index / sampleRateHz;
    const sincePulse = seconds % (1 / pitchHz);
    const syllable = 0.55 + 0.45 * Math.sin(2 * Math.PI * 4 * seconds);
    return amplitude * syllable * Math.exp(-sincePulse * crest) * Math.sin(2 * Math.PI * 700 * sincePulse);
  });
  return { samples, sampleRateHz };
}

test('speech-like sounds of any level come out at -16 LUFS below -1 dBTP', () => {
  fc.assert(
    fc.property(
      fc.double({ min: 0.1, max: 1, noNaN: true }),
      fc.double({ min: 80, max: 250, noNaN: true }),
      fc.double({ min: 100, max: 700, noNaN: true }),
      (amplitude, pitchHz, crest) => {
        const result = normaliseLoudness(pulses(amplitude, pitchHz, crest));
        assert.ok(Math.abs(integratedLoudnessLufs(result.pcm) - -16) <= 0.5, `${result.loudnessLufs} LUFS`);
        assert.ok(truePeakDb(result.pcm) <= -1, `${truePeakDb(result.pcm)} dBTP`);
        assert.equal(result.loudnessLufs, integratedLoudnessLufs(result.pcm));
        assert.equal(result.truePeakDb, truePeakDb(result.pcm));
      },
    ),
    { numRuns: 10 },
  );
});

test('the peaks of these sounds do need limiting, so that the property above tests it', () => {
  const pcm = pulses(0.5, 100, 700);
  const gain = 10 ** ((-16 - integratedLoudnessLufs(pcm)) / 20);
  assert.ok(truePeakDb({ ...pcm, samples: pcm.samples.map((sample) => sample * gain) }) > -0.5);
});

test('a sound that stays below the ceiling is amplified and nothing else', () => {
  const samples = Float32Array.from({ length: 48_000 }, (_, i) => 0.02 * Math.sin((2 * Math.PI * 997 * i) / 24_000));
  const { pcm, gainDb } = normaliseLoudness({ samples, sampleRateHz: 24_000 });
  for (const [index, sample] of samples.entries()) {
    assert.ok(Math.abs((pcm.samples[index] as number) - sample * 10 ** (gainDb / 20)) < 1e-6);
  }
});

test('silence and sounds too short to have a loudness are left alone', () => {
  for (const samples of [new Float32Array(48_000), new Float32Array(0), new Float32Array(2_400).fill(0.1)]) {
    const pcm = { samples, sampleRateHz: 24_000 };
    const result = normaliseLoudness(pcm);
    assert.equal(result.pcm, pcm);
    assert.equal(result.gainDb, 0);
  }
});

test('faint noise is not made as loud as speech', () => {
  const samples = Float32Array.from({ length: 48_000 }, (_, i) => 0.0006 * Math.sin(i * i));
  const { gainDb, loudnessLufs } = normaliseLoudness({ samples, sampleRateHz: 24_000 });
  assert.equal(gainDb, 40);
  assert.ok(loudnessLufs < -20);
});

test('the limiter keeps a lone click below the ceiling and leaves the rest as it was', () => {
  const samples = Float32Array.from({ length: 24_000 }, (_, i) => 0.1 * Math.sin((2 * Math.PI * 300 * i) / 24_000));
  samples[12_000] = 1;
  const limited = new PeakLimiter({ samples, sampleRateHz: 24_000 }, -6).limit(0);
  assert.ok(truePeakDb(limited) <= -6);
  assert.ok(limited.samples.subarray(0, 11_000).every((sample, index) => sample === samples[index]));
  const after = limited.samples.subarray(20_000).map((sample, index) => sample - (samples[20_000 + index] as number));
  assert.ok(Math.max(...after.map(Math.abs)) < 0.001);
});
