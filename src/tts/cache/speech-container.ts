import { crc32 } from 'node:zlib';
import type { Alignment } from '../../media/alignment.ts';
import { decodePcm16, encodePcm16, PCM16_BYTES } from '../../media/pcm16.ts';
import type { Speech } from '../speech-provider.ts';
import { SPEECH_FORMAT_VERSION, type SpeechKey } from './speech-key.ts';

/*
 * magic (8) | key (32) | length of the JSON (4) | length of the samples (4) | CRC-32 of all else (4) | JSON | samples
 * Numbers are little endian, a sample has 16 bits. The key inside makes an entry under another entry's name a foreign file.
 */
const MAGIC = Buffer.from(`SPEECH${String(SPEECH_FORMAT_VERSION).padStart(2, '0')}`, 'latin1');
const KEY_OFFSET = 8;
const LENGTHS_OFFSET = 40;
const CHECKSUM_OFFSET = 48;
const BODY_OFFSET = 52;

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
  const samplesBytes = pcm.samples.length * PCM16_BYTES;
  const bytes = Buffer.alloc(samplesOffset + samplesBytes);
  MAGIC.copy(bytes);
  bytes.write(key, KEY_OFFSET, 'hex');
  bytes.writeUInt32LE(json.length, LENGTHS_OFFSET);
  bytes.writeUInt32LE(samplesBytes, LENGTHS_OFFSET + 4);
  json.copy(bytes, BODY_OFFSET);
  encodePcm16(pcm.samples, bytes.subarray(samplesOffset));
  bytes.writeUInt32LE(checksum(bytes), CHECKSUM_OFFSET);
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
  if (checksum(bytes) !== bytes.readUInt32LE(CHECKSUM_OFFSET)) return { defect: 'its checksum does not match' };
  const samplesOffset = BODY_OFFSET + jsonBytes;
  try {
    const json = bytes.toString('utf8', BODY_OFFSET, samplesOffset);
    const { sampleRateHz, ...rest } = JSON.parse(json) as Description;
    return { speech: { ...rest, pcm: { samples: decodePcm16(bytes.subarray(samplesOffset)), sampleRateHz } } };
  } catch (error) {
    return { defect: `its content cannot be read (${(error as Error).name})` };
  }
}

/** Against a disk's faults. Who may write into the folder could write any checksum, so a cryptographic one would add only time. */
function checksum(bytes: Buffer): number {
  return crc32(bytes.subarray(BODY_OFFSET), crc32(bytes.subarray(0, CHECKSUM_OFFSET)));
}
