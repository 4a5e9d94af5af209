import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as fc from 'fast-check';
import { AppError } from '../core/errors.ts';
import { encodeWav, parseWav } from './wav.ts';

const STEP_S16 = 1 / 32_768;

test('what is encoded is read back, within one step of 16 bits', () => {
  fc.assert(
    fc.property(
      fc.float32Array({ min: -1, max: 1, noNaN: true, maxLength: 200 }),
      fc.integer({ min: 8_000, max: 48_000 }),
      (samples, sampleRateHz) => {
        const read = parseWav(encodeWav({ samples, sampleRateHz }));
        assert.equal(read.sampleRateHz, sampleRateHz);
        assert.equal(read.samples.length, samples.length);
        for (const [index, sample] of samples.entries()) {
          assert.ok(Math.abs(sample - (read.samples[index] as number)) <= STEP_S16);
        }
      },
    ),
  );
});

test('samples outside -1..1 are clipped, not wrapped', () => {
  const read = parseWav(encodeWav({ samples: new Float32Array([2, -2]), sampleRateHz: 24_000 }));
  assert.ok((read.samples[0] as number) > 0.999);
  assert.equal(read.samples[1], -1);
});

test('unknown chunks of odd and even size before the samples are skipped', () => {
  for (const size of [4, 5]) {
    const wav = encodeWav({ samples: new Float32Array([0.5, -0.5]), sampleRateHz: 16_000 });
    const list = new Uint8Array(8 + size + (size % 2));
    list.set(new TextEncoder().encode('LIST'));
    list[4] = size;
    const withList = Uint8Array.from([...wav.subarray(0, 36), ...list, ...wav.subarray(36)]);
    assert.deepEqual([...parseWav(withList).samples], [0.5, -0.5]);
  }
});

test('a streamed file whose size is 0, 0xFFFFFFFF or too large is read to its end', () => {
  for (const size of [0, 0xffff_ffff, 1_000]) {
    const wav = encodeWav({ samples: new Float32Array([0.25, 0.5, -0.25]), sampleRateHz: 24_000 });
    new DataView(wav.buffer).setUint32(40, size, true);
    assert.deepEqual([...parseWav(wav).samples], [0.25, 0.5, -0.25]);
  }
});

test('a file inside a larger buffer is read at its own offset', () => {
  const wav = encodeWav({ samples: new Float32Array([0.5]), sampleRateHz: 24_000 });
  const buffer = new Uint8Array(wav.length + 7);
  buffer.set(wav, 7);
  assert.deepEqual([...parseWav(buffer.subarray(7)).samples], [0.5]);
});

for (const { name, encoding, bits, write, expected } of [
  { name: '8-bit', encoding: 1, bits: 8, write: (v: DataView, at: number) => v.setUint8(at, 192), expected: 0.5 },
  {
    name: '24-bit',
    encoding: 1,
    bits: 24,
    write: (v: DataView, at: number) => v.setUint8(at + 2, 0xc0),
    expected: -0.5,
  },
  {
    name: '32-bit',
    encoding: 1,
    bits: 32,
    write: (v: DataView, at: number) => v.setInt32(at, 2 ** 30, true),
    expected: 0.5,
  },
  {
    name: 'float',
    encoding: 3,
    bits: 32,
    write: (v: DataView, at: number) => v.setFloat32(at, -0.75, true),
    expected: -0.75,
  },
]) {
  test(`${name} samples of two channels become one by averaging`, () => {
    const bytes = bits / 8;
    const wav = new Uint8Array(44 + bytes * 2);
    wav.set(encodeWav({ samples: new Float32Array(0), sampleRateHz: 44_100 }));
    const view = new DataView(wav.buffer);
    view.setUint16(20, encoding, true);
    view.setUint16(22, 2, true);
    view.setUint16(34, bits, true);
    view.setUint32(40, bytes * 2, true);
    write(view, 44);
    write(view, 44 + bytes);
    assert.deepEqual(parseWav(wav), { samples: new Float32Array([expected]), sampleRateHz: 44_100 });
  });
}

test('what is not a WAV file is refused with the reason', () => {
  const wav = encodeWav({ samples: new Float32Array(4), sampleRateHz: 24_000 });
  const compressed = wav.slice();
  compressed[20] = 0x55;
  const silentRate = wav.slice();
  silentRate.fill(0, 24, 28);
  for (const [bytes, reason] of [
    [new Uint8Array(3), /RIFF/],
    [new TextEncoder().encode('<html>503 Service Unavailable</html>'), /RIFF/],
    [wav.subarray(0, 36), /no data chunk/],
    [Uint8Array.from([...wav.subarray(0, 12), ...wav.subarray(36)]), /before its format chunk/],
    [compressed, /encoding 85/],
    [silentRate, /above 0 Hz/],
  ] as const) {
    assert.throws(
      () => parseWav(bytes),
      (error: unknown) => error instanceof AppError && error.kind === 'bad_audio' && reason.test(error.message),
    );
  }
});

test('cut and altered files are read or refused, and never fail in another way', () => {
  const wav = encodeWav({ samples: new Float32Array(50), sampleRateHz: 24_000 });
  fc.assert(
    fc.property(
      fc.nat(wav.length),
      fc.array(fc.tuple(fc.nat(wav.length - 1), fc.nat(255)), { maxLength: 6 }),
      (length, changes) => {
        const bytes = wav.slice();
        for (const [at, value] of changes) bytes[at] = value;
        try {
          parseWav(bytes.subarray(0, length));
        } catch (thrown) {
          assert.ok(thrown instanceof AppError, String(thrown));
        }
      },
    ),
    { numRuns: 500 },
  );
});
