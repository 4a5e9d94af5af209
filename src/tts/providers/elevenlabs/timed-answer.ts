import type { HttpResponse } from '../../../net/http-client.ts';
import type { Pcm } from '../../../media/pcm.ts';
import { decodePcm16 } from '../../../media/pcm16.ts';
import { speechFailure } from '../../speech-failure.ts';
import type { TimedCharacters } from './character-words.ts';

/** The answer of `/with-timestamps`, checked. Either alignment may be null. */
export type TimedAnswer = {
  readonly pcm: Pcm;
  readonly original: TimedCharacters | undefined;
  readonly normalised: TimedCharacters | undefined;
};

const VENDOR = 'ElevenLabs';
const SAMPLE_RATE_HZ = 24_000;

/** Reads `audio_base64` as raw 16-bit little-endian mono at 24 kHz. Throws AppError `protocol` or `bad_audio`. */
export function readTimedAnswer(response: HttpResponse): TimedAnswer {
  const type = response.headers['content-type'] ?? '';
  if (!/^application\/json\b/i.test(type)) {
    throw unreadable('must answer with application/json and answered with another content type');
  }
  let value: unknown;
  try {
    value = JSON.parse(Buffer.from(response.bytes).toString('utf8'));
  } catch {
    throw unreadable(`answered with ${response.bytes.length} bytes that are not JSON`);
  }
  const { audio_base64: audio, alignment, normalized_alignment: normalised } = Object(value) as Record<string, unknown>;
  if (typeof audio !== 'string' || !/^[A-Za-z0-9+/]*={0,2}$/.test(audio)) {
    throw unreadable('must answer with audio_base64, and that is missing or not base64');
  }
  return {
    pcm: samplesOf(Buffer.from(audio, 'base64')),
    original: readCharacters(alignment),
    normalised: readCharacters(normalised),
  };
}

function samplesOf(bytes: Buffer): Pcm {
  if (bytes.length === 0) throw speechFailure(VENDOR, 'bad_audio', 'answered without any sound');
  if (bytes.length % 2 !== 0) {
    throw speechFailure(VENDOR, 'bad_audio', `must send two bytes for each sample and sent ${bytes.length} bytes`);
  }
  return { samples: decodePcm16(bytes), sampleRateHz: SAMPLE_RATE_HZ };
}

function readCharacters(value: unknown): TimedCharacters | undefined {
  if (value === null || value === undefined) return undefined;
  const {
    characters,
    character_start_times_seconds: startSeconds,
    character_end_times_seconds: endSeconds,
  } = Object(value) as Record<string, unknown>;
  const readable =
    Array.isArray(characters) &&
    characters.every((character) => typeof character === 'string') &&
    isTimeList(startSeconds, characters.length) &&
    isTimeList(endSeconds, characters.length);
  if (!readable) throw unreadable('must give each character a start and an end, and did not');
  return { characters, startSeconds: startSeconds as number[], endSeconds: endSeconds as number[] };
}

function isTimeList(value: unknown, length: number): boolean {
  return (
    Array.isArray(value) &&
    value.length === length &&
    value.every((seconds) => typeof seconds === 'number' && Number.isFinite(seconds) && seconds >= 0)
  );
}

function unreadable(reason: string): Error {
  return speechFailure(VENDOR, 'protocol', reason);
}
