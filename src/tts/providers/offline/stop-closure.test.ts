import assert from 'node:assert/strict';
import { test } from 'node:test';
import { closureStart, isVoicelessStop } from './stop-closure.ts';

const RATE = 22_050;

/** A vowel until `voicedUntilSeconds`, then quiet until the burst at 0.5 s. */
function vowelThenClosure(voicedUntilSeconds: number): { samples: Float32Array; sampleRateHz: number } {
  const samples = Float32Array.from({ length: RATE * 0.6 }, (_, index) => {
    const seconds = index / RATE;
    return seconds < voicedUntilSeconds ? 0.4 * Math.sin(2 * Math.PI * 300 * seconds) : 0.001 * Math.sin(index);
  });
  return { samples, sampleRateHz: RATE };
}

test('the closure begins where the quiet before the burst begins', () => {
  for (const closureSeconds of [0, 0.02, 0.04, 0.08]) {
    const found = closureStart(vowelThenClosure(0.5 - closureSeconds), 0.5, 0);
    assert.ok(Math.abs(0.5 - closureSeconds - found) <= 0.005, `${closureSeconds}: ${found}`);
  }
});

test('it is never longer than 90 ms, nor earlier than allowed, nor outside the sound', () => {
  assert.ok(closureStart(vowelThenClosure(0.3), 0.5, 0) >= 0.41 - 1e-9);
  assert.ok(closureStart(vowelThenClosure(0.3), 0.5, 0.47) >= 0.47);
  assert.equal(closureStart(vowelThenClosure(0.3), 0, 0), 0);
});

test('p, t, k and affricates that begin with t have a silent closure; b, m and s do not', () => {
  for (const ipa of ['p', 't', 'k', 'q', 'tʃ', 'ts']) assert.ok(isVoicelessStop(ipa), ipa);
  for (const ipa of ['b', 'd', 'm', 's', 'a', 'dʒ', '']) assert.ok(!isVoicelessStop(ipa), ipa);
});
