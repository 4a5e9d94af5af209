import { AppError } from '../core/errors.ts';
import type { Pcm } from './pcm.ts';
import { decodePcm16, encodePcm16 } from './pcm16.ts';

const HEADER_BYTES = 44;
const FULL_SCALE_S16 = 32_768;
const FORMAT_INTEGER = 1;
const FORMAT_FLOAT = 3;
/** WAVE_FORMAT_EXTENSIBLE: the real format is the first two bytes of the sub-format identifier, 24 bytes into the chunk. */
const FORMAT_EXTENSIBLE = 0xfffe;
/** What a writer that cannot seek back leaves in the size fields. */
const UNKNOWN_SIZE = 0xffff_ffff;

type WavFormat = {
  readonly encoding: number;
  readonly channelCount: number;
  readonly sampleRateHz: number;
  readonly bitsPerSample: number;
};

/** A mono 16-bit WAV file. Samples outside -1..1 are clipped. */
export function encodeWav(pcm: Pcm): Uint8Array<ArrayBuffer> {
  const dataBytes = pcm.samples.length * 2;
  const bytes = new Uint8Array(HEADER_BYTES + dataBytes);
  const view = new DataView(bytes.buffer);
  writeTag(view, 0, 'RIFF');
  view.setUint32(4, HEADER_BYTES - 8 + dataBytes, true);
  writeTag(view, 8, 'WAVE');
  writeTag(view, 12, 'fmt ');
  view.setUint32(16, 16, true);
  view.setUint16(20, FORMAT_INTEGER, true);
  view.setUint16(22, 1, true);
  view.setUint32(24, pcm.sampleRateHz, true);
  view.setUint32(28, pcm.sampleRateHz * 2, true);
  view.setUint16(32, 2, true);
  view.setUint16(34, 16, true);
  writeTag(view, 36, 'data');
  view.setUint32(40, dataBytes, true);
  encodePcm16(pcm.samples, bytes.subarray(HEADER_BYTES));
  return bytes;
}

/**
 * Reads a WAV file of 8, 16, 24 or 32-bit integers or 32-bit floats; several channels become one by averaging.
 * Unknown chunks are skipped. A data size of 0, 0xFFFFFFFF or more than there is means "to the end of the file", which
 * is what streaming servers send. Throws AppError (`bad_audio`) for anything else that is not a readable WAV file.
 */
export function parseWav(bytes: Uint8Array): Pcm {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (bytes.length < 12 || readTag(view, 0) !== 'RIFF' || readTag(view, 8) !== 'WAVE') {
    throw unreadable(`it must begin with RIFF....WAVE, and these ${bytes.length} bytes do not`);
  }
  let format: WavFormat | undefined;
  let offset = 12;
  while (offset + 8 <= bytes.length) {
    const tag = readTag(view, offset);
    const declaredBytes = view.getUint32(offset + 4, true);
    const availableBytes = bytes.length - offset - 8;
    if (tag === 'fmt ') {
      format = readFormat(view, offset + 8, Math.min(declaredBytes, availableBytes));
    } else if (tag === 'data') {
      if (format === undefined) throw unreadable('its data chunk comes before its format chunk');
      const unknown = declaredBytes === 0 || declaredBytes === UNKNOWN_SIZE || declaredBytes > availableBytes;
      return readSamples(view, offset + 8, unknown ? availableBytes : declaredBytes, format);
    }
    offset += 8 + declaredBytes + (declaredBytes % 2);
  }
  throw unreadable(format === undefined ? 'it has no format chunk' : 'it has no data chunk');
}

function readFormat(view: DataView, offset: number, size: number): WavFormat {
  if (size < 16) throw unreadable(`its format chunk must have at least 16 bytes, and has ${size}`);
  const declared = view.getUint16(offset, true);
  const encoding = declared === FORMAT_EXTENSIBLE && size >= 26 ? view.getUint16(offset + 24, true) : declared;
  const format = {
    encoding,
    channelCount: view.getUint16(offset + 2, true),
    sampleRateHz: view.getUint32(offset + 4, true),
    bitsPerSample: view.getUint16(offset + 14, true),
  };
  const readable =
    (encoding === FORMAT_INTEGER && [8, 16, 24, 32].includes(format.bitsPerSample)) ||
    (encoding === FORMAT_FLOAT && format.bitsPerSample === 32);
  if (!readable) {
    throw unreadable(
      `it must hold 8, 16, 24 or 32-bit integers or 32-bit floats, and holds encoding ${encoding} with ${format.bitsPerSample} bits`,
    );
  }
  if (format.channelCount === 0) throw unreadable('it must have at least one channel, and has 0');
  if (format.sampleRateHz === 0) throw unreadable('its sample rate must be above 0 Hz, and is 0');
  return format;
}

function readSamples(view: DataView, offset: number, byteCount: number, format: WavFormat): Pcm {
  const bytesPerSample = format.bitsPerSample / 8;
  const frameCount = Math.floor(byteCount / (bytesPerSample * format.channelCount));
  const samples = new Float32Array(frameCount);
  if (format.encoding === FORMAT_INTEGER && format.bitsPerSample === 16 && format.channelCount === 1) {
    const bytes = new Uint8Array(view.buffer, view.byteOffset + offset, frameCount * bytesPerSample);
    return { samples: decodePcm16(bytes, samples), sampleRateHz: format.sampleRateHz };
  }
  const read = sampleReader(view, format);
  for (let frame = 0; frame < frameCount; frame++) {
    let sum = 0;
    for (let channel = 0; channel < format.channelCount; channel++) {
      sum += read(offset + (frame * format.channelCount + channel) * bytesPerSample);
    }
    samples[frame] = sum / format.channelCount;
  }
  return { samples, sampleRateHz: format.sampleRateHz };
}

function sampleReader(view: DataView, format: WavFormat): (offset: number) => number {
  if (format.encoding === FORMAT_FLOAT) return (offset) => view.getFloat32(offset, true);
  if (format.bitsPerSample === 8) return (offset) => (view.getUint8(offset) - 128) / 128;
  if (format.bitsPerSample === 16) return (offset) => view.getInt16(offset, true) / FULL_SCALE_S16;
  if (format.bitsPerSample === 24) {
    return (offset) => (view.getUint16(offset, true) + view.getInt8(offset + 2) * 65_536) / 8_388_608;
  }
  return (offset) => view.getInt32(offset, true) / 2_147_483_648;
}

function writeTag(view: DataView, offset: number, tag: string): void {
  for (let index = 0; index < 4; index++) view.setUint8(offset + index, tag.charCodeAt(index));
}

function readTag(view: DataView, offset: number): string {
  return String.fromCharCode(...[0, 1, 2, 3].map((index) => view.getUint8(offset + index)));
}

function unreadable(reason: string): AppError {
  return new AppError({
    code: 'wav_unreadable',
    kind: 'bad_audio',
    message: `The WAV file cannot be read: ${reason}.`,
  });
}
