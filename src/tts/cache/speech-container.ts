import { hash } from 'node:crypto';
import type { Alignment } from '../../media/alignment.ts';
import type { Pcm } from '../../media/pcm.ts';
import type { Speech } from '../speech-provider.ts';
import { SPEECH_FORMAT_VERSION, type SpeechKey } from './speech-key.ts';

/*
 * magic (8) | key (32) | length of the JSON (4) | length of the samples (4) | SHA-256 of all else (32) | JSON | samples
 * Numbers are little endian, a sample has 16 bits. The key inside makes an entry under another entry's name a foreign file.
 */
const MAGIC = Buffer.from(`SPEECH${String(SPEECH_FORMAT_VERSION).padStart(2, '0')}`, 'latin1');
const KEY_OFFSET = 8;
const LENGTHS_OFFSET = 40;
const HASH_OFFSET = 48;
const BODY_OFFSET = 80;

const SAMPLE_BYTES = 2;
const FULL_SCALE = 32_768;

/** What stands in the JSON. `costUsd` is what the speech cost when it was made. */
type Description = {
  readonly sampleRateHz: number;
  readonly alignment?: Alignment;
  readonly warnings: readonly string[];
  readonly costUsd: number;
  readonly providerMetadata: Speech['providerMetadata'];
};

export type DecodedSpeech = { readonly speech: Speech } | { readonly defect: string };

/** The bytes of an entry: 16-bit samples, so what is decoded again may differ from `speech` by half a step of 1/32,768. */
export function encodeSpeech(key: SpeechKey, speech: Speech): Buffer {
  const { pcm, ...rest } = speech;
  const json = Buffer.from(JSON.stringify({ ...rest, sampleRateHz: pcm.sampleRateHz } satisfies Description));
  const samplesOffset = BODY_OFFSET + json.length;
  const samplesBytes = pcm.samples.length * SAMPLE_BYTES;
  const bytes = Buffer.alloc(samplesOffset + samplesBytes);
  MAGIC.copy(bytes);
  bytes.write(key, KEY_OFFSET, 'hex');
  bytes.writeUInt32LE(json.length, LENGTHS_OFFSET);
  bytes.writeUInt32LE(samplesBytes, LENGTHS_OFFSET + 4);
  json.copy(bytes, BODY_OFFSET);
  writeSamples(bytes.subarray(samplesOffset), pcm.samples);
  checksum(bytes).copy(bytes, HASH_OFFSET);
  return bytes;
}

/** The speech of an entry, or what is wrong with it: whatever the bytes are, this does not throw. */
export function decodeSpeech(key: SpeechKey, bytes: Buffer): DecodedSpeech {
  if (bytes.length < BODY_OFFSET) return { defect: `it has ${bytes.length} bytes, fewer than its header` };
  if (!bytes.subarray(0, MAGIC.length).equals(MAGIC)) return { defect: 'it does not begin like an entry' };
  if (bytes.toString('hex', KEY_OFFSET, LENGTHS_OFFSET) !== key) return { defect: 'it is the entry of another key' };
  const jsonBytes = bytes.readUInt32LE(LENGTHS_OFFSET);
  const samplesBytes = bytes.readUInt32LE(LENGTHS_OFFSET + 4);
  const declaredBytes = BODY_OFFSET + jsonBytes + samplesBytes;
  if (bytes.length !== declaredBytes) {
    return { defect: `it should have ${declaredBytes} bytes, and has ${bytes.length}` };
  }
  if (!checksum(bytes).equals(bytes.subarray(HASH_OFFSET, BODY_OFFSET))) {
    return { defect: 'its checksum does not match' };
  }
  const samplesOffset = BODY_OFFSET + jsonBytes;
  try {
    const json = bytes.toString('utf8', BODY_OFFSET, samplesOffset);
    const { sampleRateHz, ...rest } = JSON.parse(json) as Description;
    return { speech: { ...rest, pcm: { samples: readSamples(bytes.subarray(samplesOffset)), sampleRateHz } } };
  } catch (error) {
    return { defect: `its content cannot be read (${(error as Error).name})` };
  }
}

function writeSamples(bytes: Buffer, samples: Pcm['samples']): void {
  const view = viewOf(bytes);
  for (let index = 0; index < samples.length; index += 1) {
    const step = Math.round((samples[index] ?? 0) * FULL_SCALE);
    view.setInt16(index * SAMPLE_BYTES, Math.max(-FULL_SCALE, Math.min(FULL_SCALE - 1, step)), true);
  }
}

/** A plain loop, because a hit waits for it: a minute and a half of speech has two million samples. */
function readSamples(bytes: Buffer): Pcm['samples'] {
  const view = viewOf(bytes);
  const samples = new Float32Array(bytes.length / SAMPLE_BYTES);
  for (let index = 0; index < samples.length; index += 1) {
    samples[index] = view.getInt16(index * SAMPLE_BYTES, true) / FULL_SCALE;
  }
  return samples;
}

function viewOf(bytes: Buffer): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

function checksum(bytes: Buffer): Buffer {
  const header = hash('sha256', bytes.subarray(0, HASH_OFFSET), 'hex');
  const body = hash('sha256', bytes.subarray(BODY_OFFSET), 'hex');
  return hash('sha256', header + body, 'buffer');
}
