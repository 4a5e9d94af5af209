import { hash } from 'node:crypto';
import type { Alignment } from '../../media/alignment.ts';
import { encodeWav, parseWav } from '../../media/wav.ts';
import type { Speech } from '../speech-provider.ts';
import { SPEECH_FORMAT_VERSION, type SpeechKey } from './speech-key.ts';

/*
 * magic (8) | key (32) | length of the JSON (4, little endian) | length of the WAV (4) | SHA-256 of all else (32) | JSON | WAV
 * The key inside makes an entry under another entry's name a foreign file.
 */
const MAGIC = Buffer.from(`SPEECH${String(SPEECH_FORMAT_VERSION).padStart(2, '0')}`, 'latin1');
const KEY_OFFSET = 8;
const LENGTHS_OFFSET = 40;
const HASH_OFFSET = 48;
const BODY_OFFSET = 80;

/** What stands in the JSON. `costUsd` is what the speech cost when it was made. */
type Description = {
  readonly alignment?: Alignment;
  readonly warnings: readonly string[];
  readonly costUsd: number;
  readonly providerMetadata: Speech['providerMetadata'];
};

export type DecodedSpeech = { readonly speech: Speech } | { readonly defect: string };

/** The bytes of an entry: 16-bit samples, so what is decoded again may differ from `speech` by half a step of 1/32,768. */
export function encodeSpeech(key: SpeechKey, speech: Speech): Buffer {
  const { pcm, ...description } = speech;
  const json = Buffer.from(JSON.stringify(description satisfies Description));
  const wav = encodeWav(pcm);
  const bytes = Buffer.alloc(BODY_OFFSET + json.length + wav.length);
  MAGIC.copy(bytes);
  bytes.write(key, KEY_OFFSET, 'hex');
  bytes.writeUInt32LE(json.length, LENGTHS_OFFSET);
  bytes.writeUInt32LE(wav.length, LENGTHS_OFFSET + 4);
  json.copy(bytes, BODY_OFFSET);
  bytes.set(wav, BODY_OFFSET + json.length);
  checksum(bytes).copy(bytes, HASH_OFFSET);
  return bytes;
}

/** The speech of an entry, or what is wrong with it: whatever the bytes are, this does not throw. */
export function decodeSpeech(key: SpeechKey, bytes: Buffer): DecodedSpeech {
  if (bytes.length < BODY_OFFSET) return { defect: `it has ${bytes.length} bytes, fewer than its header` };
  if (!bytes.subarray(0, MAGIC.length).equals(MAGIC)) return { defect: 'it does not begin like an entry' };
  if (bytes.toString('hex', KEY_OFFSET, LENGTHS_OFFSET) !== key) return { defect: 'it is the entry of another key' };
  const jsonBytes = bytes.readUInt32LE(LENGTHS_OFFSET);
  const wavBytes = bytes.readUInt32LE(LENGTHS_OFFSET + 4);
  const declaredBytes = BODY_OFFSET + jsonBytes + wavBytes;
  if (bytes.length !== declaredBytes) {
    return { defect: `it should have ${declaredBytes} bytes, and has ${bytes.length}` };
  }
  if (!checksum(bytes).equals(bytes.subarray(HASH_OFFSET, BODY_OFFSET))) {
    return { defect: 'its checksum does not match' };
  }
  try {
    const description = JSON.parse(bytes.toString('utf8', BODY_OFFSET, BODY_OFFSET + jsonBytes)) as Description;
    return { speech: { ...description, pcm: parseWav(bytes.subarray(BODY_OFFSET + jsonBytes)) } };
  } catch (error) {
    return { defect: `its content cannot be read (${(error as Error).name})` };
  }
}

function checksum(bytes: Buffer): Buffer {
  const header = hash('sha256', bytes.subarray(0, HASH_OFFSET), 'hex');
  const body = hash('sha256', bytes.subarray(BODY_OFFSET), 'hex');
  return hash('sha256', header + body, 'buffer');
}
